using System.Globalization;
using System.Text;
using System.Text.Json;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Automat.Server.Vends;
using Automat.Testing;

namespace Automat.Server.Tests.Ledger;

/// <summary><c>automat ledger verify</c> and <c>automat ledger export</c> as cron and deployments call them.</summary>
public sealed class LedgerCliTests(Books books) : IClassFixture<Books>
{
    private readonly StringWriter output = new();
    private readonly StringWriter errors = new();

    [Fact]
    [Trait("Accepts", "S2-08")]
    public async Task Every_ledger_in_order_gets_a_line_and_the_exit_code_is_0()
    {
        await using var database = await books.CopyAsync();

        var code = await Cli(database.Address).VerifyAsync(new LedgerScope(), output);

        Assert.Equal(LedgerCli.Unbroken, code);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^Demo: 24 entries, unbroken, head [0-9a-f]{64}\\r?$", lines[0]);
        Assert.Matches("^Neighbour: 22 entries, unbroken, head [0-9a-f]{64}\\r?$", lines[1]);
        Assert.Empty(errors.ToString());
    }

    [Fact]
    [Trait("Accepts", "S2-08")]
    public async Task One_broken_ledger_makes_the_exit_code_1_and_the_others_are_still_verified()
    {
        await using var database = await books.CopyAsync();
        await using (var tampering = await Tampering.BeginAsync(database, books.Organization))
        {
            await tampering.RunAsync("delete from ledger_entries where organization_id = :org and sequence = 17");
        }

        var code = await Cli(database.Address).VerifyAsync(new LedgerScope(), output);

        Assert.Equal(LedgerCli.Broken, code);
        Assert.Contains(
            "Demo: BROKEN at row 17 (row_missing): The row is missing; after row 16 comes row 18.", output.ToString(),
            StringComparison.Ordinal);
        Assert.Contains("Neighbour: 22 entries, unbroken", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Demo")]
    [InlineData(null)]
    public async Task From_a_row_on_only_that_and_what_follows_is_verified(string? name)
    {
        await using var database = await books.CopyAsync();
        await using (var tampering = await Tampering.BeginAsync(database, books.Organization))
        {
            await tampering.RunAsync(
                "update ledger_entries set payload = '{}' where organization_id = :org and sequence = 5");
        }

        var scope = new LedgerScope(name ?? books.Organization.ToString().ToUpperInvariant());
        var before = await Cli(database.Address).VerifyAsync(scope with { From = 5 }, TextWriter.Null);
        var after = await Cli(database.Address).VerifyAsync(scope with { From = 6 }, output);
        var end = await Cli(database.Address).VerifyAsync(scope with { From = 25 }, output);

        Assert.Equal((LedgerCli.Broken, LedgerCli.Unbroken, LedgerCli.Unbroken), (before, after, end));
        Assert.Contains("Demo: 19 entries from row 6, unbroken", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Demo: 0 entries from row 25, unbroken", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nobody", 1, "There is no organisation Nobody.")]
    [InlineData("Demo", 0, "numbered from 1")]
    [InlineData("Demo", 99, "row 98 must be there")]
    public async Task Wrong_arguments_are_told_apart_from_broken_books(string organization, long from, string message)
    {
        await using var database = await books.CopyAsync();

        var code = await Cli(database.Address).VerifyAsync(new LedgerScope(organization, from), output);

        Assert.Equal(LedgerCli.WrongArguments, code);
        Assert.Contains(message, errors.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }

    [Fact]
    public async Task A_name_two_organisations_share_is_not_guessed_at()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var host = await JournalHost.StartAsync(database);
        await host.AddOrganizationAsync("Demo");

        var code = await Cli(database.Address).VerifyAsync(new LedgerScope("Demo"), output);

        Assert.Equal(LedgerCli.WrongArguments, code);
        Assert.Contains("use the id", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_exit_code_3()
    {
        var nowhere = new DatabaseAddress("Host=127.0.0.1;Port=1;Username=nobody;Timeout=5", "");

        Assert.Equal(LedgerCli.Unreachable, await Cli(nowhere).VerifyAsync(new LedgerScope(), output));
        Assert.Equal(LedgerCli.Unreachable, await Cli(nowhere).ExportAsync(new LedgerScope(), Stream.Null));
        Assert.NotEmpty(errors.ToString());
    }

    [Fact]
    [Trait("Accepts", "S2-07")]
    public async Task An_export_holds_all_it_takes_to_verify_it_elsewhere()
    {
        await using var database = await books.CopyAsync();
        using var export = new MemoryStream();

        var code = await Cli(database.Address).ExportAsync(new LedgerScope("Demo"), export);
        await Cli(database.Address).VerifyAsync(new LedgerScope("Demo"), output);

        Assert.Equal(LedgerCli.Unbroken, code);
        var lines = Encoding.UTF8.GetString(export.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Books.Entries, lines.Length);
        using var first = JsonDocument.Parse(lines[0]);
        Assert.Equal(
            ["organization", "sequence", "timestamp", "kind", "payload", "payload_hash", "prev_hash", "nonce",
                "chain_hash", "postings"],
            first.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal("chip.credited", first.RootElement.GetProperty("kind").GetString());
        Assert.Equal(
            "chip:04:\"A\\B\"ü\n\u0001", first.RootElement.GetProperty("postings")[1].GetProperty("account").GetString());
        IndependentCheck.Need();
        var (exit, said) = await IndependentCheck.RunAsync(export.ToArray());
        Assert.Equal(0, exit);
        Assert.Equal(output.ToString().Trim().Replace("Demo", $"{books.Organization}", StringComparison.Ordinal), said);
    }

    [Fact]
    public async Task An_export_may_begin_later()
    {
        await using var database = await books.CopyAsync();
        using var export = new MemoryStream();

        await Cli(database.Address).ExportAsync(new LedgerScope("Neighbour", 20), export);

        IndependentCheck.Need();
        var (exit, said) = await IndependentCheck.RunAsync(export.ToArray(), from: 20);
        Assert.Equal(0, exit);
        Assert.Contains(": 3 entries, unbroken", said, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Accepts", "S2-08")]
    public async Task Verifying_and_exporting_see_one_moment_of_a_server_that_goes_on_selling()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var host = await JournalHost.StartAsync(database);
        var till = new Till(host, host.Organization);
        using var enough = new CancellationTokenSource();
        var selling = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!enough.IsCancellationRequested)
            {
                await till.SettleAsync(await till.ReserveAsync(Tender.Paid("stripe"), 100), Settlement.Commit);
            }
        }));

        for (var i = 0; i < 10; i++)
        {
            var (cli, scope) = (Cli(database.Address), new LedgerScope("Demo"));
            Assert.Equal(LedgerCli.Unbroken, await cli.VerifyAsync(scope, output));
            Assert.Equal(LedgerCli.Unbroken, await cli.ExportAsync(scope, Stream.Null));
        }

        await enough.CancelAsync();
        await selling;
        Assert.Equal(LedgerCli.Unbroken, await Cli(database.Address).VerifyAsync(new LedgerScope("Demo"), output));
        Assert.NotEqual(0, long.Parse(
            output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Split(' ')[1],
            NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task An_empty_ledger_is_unbroken()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var host = await JournalHost.StartAsync(database);

        var code = await Cli(database.Address).VerifyAsync(new LedgerScope("Demo"), output);

        Assert.Equal(LedgerCli.Unbroken, code);
        Assert.StartsWith(
            $"Demo: 0 entries, unbroken, head {new string('0', 64)}", output.ToString(), StringComparison.Ordinal);
    }

    private LedgerCli Cli(DatabaseAddress address) => new(address, TimeProvider.System, errors);
}
