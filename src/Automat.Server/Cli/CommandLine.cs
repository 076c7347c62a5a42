using System.CommandLine;

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
        root.Subcommands.Add(SimulateCommand.Create());

        var parsed = root.Parse(args);
        if (parsed.Errors.Count == 0)
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) });
        }

        foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
        await Console.Error.WriteLineAsync("automat --help tells what can be done.");
        return ExitCodes.WrongUse;
    }
}
