using System.CommandLine;
using Automat.Server.Audit;
using Automat.Server.Hosting;

namespace Automat.Server.Cli;

/// <summary>Commands on the audit log; they work beside a running server and without one.</summary>
internal static class AuditCommands
{
    public static Command Create()
    {
        var organization = new Option<string?>("--organization")
        {
            Description = "Name or id of one organisation, or \"platform\"; all without it.",
        };
        var verify = new Command(
            "verify", "Check every hash of the audit logs. Ends with 0 unbroken, 1 broken, 2 wrong use, 3 no database.")
        {
            organization,
        };
        verify.SetAction(async (parsed, ct) =>
        {
            var settings = ServerSettings.Read(ServeCommand.NewBuilder().Configuration, needSecrets: false);
            using var logs = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Error));
            await using var database = await Database.VisitAsync(settings, logs.CreateLogger("Automat.Database"), ct);
            return await new AuditCli(database.Address, TimeProvider.System, Console.Error)
                .VerifyAsync(parsed.GetValue(organization), Console.Out, ct);
        });
        return new Command("audit", "Verify the log of who did what.") { verify };
    }
}
