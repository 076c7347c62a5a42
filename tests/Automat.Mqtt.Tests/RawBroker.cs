using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Automat.Mqtt.Client;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests;

/// <summary>A broker that does exactly what the test says, packet by packet, to see what our client does.</summary>
internal sealed class RawBroker(MqttVersion version = MqttVersion.V5) : IDisposable
{
    private readonly TcpListener listener = Start();
    private Socket? socket;
    private PipeReader? input;

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public MqttClientOptions Options => new() { Port = Port, ClientId = "c", Version = version };

    /// <summary>Takes the next connection, reads CONNECT and answers.</summary>
    public async Task<ConnectPacket> AcceptAsync(bool sessionPresent = false, MqttProperties? properties = null)
    {
        socket?.Dispose();
        socket = await listener.AcceptSocketAsync().WaitAsync(TestBroker.Patience);
        input = PipeReader.Create(new NetworkStream(socket));
        var connect = await ReadAsync<ConnectPacket>();
        await SendAsync(new ConnAckPacket
        {
            SessionPresent = sessionPresent,
            Properties = properties ?? MqttProperties.None,
        });
        return connect;
    }

    /// <summary>A client that is connected.</summary>
    public async Task<(MqttClient Client, ConnectPacket Connect)> ConnectAsync(
        MqttClientOptions options, bool sessionPresent = false, MqttProperties? properties = null)
    {
        var client = new MqttClient(options);
        var connecting = client.ConnectAsync();
        var connect = await AcceptAsync(sessionPresent, properties);
        await connecting.WaitAsync(TestBroker.Patience);
        return (client, connect);
    }

    /// <summary>Cuts the connection.</summary>
    public void Cut() => socket!.Dispose();

    public async Task SendAsync(byte[] bytes) => await socket!.SendAsync(bytes);

    public async Task SendAsync(Packet packet)
    {
        var buffer = new ArrayBufferWriter<byte>();
        PacketEncoder.Write(buffer, packet, version);
        await socket!.SendAsync(buffer.WrittenMemory);
    }

    public async Task SendAsync(
        MqttMessage message, ushort id, bool duplicate = false, ushort alias = 0, bool known = false,
        uint[]? identifiers = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var head = new PublishHead(message.Qos, id, duplicate, message.Retain)
        {
            Alias = alias,
            IsAliasKnown = known,
            Identifiers = identifiers,
        };
        PublishEncoder.Write(buffer, new Publication(message, default), head, version, default);
        await socket!.SendAsync(buffer.WrittenMemory);
    }

    /// <summary>The next packet; null if the client closed the connection.</summary>
    public Task<Packet?> ReadAsync() => RawPackets.ReadAsync(input!, version);

    public async Task<T> ReadAsync<T>()
        where T : Packet => Assert.IsType<T>(await ReadAsync());

    public async Task<AckPacket> ReadAckAsync(PacketType type, ushort id)
    {
        var ack = await ReadAsync<AckPacket>();
        Assert.Equal((type, id), (ack.Type, ack.PacketId));
        return ack;
    }

    public void Dispose()
    {
        socket?.Dispose();
        listener.Dispose();
    }

    private static TcpListener Start()
    {
        var started = new TcpListener(IPAddress.Loopback, 0);
        started.Start();
        return started;
    }
}
