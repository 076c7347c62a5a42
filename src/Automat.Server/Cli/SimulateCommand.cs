using System.CommandLine;
using Automat.Simulator;

namespace Automat.Server.Cli;

/// <summary>Runs simulated machines against a server, over the real protocols, until stopped.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var cabinet = new Option<string?>("--cabinet") { Description = "Machine id of an arcade cabinet to simulate." };
        var secret = new Option<string?>("--secret") { Description = "The cabinet's secret." };
        var robot = new Option<bool>("--robot") { Description = "Simulate a pick-up robot." };
        var silent = new Option<bool>("--silent") { Description = "Machines of old: no acknowledgements, no reports." };
        var host = new Option<string>("--host") { Description = "The server.", DefaultValueFactory = _ => "127.0.0.1" };
        var mqtt = new Option<int>("--mqtt-port") { Description = "Its MQTT port.", DefaultValueFactory = _ => 1883 };
        var line = new Option<int>("--robot-port") { Description = "Its robots' port.", DefaultValueFactory = _ => 3000 };
        var command = new Command("simulate", "Run simulated machines against a server, over the real protocols.")
        {
            cabinet, secret, robot, silent, host, mqtt, line,
        };
        command.SetAction(async (parsed, ct) =>
        {
            var machine = parsed.GetValue(cabinet);
            if (machine is null && !parsed.GetValue(robot))
            {
                await Console.Error.WriteLineAsync("Say what to simulate: --cabinet ID --secret SECRET, or --robot.");
                return ExitCodes.WrongUse;
            }

            if (machine is not null && parsed.GetValue(secret) is null)
            {
                await Console.Error.WriteLineAsync("A cabinet needs its --secret.");
                return ExitCodes.WrongUse;
            }

            using var logs = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
            await using var cab = machine is null ? null : new CabinetSimulator(
                new CabinetOptions
                {
                    Host = parsed.GetValue(host)!,
                    Port = parsed.GetValue(mqtt),
                    Machine = machine,
                    Secret = parsed.GetValue(secret)!,
                    Acknowledges = !parsed.GetValue(silent),
                }, logs.CreateLogger<CabinetSimulator>());
            await using var rob = parsed.GetValue(robot)
                ? new RobotSimulator(
                    new RobotOptions
                    {
                        Host = parsed.GetValue(host)!,
                        Port = parsed.GetValue(line),
                        Reports = !parsed.GetValue(silent),
                    }, logs.CreateLogger<RobotSimulator>())
                : null;
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
        });
        return command;
    }
}
