using System.CommandLine;
using Automat.Server.Books;
using Automat.Server.Data;
using Automat.Server.Hosting;
using Automat.Server.Ledger;

namespace Automat.Server.Cli;

/// <summary>Commands on the books; they work beside a running server and without one.</summary>
internal static class LedgerCommands
{
    private const string Ends = " Ends with 0 well, 1 broken, 2 wrong use, 3 no database.";

    public static Command Create()
    {
        var organization = new Option<string?>("--organization") { Description = "Name or id of one organisation; all without it." };
        var from = new Option<long>("--from") { Description = "First entry to look at.", DefaultValueFactory = _ => 1 };
        var evenBroken = new Option<bool>("--even-broken") { Description = "Write a broken ledger too, to look into what happened." };
        var at = new Option<DateTimeOffset?>("--at") { Description = "Before this moment, such as 2026-12-01T00:00+01:00; now without it." };
        var since = new Option<DateTimeOffset?>("--since") { Description = "From this moment on." };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Before this moment." };
        var day = new Option<DateOnly?>("--day") { Description = "The day, such as 2026-11-30; the newest without it." };
        var account = new Option<string>("--account") { Description = "Name of the account, such as held or chip:ID.", Required = true };

        var verify = new Command("verify", "Check the chain, every sum and every balance." + Ends) { organization, from };
        verify.SetAction((parsed, ct) => WithAsync((cli, token) => cli.VerifyAsync(Scope(parsed), Console.Out, token), ct));
        var export = new Command("export", "Verify, then write all entries to standard output as newline-delimited JSON." + Ends)
        {
            organization, from, evenBroken,
        };
        export.SetAction((parsed, ct) => WithAsync(
            async (cli, token) =>
            {
                await using var output = Console.OpenStandardOutput();
                return await cli.ExportAsync(Scope(parsed), output, parsed.GetValue(evenBroken), token);
            }, ct));
        var trial = new Command("trial-balance", "Verify, then write all accounts and their sum as CSV." + Ends) { organization, at };
        trial.SetAction((parsed, ct) => WithBooksAsync(
            (cli, token) => cli.TrialBalanceAsync(parsed.GetValue(organization), parsed.GetValue(at), Console.Out, token), ct));
        var closing = new Command(
            "closing", "Verify, close days that are over, and write a closing as JSON, computed again." + Ends) { organization, day };
        closing.SetAction((parsed, ct) => WithBooksAsync(
            (cli, token) => cli.ClosingAsync(parsed.GetValue(organization), parsed.GetValue(day), Console.Out, token), ct));
        var statement = new Command("statement", "Verify, then write an account's entries with its balance after each as CSV." + Ends)
        {
            organization, account, since, until,
        };
        statement.SetAction((parsed, ct) => WithBooksAsync(
            (cli, token) => cli.StatementAsync(
                parsed.GetValue(organization), parsed.GetValue(account)!, parsed.GetValue(since), parsed.GetValue(until), Console.Out, token),
            ct));
        return new Command("ledger", "Verify, read and export the books.") { verify, export, trial, closing, statement };

        LedgerScope Scope(ParseResult parsed) => new(parsed.GetValue(organization), parsed.GetValue(from));
    }

    private static Task<int> WithAsync(Func<LedgerCli, CancellationToken, Task<int>> work, CancellationToken ct) => VisitAsync(
        (address, token) => work(new LedgerCli(address, TimeProvider.System, Console.Error), token), ct);

    private static Task<int> WithBooksAsync(Func<BooksCli, CancellationToken, Task<int>> work, CancellationToken ct) => VisitAsync(
        (address, token) => work(new BooksCli(address, TimeProvider.System, Console.Error), token), ct);

    private static async Task<int> VisitAsync(Func<DatabaseAddress, CancellationToken, Task<int>> work, CancellationToken ct)
    {
        var settings = ServerSettings.Read(ServeCommand.NewBuilder().Configuration, needSecrets: false);
        using var logs = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Error));
        await using var database = await Database.VisitAsync(settings, logs.CreateLogger("Automat.Database"), ct);
        return await work(database.Address, ct);
    }
}
