using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests;

/// <summary>A client that does what no proper client would: sends any bytes, acknowledges nothing, reads or
/// not.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8 * 1024 };
    private readonly MqttVersion version;
    private PipeReader? input;

    private RawClient(MqttVersion version) => this.version = version;

    public static async Task<RawClient> OpenAsync(int port, MqttVersion version = MqttVersion.V5)
    {
        var client = new RawClient(version);
        await client.socket.ConnectAsync(IPAddress.Loopback, port);
        client.input = PipeReader.Create(new NetworkStream(client.socket));
        return client;
    }

    /// <summary>Connected and accepted as the identity.</summary>
    public static async Task<RawClient> EnterAsync(
        int port, string identity = "m1", MqttVersion version = MqttVersion.V5, bool clean = true, ushort keepAlive = 0,
        MqttWill? will = null, MqttProperties? properties = null, string? clientId = null)
    {
        var client = await OpenAsync(port, version);
        await client.SendAsync(new ConnectPacket
        {
            Version = version,
            CleanStart = clean,
            ClientId = clientId ?? identity,
            KeepAlive = keepAlive,
            UserName = identity,
            Password = Encoding.UTF8.GetBytes("secret"),
            Will = will,
            Properties = properties ?? MqttProperties.None,
        });
        client.Answer = await client.ReadAsync<ConnAckPacket>();
        Assert.Equal(0, client.Answer.Code);
        return client;
    }

    public ConnAckPacket? Answer { get; private set; }

    public Task SendAsync(Packet packet)
    {
        var buffer = new ArrayBufferWriter<byte>();
        PacketEncoder.Write(buffer, packet, version);
        return SendAsync(buffer.WrittenMemory);
    }

    public Task SendAsync(
        MqttMessage message, ushort id = 0, bool duplicate = false, ushort alias = 0, bool known = false,
        uint[]? identifiers = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var publication = new Publication(message, DateTimeOffset.UnixEpoch);
        var head = new PublishHead(message.Qos, id, duplicate, message.Retain)
        {
            Alias = alias,
            IsAliasKnown = known,
            Identifiers = identifiers,
        };
        PublishEncoder.Write(buffer, publication, head, version, DateTimeOffset.UnixEpoch);
        return SendAsync(buffer.WrittenMemory);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await socket.SendAsync(bytes);

    /// <summary>The next packet; null if the broker closed the connection.</summary>
    public Task<Packet?> ReadAsync() => RawPackets.ReadAsync(input!, version);

    public async Task<T> ReadAsync<T>()
        where T : Packet => Assert.IsType<T>(await ReadAsync());

    /// <summary>Expects the connection to end; returns the reason of a DISCONNECT before it.</summary>
    public async Task<MqttReason?> ReadEndAsync()
    {
        MqttReason? reason = null;
        while (await ReadAsync() is { } packet) reason = (packet as DisconnectPacket)?.Reason ?? reason;
        return reason;
    }

    public Task<MqttReason> SubscribeAsync(string filter, MqttQos qos = MqttQos.AtLeastOnce, uint? identifier = null) =>
        SubscribeAsync(new SubscribeRequest(filter, qos), identifier);

    public async Task<MqttReason> SubscribeAsync(SubscribeRequest request, uint? identifier = null)
    {
        await SendAsync(
            new SubscribePacket { PacketId = 1, Requests = [request], SubscriptionIdentifier = identifier });
        return Assert.Single((await ReadAsync<SubAckPacket>()).Codes);
    }

    /// <summary>Acknowledges nothing and reads until the broker has answered: what it had to send before is
    /// here.</summary>
    public async Task ExpectNothingAsync()
    {
        await SendAsync(PingPacket.Request);
        Assert.Same(PingPacket.Response, await ReadAsync());
    }

    public void Dispose() => socket.Dispose();
}
