using System.CommandLine;
using Automat.EmbeddedPostgres;
using Automat.Server.Platform;
using Microsoft.AspNetCore.Connections;
using Npgsql;

namespace Automat.Server.Cli;

/// <summary>The commands of the one binary.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Automat takes a payment, makes a machine deliver, and keeps books nobody can quietly change.");
        var serve = new Command("serve", "Run the server (the default).");
        serve.SetAction((_, ct) => ServeCommand.RunAsync(ct));
        root.SetAction((_, ct) => ServeCommand.RunAsync(ct));
        root.Subcommands.Add(serve);
        root.Subcommands.Add(MigrateCommand.Create());
        root.Subcommands.Add(LedgerCommands.Create());
        root.Subcommands.Add(AuditCommands.Create());
        root.Subcommands.Add(SimulateCommand.Create());

        var parsed = root.Parse(args);
        if (parsed.Errors.Count == 0)
        {
            return await InvokeAsync(parsed);
        }

        foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
        await Console.Error.WriteLineAsync("automat --help tells what can be done.");
        return ExitCodes.WrongUse;
    }

    /// <summary>What the person at the console can mend is said in one line; everything else is a bug and shows its trace.</summary>
    private static async Task<int> InvokeAsync(ParseResult parsed)
    {
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeSpan.FromSeconds(60),
            });
        }
        catch (SettingsException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return ExitCodes.WrongUse;
        }
        catch (Exception error) when (Unreachable(error) is { } what)
        {
            await Console.Error.WriteLineAsync(what.Message);
            return ExitCodes.NotReachable;
        }
    }

    private static Exception? Unreachable(Exception error) => error switch
    {
        EmbeddedClusterException or NpgsqlException => error,
        InvalidOperationException { InnerException: NpgsqlException inner } => inner, // as Entity Framework wraps it
        IOException { InnerException: AddressInUseException } => error,
        _ => null,
    };
}
