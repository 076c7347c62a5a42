using Automat.Simulator.Machines;

namespace Automat.Server.Cli;

/// <summary>One cabinet or robot at a server that runs elsewhere, in place of a real one, until stopped.</summary>
internal static class SingleMachines
{
    public static async Task<int> RunAsync(
        string? cabinet, string? secret, bool robot, bool silent, ServerAddress server, CancellationToken ct)
    {
        if (cabinet is not null && secret is null)
        {
            await Console.Error.WriteLineAsync("A cabinet needs its --secret.");
            return ExitCodes.WrongUse;
        }

        using var logs = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        var world = new Surroundings
        {
            Server = server,
            Http = http,
            Log = logs.CreateLogger("Simulator"),
            DispensesFrom = TimeSpan.FromSeconds(12),
            DispensesTo = TimeSpan.FromSeconds(12),
        };
        await using var cab = cabinet is null ? null : new SimulatedCabinet(new MachineIdentity(cabinet, secret!), world, !silent);
        await using var rob = robot ? new SimulatedRobot("robot", address: null, world, !silent) : null;
        cab?.Start();
        rob?.Start();
        try
        {
            await Task.Delay(Timeout.Infinite, ct);
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }

        return ExitCodes.Done;
    }
}
