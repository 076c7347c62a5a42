using Automat.Domain;
using Automat.Mqtt;
using Automat.Mqtt.Broker;

namespace Automat.Server.Machines;

/// <summary>
/// Lets machines in over MQTT: the machine's id as user name, its secret as password, a certificate in its name, or another
/// door of a driver. What it may read and write its driver says; a machine whose driver is not there yet may sign in and
/// nothing else.
/// </summary>
internal sealed class MqttGate(
    MachineDirectory machines, MachineKeys keys, DriverRegistry drivers, MachineStatuses statuses, MqttOperator local,
    IEnumerable<IMqttDoor> doors)
    : IMqttGate
{
    public async ValueTask<MqttIdentity?> AuthenticateAsync(MqttLogin login, CancellationToken ct)
    {
        if (login is { UserName: MqttOperator.UserName, ClientCertificate: null }) return local.Admit(login);
        var machine = login.ClientCertificate is { } proven
            ? await ProvenAsync(login, proven.CommonName, ct)
            : await keys.SignInAsync(login.UserName, login.Password, ct) ?? await AdmittedAsync(login, ct);
        return machine is null ? null : IdentityOf(machine);
    }

    public async ValueTask<MqttIdentity?> RecallAsync(string name, CancellationToken ct) =>
        MachineId.TryParse(name, out var id)
        && await machines.FindAsync(id, ct) is { State: not MachineState.Retired } machine
            ? IdentityOf(machine)
            : null;

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

    /// <summary>A certificate's authority vouches for the name in it, and for no other.</summary>
    private async ValueTask<Machine?> ProvenAsync(MqttLogin login, string? name, CancellationToken ct)
    {
        if (!string.IsNullOrEmpty(login.UserName) && login.UserName != name) return null;
        var machine = MachineId.TryParse(name, out var id) ? await machines.FindAsync(id, ct) : null;
        return machine is { State: not MachineState.Retired } ? machine : null;
    }

    /// <summary>Firmware that can present nothing of its own comes in by another door, where its owner has opened one.</summary>
    private async ValueTask<Machine?> AdmittedAsync(MqttLogin login, CancellationToken ct)
    {
        foreach (var door in doors)
        {
            if (await door.AdmitAsync(login, ct) is { State: not MachineState.Retired } machine) return machine;
        }

        return null;
    }

    private TopicListIdentity IdentityOf(Machine machine) => drivers.Of(machine) is IMqttDriver driver
        ? new TopicListIdentity(machine.Id.Value, driver.ReadsOf(machine), driver.WritesOf(machine)) { AsksInVain = driver.AsksInVain(machine) }
        : new TopicListIdentity(machine.Id.Value, [], []);

    private async ValueTask ChangedAsync(MqttPeer peer, CancellationToken ct)
    {
        // Also of a machine that was retired: that it is gone is to be known.
        if (!MachineId.TryParse(peer.Identity.Name, out var id)) return;
        var machine = await machines.FindAsync(id, ct);
        if (machine is not null && drivers.Of(machine) is IMqttDriver driver) driver.ConnectionChanged(machine);
    }

    private async ValueTask<(Machine Machine, IMqttDriver Driver)?> FindAsync(MqttPeer peer, CancellationToken ct)
    {
        // The local operator is nobody's machine.
        if (!MachineId.TryParse(peer.Identity.Name, out var id)) return null;
        var machine = await machines.FindAsync(id, ct);
        return machine is { State: not MachineState.Retired } && drivers.Of(machine) is IMqttDriver driver
            ? (machine, driver)
            : null;
    }
}
