using Automat.Domain;
using Automat.Protocol;
using Automat.Server.Devices;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>
/// A machine fetches what it is to do, waiting for it if nothing is there. It is woken, and asks no table meanwhile; when the
/// server stops, everybody goes home with nothing.
/// </summary>
internal sealed class FetchCommands(
    NativeLines lines, NativeMachines natives, MachineStatuses presences, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>Seconds a machine may wait.</summary>
    public const int LongestWait = 60;

    /// <summary>How long after its last question a machine still counts as fetching: the way back and a reconnect.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    public async Task<CommandList> RunAsync(Machine machine, TimeSpan wait, CancellationToken ct)
    {
        var changed = lines.ChangedAsync(machine.Id);
        Heard(machine, wait + Grace);
        var waiting = lines.Waiting(machine.Id);
        if (waiting.Count == 0 && wait > TimeSpan.Zero)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(ct, lifetime.ApplicationStopping);
            try
            {
                await changed.WaitAsync(wait, clock, over.Token);
            }
            catch (Exception end) when (end is TimeoutException or OperationCanceledException && !ct.IsCancellationRequested)
            {
                // Nothing came, or the server stops: an empty answer says ask again.
            }

            waiting = lines.Waiting(machine.Id);
            Heard(machine, Grace);
        }

        return new CommandList(waiting, DeviceJson.Unix(clock.GetUtcNow()));
    }

    /// <summary>A machine that sent a heartbeat will be back for the next one.</summary>
    public IReadOnlyList<DeviceCommand> WithHeartbeat(Machine machine)
    {
        lines.Fetching(machine.Id, TimeSpan.FromSeconds(natives.SettingsOf(machine).HeartbeatS * 2) + Grace);
        return lines.Waiting(machine.Id);
    }

    private void Heard(Machine machine, TimeSpan within)
    {
        lines.Fetching(machine.Id, within);
        if (machine.Driver != NativeDriver.DriverName) return;
        var whyNot = presences.Of(machine.Id).WhyNot;
        presences.Report(machine.Id, online: true, whyNot is "machine_offline" ? null : whyNot);
    }

    // It hands something out, so its nonce is spent in the database like that of a POST.
    public static void Map(IEndpointRouteBuilder device) => device
        .MapGet("/commands", async (int? wait, HttpContext http, FetchCommands fetch, CancellationToken ct) =>
        {
            if (wait is < 0 or > LongestWait) throw new RuleException("wait_invalid", $"wait lies between 0 and {LongestWait}.");
            http.Response.Headers.CacheControl = "no-store";
            return DeviceJson.Answer(
                await fetch.RunAsync(http.Machine(), TimeSpan.FromSeconds(wait ?? 0), ct), ProtocolJson.Default.CommandList);
        })
        .Produces<CommandList>().ProducesProblem(422)
        .WithName("DeviceCommands").WithSummary("What the machine is to do; waits up to 60 seconds for it");
}
