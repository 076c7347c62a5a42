using System.Net;
using Automat.Mqtt.Broker;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>
/// Controllers as they were first built: they connect under a fixed client id, with no name and no password. One is let in only
/// as the single fridge whose settings name that client id and the network it comes from; what it says of its door is signed
/// all the same.
/// </summary>
internal sealed class OldControllers(MachineDirectory machines, TimeProvider clock) : IMqttDoor, IDisposable
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    private readonly DriverSettings<FridgeSettings> settings = new();
    private readonly SemaphoreSlim one = new(1, 1);
    private IReadOnlyList<Machine> known = [];
    private long looked;

    public async ValueTask<Machine?> AdmitAsync(MqttLogin login, CancellationToken ct)
    {
        if (!string.IsNullOrEmpty(login.UserName) || !login.Password.IsEmpty) return null;
        // A WebSocket may come through a proxy, and then from anywhere.
        if (login is not { Transport: not MqttTransport.WebSocket, RemoteEndPoint: IPEndPoint from, ClientId.Length: > 0 }) return null;
        var address = from.Address.IsIPv4MappedToIPv6 ? from.Address.MapToIPv4() : from.Address;
        var found = (await KnownAsync(ct)).Where(m => Admits(settings.Of(m), login.ClientId, address)).Take(2).ToList();
        return found is [{ State: not MachineState.Retired } single] ? single : null;
    }

    public void Dispose() => one.Dispose();

    private static bool Admits(FridgeSettings own, string client, IPAddress address) =>
        own.ClientId == client && own.Allow.Any(place =>
            (IPAddress.TryParse(place, out var single) && single.Equals(address))
            || (IPNetwork.TryParse(place, out var network) && network.Contains(address)));

    /// <summary>Whoever knocks without a password can have the database asked so often and no more.</summary>
    private async Task<IReadOnlyList<Machine>> KnownAsync(CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            if (looked != 0 && clock.GetElapsedTime(looked) < Remembered) return known;
            known = [.. (await machines.OfDriverAsync(FridgeDriver.DriverName, ct)).Where(m => settings.Of(m).ClientId is not null)];
            looked = clock.GetTimestamp();
            return known;
        }
        finally
        {
            one.Release();
        }
    }
}
