using System.CommandLine;
using System.Security.Cryptography;
using Automat.Simulator.Faults;
using Automat.Simulator.Kinds;
using Automat.Simulator.Machines;
using Automat.Simulator.Staff;

namespace Automat.Server.Cli;

/// <summary>
/// Runs simulated machines over the real protocols. With a number of machines or a time it is an experiment that ends in a
/// verdict; with <c>--cabinet</c> or <c>--robot</c> it is single machines at a server that runs elsewhere, until stopped.
/// </summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var cabinet = new Option<string?>("--cabinet") { Description = "Machine id of one arcade cabinet to simulate until stopped." };
        var robot = new Option<bool>("--robot") { Description = "Simulate one pick-up robot until stopped." };
        var silent = new Option<bool>("--silent") { Description = "Single machines of old: no acknowledgements, no reports." };
        var host = new Option<string>("--host") { Description = "Host of the device ports.", DefaultValueFactory = _ => "127.0.0.1" };
        var secret = new Option<string?>("--secret") { Description = "The secret of the cabinet, or of the machines in --ids." };
        var mqtt = new Option<int>("--mqtt-port") { Description = "The server's MQTT port.", DefaultValueFactory = _ => 1883 };
        var line = new Option<int>("--robot-port") { Description = "The server's port for robots.", DefaultValueFactory = _ => 3000 };
        var machines = new Option<int>("--machines") { Description = "How many machines.", DefaultValueFactory = _ => 24 };
        var kinds = new Option<string?>("--kinds")
        {
            Description = $"Shares or numbers by kind, such as arcade=1,native-http=3; of {Names()}. An equal mix without it.",
        };
        var minutes = new Option<double>("--minutes") { Description = "How long customers come.", DefaultValueFactory = _ => 1 };
        var seconds = new Option<double?>("--seconds") { Description = "The same in seconds." };
        var seed = new Option<int?>("--seed") { Description = "Decides everything that is decided; random and printed without it." };
        var pace = new Option<double>("--pace")
        {
            Description = "Seconds between two customers at one machine, on average.",
            DefaultValueFactory = _ => 30,
        };
        var settle = new Option<double>("--settle")
        {
            Description = "Seconds in which all that is open must come to rest afterwards.",
            DefaultValueFactory = _ => 240,
        };
        var faults = new Option<string>("--faults") { Description = "none, some or many.", DefaultValueFactory = _ => "some" };
        var fault = new Option<string[]>("--fault")
        {
            Description = $"One rate, such as answer-lost=0.05; repeatable. Of {string.Join(", ", FaultRates.Kinds.Select(FaultRates.NameOf))}.",
        };
        var server = new Option<string?>("--server") { Description = "Address of a running server; without it one is started for the run." };
        var key = new Option<string?>("--api-key")
        {
            Description = "With --server: a key that may register machines and issue chips; the machines enrol for the run.",
        };
        var ids = new Option<string[]>("--ids") { Description = "With --server: its machines that are simulated, such as native-http=snack-1." };
        var sandbox = new Option<string?>("--sandbox") { Description = "With --server: its Stripe sandbox, to buy on the web." };
        var chips = new Option<string[]>("--chip") { Description = "With --server: UID of a chip customers hold; repeatable." };
        var database = new Option<string?>("--database") { Description = "With --server: its PostgreSQL, to check the books." };
        var json = new Option<bool>("--json") { Description = "The summary as JSON, and progress on standard error." };
        var keep = new Option<bool>("--keep") { Description = "Keep the data folder of the server that was started, or the machines that were registered." };
        var command = new Command(
            "simulate", "Run simulated machines and customers against a server; ends with 0 when every invariant holds.")
        {
            machines, kinds, minutes, seconds, seed, faults, fault, pace, settle, json, keep,
            server, key, ids, secret, sandbox, chips, database, mqtt, line, host, cabinet, robot, silent,
        };
        command.SetAction(async (parsed, ct) =>
        {
            if (parsed.GetValue(cabinet) is not null || parsed.GetValue(robot))
            {
                return await SingleMachines.RunAsync(
                    parsed.GetValue(cabinet), parsed.GetValue(secret), parsed.GetValue(robot), parsed.GetValue(silent),
                    new ServerAddress(new Uri("http://unused"), parsed.GetValue(host)!, parsed.GetValue(mqtt), parsed.GetValue(line)),
                    ct);
            }

            try
            {
                return await new Experiment
                {
                    Machines = parsed.GetValue(machines),
                    Kinds = parsed.GetValue(kinds),
                    Lasts = TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? (parsed.GetValue(minutes) * 60)),
                    Seed = parsed.GetValue(seed) ?? RandomNumberGenerator.GetInt32(1, int.MaxValue),
                    Pace = TimeSpan.FromSeconds(parsed.GetValue(pace)),
                    SettlesWithin = TimeSpan.FromSeconds(parsed.GetValue(settle)),
                    Rates = FaultRates.Preset(parsed.GetValue(faults)!).Reading(parsed.GetValue(fault) ?? []),
                    Json = parsed.GetValue(json),
                    Keep = parsed.GetValue(keep),
                    Target = parsed.GetValue(server) is { } url
                        ? new ForeignServer(
                            new ServerAddress(new Uri(url), parsed.GetValue(host)!, parsed.GetValue(mqtt), parsed.GetValue(line)),
                            parsed.GetValue(ids) ?? [], parsed.GetValue(secret), parsed.GetValue(sandbox),
                            parsed.GetValue(chips) ?? [], parsed.GetValue(database), parsed.GetValue(key))
                        : null,
                }.RunAsync(ct);
            }
            catch (Exception wrong) when (wrong is FormatException or StaffRefusedException)
            {
                await Console.Error.WriteLineAsync(wrong.Message);
                return ExitCodes.WrongUse;
            }
        });
        return command;
    }

    private static string Names() => string.Join(", ", MachineKinds.All.Select(kind => kind.Name));
}
