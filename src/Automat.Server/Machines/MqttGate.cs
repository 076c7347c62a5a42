using Automat.Domain;
using Automat.Mqtt;
using Automat.Mqtt.Broker;

namespace Automat.Server.Machines;

/// <summary>
/// Lets machines in over MQTT: the machine's id as user name, its secret as password. What it may read and write its driver
/// says; a machine whose driver is not there yet may sign in and nothing else.
/// </summary>
internal sealed class MqttGate(MachineDirectory machines, MachineKeys keys, DriverRegistry drivers, MachineStatuses statuses)
    : IMqttGate
{
    public async ValueTask<MqttIdentity?> AuthenticateAsync(MqttLogin login, CancellationToken ct)
    {
        if (await keys.SignInAsync(login.UserName, login.Password, ct) is not { } machine) return null;
        return drivers.Of(machine) is IMqttDriver driver
            ? new TopicListIdentity(machine.Id.Value, driver.ReadsOf(machine), driver.WritesOf(machine))
            : new TopicListIdentity(machine.Id.Value, [], []);
    }

    public ValueTask OnConnectedAsync(MqttPeer peer, CancellationToken ct) => ChangedAsync(peer, ct);

    public ValueTask OnSubscribedAsync(MqttPeer peer, IReadOnlyList<string> filters, CancellationToken ct) =>
        ChangedAsync(peer, ct);

    public ValueTask OnDisconnectedAsync(MqttPeer peer, MqttReason reason) => ChangedAsync(peer, CancellationToken.None);

    public async ValueTask OnPublishAsync(MqttPeer peer, MqttMessage message, CancellationToken ct)
    {
        if (await FindAsync(peer, ct) is not var (machine, driver)) return;
        statuses.Talked(machine.Id);
        await driver.HeardAsync(machine, message, ct);
    }

    private async ValueTask ChangedAsync(MqttPeer peer, CancellationToken ct)
    {
        // Also of a machine that was retired: that it is gone is to be known.
        var machine = await machines.FindAsync(MachineId.Parse(peer.Identity.Name), ct);
        if (machine is not null && drivers.Of(machine) is IMqttDriver driver) driver.ConnectionChanged(machine);
    }

    private async ValueTask<(Machine Machine, IMqttDriver Driver)?> FindAsync(MqttPeer peer, CancellationToken ct)
    {
        var machine = await machines.FindAsync(MachineId.Parse(peer.Identity.Name), ct);
        return machine is { State: not MachineState.Retired } && drivers.Of(machine) is IMqttDriver driver
            ? (machine, driver)
            : null;
    }
}
