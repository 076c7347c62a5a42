using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Automat.Bench;

/// <summary>A client of MQTT 3.1.1 that costs as little as it can: packets of one size, nothing parsed that is known.</summary>
internal sealed class LoadClient : IDisposable
{
    /// <summary>Bytes of each message.</summary>
    public const int PayloadSize = 64;

    /// <summary>A PUBLISH of QoS 1 to a topic of six characters.</summary>
    public const int PublishSize = 2 + 2 + 6 + 2 + PayloadSize;

    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] incoming = new byte[64 * 1024];
    private int held;
    private ushort lastId;

    public static async Task<LoadClient> ConnectAsync(int port, string id)
    {
        var client = new LoadClient();
        await client.socket.ConnectAsync(IPAddress.Loopback, port);
        byte[] body = [.. Text("MQTT"), 4, 2, 0, 0, .. Text(id)];
        await client.SendAsync((byte[])[0x10, (byte)body.Length, .. body]);
        await client.ReadAsync(4);
        return client;
    }

    public async Task SubscribeAsync(string topic)
    {
        byte[] body = [0, 1, .. Text(topic), 1];
        await SendAsync((byte[])[0x82, (byte)body.Length, .. body]);
        await ReadAsync(5);
    }

    /// <summary>Writes a PUBLISH into a buffer.</summary>
    public void Write(Span<byte> packet, string topic, long stamp)
    {
        packet[0] = 0x32;
        packet[1] = PublishSize - 2;
        packet[2] = 0;
        packet[3] = 6;
        Encoding.ASCII.GetBytes(topic, packet[4..10]);
        lastId = lastId == ushort.MaxValue ? (ushort)1 : (ushort)(lastId + 1);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], lastId);
        BinaryPrimitives.WriteInt64BigEndian(packet[12..], stamp);
        packet[20..PublishSize].Clear();
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes)..];
    }

    /// <summary>Waits for whole packets of one size; the bytes are good until the next call. Empty: the end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadManyAsync(int size)
    {
        while (true)
        {
            var read = await socket.ReceiveAsync(incoming.AsMemory(held));
            if (read == 0) return default;
            held += read;
            var whole = held - (held % size);
            if (whole == 0) continue;
            var rest = held - whole;
            var packets = incoming.AsMemory(0, whole).ToArray();
            incoming.AsSpan(whole, rest).CopyTo(incoming);
            held = rest;
            return packets;
        }
    }

    public void Dispose() => socket.Dispose();

    private static byte[] Text(string text) => [0, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private async Task ReadAsync(int count)
    {
        for (var have = 0; have < count;)
        {
            var read = await socket.ReceiveAsync(new byte[count - have]);
            have += read > 0 ? read : throw new IOException("The broker closed the connection.");
        }
    }
}
