using Automat.Domain;
using Automat.Protocol;
using Automat.Server.Devices;
using Automat.Server.Vends;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>
/// A machine fetches what it is to do, at any node, waiting for it if nothing is there. It is woken, and asks no table
/// meanwhile; when the server stops, everybody goes home with nothing.
/// </summary>
internal sealed class FetchCommands(
    MachineCommands commands, NativeMachines natives, MachineStatuses statuses, IHostApplicationLifetime lifetime,
    TimeProvider clock)
{
    /// <summary>Seconds a machine may wait.</summary>
    public const int LongestWait = 60;

    /// <summary>Commands in one answer.</summary>
    private const int Most = 16;

    /// <summary>How long after its last question a machine still counts as fetching: the way back and a reconnect.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    public async Task<CommandList> RunAsync(Machine machine, TimeSpan wait, CancellationToken ct)
    {
        if (machine.Driver == NativeDriver.DriverName) statuses.Seen(machine.Id, wait + Grace);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct, lifetime.ApplicationStopping);
        IReadOnlyList<MachineCommand> taken = [];
        try
        {
            taken = await TakeAsync(machine, wait, over.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The server stops: an empty answer says ask again. What was noted as handed out it gets then.
        }

        return new CommandList([.. taken.Select(CommandWire.Of)], DeviceJson.Unix(clock.GetUtcNow()));
    }

    /// <summary>A machine that sent a heartbeat will be back for the next one.</summary>
    public async Task<IReadOnlyList<DeviceCommand>> WithHeartbeatAsync(Machine machine, CancellationToken ct)
    {
        if (machine.Driver != NativeDriver.DriverName) return [];
        statuses.Seen(machine.Id, TimeSpan.FromSeconds(natives.SettingsOf(machine).HeartbeatS * 2) + Grace);
        return [.. (await commands.TakeAsync(machine, Most, ct)).Select(CommandWire.Of)];
    }

    private async Task<IReadOnlyList<MachineCommand>> TakeAsync(Machine machine, TimeSpan wait, CancellationToken ct)
    {
        if (machine.Driver == NativeDriver.DriverName) return await commands.TakeAsync(machine, Most, wait, ct);
        await Task.Delay(wait, clock, ct); // another driver hands its commands over in its own way: there are none to fetch
        return [];
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
