using System.Net;
using Automat.Mqtt.Broker;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>
/// Lets a board in that runs the published firmware: it presents nothing, or <c>vmflow</c> and <c>vmflow</c>. It is known by its
/// MQTT client id and where it comes from, both as its owner has set them for one machine; it may read and write that machine's
/// topics and no others, and its last will has to name them, too. What it says of money is signed besides.
/// </summary>
internal sealed class VmFlowDoor(IServiceScopeFactory scopes) : IMqttDoor
{
    private const int LongestClientId = 64;

    private readonly DriverSettings<VmFlowSettings> settings = new();

    public async ValueTask<Machine?> AdmitAsync(MqttLogin login, CancellationToken ct)
    {
        // A WebSocket may come from a proxy, and then from anywhere.
        if (login.Transport is MqttTransport.WebSocket || login.RemoteEndPoint is not IPEndPoint from) return null;
        if (login.ClientId.Length is 0 or > LongestClientId || !IsNobody(login)) return null;
        await using var scope = scopes.CreateScopeAcross("a board's client id tells whose it is");
        var found = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Machine>()
            .FromSql($"select * from machines where driver = 'vmflow' and state <> 'Retired' and settings ->> 'client_id' = {login.ClientId}")
            .AsNoTracking().OrderBy(m => m.Id).Take(2).ToListAsync(ct);
        return found is [var machine] && settings.Of(machine).Allow.Any(place => Contains(place, from.Address)) ? machine : null;
    }

    /// <summary>It says nothing of who it is: no name, or the one that all boards have.</summary>
    private static bool IsNobody(MqttLogin login) => login.UserName switch
    {
        null or "" => login.Password.Length == 0,
        "vmflow" => login.Password.Span.SequenceEqual("vmflow"u8),
        _ => false,
    };

    private static bool Contains(string place, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IPNetwork.TryParse(place, out var network) ? network.Contains(plain)
            : IPAddress.TryParse(place, out var one) && one.Equals(plain);
    }
}
