using System.Net;
using System.Net.Sockets;

namespace Automat.Mqtt.Broker;

/// <summary>How many connections each address holds. An IPv6 network of 64 bits counts as one: whoever has one address of
/// it has them all.</summary>
internal sealed class AddressCounts(int limit)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> counts = [];

    /// <summary>False if the address holds its share already; an unknown address is not counted.</summary>
    public bool TryEnter(IPAddress? address)
    {
        if (address is null) return true;
        var key = KeyOf(address);
        lock (gate)
        {
            var count = counts.GetValueOrDefault(key);
            if (count >= limit) return false;
            counts[key] = count + 1;
            return true;
        }
    }

    public void Leave(IPAddress? address)
    {
        if (address is null) return;
        var key = KeyOf(address);
        lock (gate)
        {
            var count = counts.GetValueOrDefault(key);
            if (count > 1) counts[key] = count - 1;
            else counts.Remove(key);
        }
    }

    private static IPAddress KeyOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily is not AddressFamily.InterNetworkV6) return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
