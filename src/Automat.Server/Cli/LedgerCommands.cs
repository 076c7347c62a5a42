using System.CommandLine;
using Automat.Server.Hosting;
using Automat.Server.Ledger;

namespace Automat.Server.Cli;

/// <summary>Commands on the books; they work beside a running server and without one.</summary>
internal static class LedgerCommands
{
    public static Command Create()
    {
        var organization = new Option<string?>("--organization") { Description = "Name or id of one organisation; all without it." };
        var from = new Option<long>("--from") { Description = "First entry to look at.", DefaultValueFactory = _ => 1 };
        var verify = new Command(
            "verify", "Check the chain, every sum and every balance. Ends with 0 unbroken, 1 broken, 2 wrong use, 3 no database.")
        {
            organization, from,
        };
        verify.SetAction((parsed, ct) => WithAsync(
            (cli, token) => cli.VerifyAsync(Scope(parsed), Console.Out, token), ct));
        var export = new Command("export", "Write all entries to standard output as newline-delimited JSON, in chain order.")
        {
            organization, from,
        };
        export.SetAction((parsed, ct) => WithAsync(
            async (cli, token) =>
            {
                await using var output = Console.OpenStandardOutput();
                return await cli.ExportAsync(Scope(parsed), output, token);
            }, ct));
        return new Command("ledger", "Verify and export the books.") { verify, export };

        LedgerScope Scope(ParseResult parsed) => new(parsed.GetValue(organization), parsed.GetValue(from));
    }

    private static async Task<int> WithAsync(Func<LedgerCli, CancellationToken, Task<int>> work, CancellationToken ct)
    {
        var settings = ServerSettings.Read(ServeCommand.NewBuilder().Configuration, needSecrets: false);
        using var logs = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Error));
        await using var database = await Database.VisitAsync(settings, logs.CreateLogger("Automat.Database"), ct);
        return await work(new LedgerCli(database.Address, TimeProvider.System, Console.Error), ct);
    }
}
