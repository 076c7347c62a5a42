using System.Security.Cryptography;
using Automat.Testing;

namespace Automat.Server.Tests.Journal;

/// <summary>A server killed in the middle of everything: what was answered is booked once, what was not may be repeated.</summary>
public sealed class CrashTests
{
    [Theory]
    [Trait("Accepts", "S2-23")]
    [InlineData("journal.loaded:1")]
    [InlineData("journal.loaded:9")]
    [InlineData("journal.deciding:2")]
    [InlineData("journal.deciding:12")]
    [InlineData("journal.committed:1")]
    [InlineData("journal.committed:7")]
    [InlineData("journal.committed:20")]
    public async Task Killed_at_any_step_nothing_is_lost_and_nothing_is_booked_twice(string killAt)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var host = await JournalHost.StartAsync(database);
        using var server = SellingProcess.Start(database.Address, host.Organization, killAt);

        var promised = await SellingProcess.AnswersAsync(server);
        await server.WaitForExitAsync();

        Assert.NotEqual(0, server.ExitCode);
        await CheckAsync(database, host, promised);
    }

    [Theory]
    [Trait("Accepts", "S2-23")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Killed_at_any_moment_nothing_is_lost_and_nothing_is_booked_twice(int time)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var host = await JournalHost.StartAsync(database);
        using var server = SellingProcess.Start(database.Address, host.Organization, "-");

        // The moment is counted from the first answer, so that the start's length does not matter.
        var answers = SellingProcess.AnswersAsync(server);
        await using var look = await database.OwnerConnectionAsync();
        while (!server.HasExited && await CountAsync(look) < time * 20) await Task.Delay(1);
        await Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(20)));
        server.Kill();
        await server.WaitForExitAsync();

        await CheckAsync(database, host, await answers);
    }

    private static async Task<long> CountAsync(Npgsql.NpgsqlConnection connection)
    {
        await using var count = new Npgsql.NpgsqlCommand("select count(*) from journal_answers", connection);
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private static async Task CheckAsync(
        TestDatabase database, JournalHost host, IReadOnlyDictionary<string, string> promised)
    {
        await using var connection = await database.OwnerConnectionAsync();
        await Books.CheckAsync(connection);

        var repeated = await SellingProcess.AnswersAsync(host.Journal, host.Organization);

        Assert.All(promised, answer => Assert.Equal(answer.Value, repeated[answer.Key]));
        var books = await Books.CheckAsync(connection);
        Assert.Equal(0, books.Balance(host.Organization.Value, "held"));
        Assert.Equal(-SellingProcess.Chips * SellingProcess.Credit, books.Balance(host.Organization.Value, "bank"));
    }
}
