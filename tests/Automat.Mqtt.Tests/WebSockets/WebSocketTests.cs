using System.Buffers;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Automat.Mqtt.Broker;
using Automat.Mqtt.Protocol;
using Automat.Mqtt.WebSockets;
using Microsoft.AspNetCore.Builder;

namespace Automat.Mqtt.Tests.WebSockets;

/// <summary>MQTT over WebSocket, on the web server's own port.</summary>
public sealed class WebSocketTests
{
    private static readonly byte[] Connect = Bytes(new ConnectPacket
    {
        Version = MqttVersion.V311,
        CleanStart = true,
        ClientId = "m1",
        UserName = "m1",
        Password = Encoding.UTF8.GetBytes("secret"),
    });

    [Fact]
    public async Task Packets_may_begin_and_end_anywhere_in_frames()
    {
        await using var broker = await StartAsync();
        using var socket = await OpenAsync(broker);
        var publish = Bytes(Talking.Message("from/m1/x", "hi"));
        byte[] all = [.. Connect, .. publish];

        foreach (var one in all) await SendAsync(socket, [one]);

        await broker.Gate.WaitForAsync("published m1/m1 from/m1/x hi");
        // CONNACK, then PUBACK.
        Assert.Equal([0x20, 0x02, 0x00, 0x00, 0x40, 0x02, 0x00, 0x07], await ReadAsync(socket, 8));
    }

    [Fact]
    public async Task A_message_larger_than_any_buffer_passes_both_ways()
    {
        await using var broker = await StartAsync();
        using var socket = await OpenAsync(broker);
        await SendAsync(socket, Connect);
        await ReadAsync(socket, 4);
        await SendAsync(socket, Bytes(new SubscribePacket { PacketId = 1, Requests = [new("all/#", MqttQos.AtMostOnce)] }));
        await ReadAsync(socket, 5);
        var publish = Bytes(Talking.Message("all/x", new string('x', 200_000), MqttQos.AtMostOnce));

        await SendAsync(socket, publish);

        Assert.Equal(publish, await ReadAsync(socket, publish.Length));
    }

    [Fact]
    public async Task A_goodbye_ends_it_in_good_order()
    {
        await using var broker = await StartAsync();
        using var socket = await OpenAsync(broker);
        await SendAsync(socket, Connect);
        await ReadAsync(socket, 4);

        await SendAsync(socket, [0xE0, 0x00]);

        Assert.Equal(WebSocketCloseStatus.NormalClosure, await ReadEndAsync(socket));
        await broker.Gate.WaitForAsync("disconnected m1/m1 Success");
        await Talking.UntilAsync(() => broker.Broker.ConnectionCount == 0);
    }

    [Fact]
    public async Task A_client_that_is_cut_off_leaves_nothing_behind()
    {
        await using var broker = await StartAsync();
        var socket = await OpenAsync(broker);
        await SendAsync(socket, Connect);
        await broker.Gate.WaitForAsync("connected m1/m1");

        socket.Abort();
        socket.Dispose();

        await broker.Gate.WaitForAsync("disconnected m1/m1 Unspecified");
        await Talking.UntilAsync(() => broker.Broker.ConnectionCount == 0);
    }

    [Fact]
    public async Task Text_frames_are_refused()
    {
        await using var broker = await StartAsync();
        using var socket = await OpenAsync(broker);
        await SendAsync(socket, Connect);
        await ReadAsync(socket, 4);

        await socket.SendAsync("ping"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, default);

        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, await ReadEndAsync(socket));
        await broker.Gate.WaitForAsync("disconnected m1/m1 Unspecified");
    }

    [Fact]
    public async Task Garbage_ends_the_connection_and_not_the_server()
    {
        await using var broker = await StartAsync();
        using var socket = await OpenAsync(broker);

        await SendAsync(socket, [0x00, 0xFF, 0xFF]);

        Assert.Equal(WebSocketCloseStatus.NormalClosure, await ReadEndAsync(socket));
        using var another = await OpenAsync(broker);
        await SendAsync(another, Connect);
        Assert.Equal([0x20, 0x02, 0x00, 0x00], await ReadAsync(another, 4));
    }

    [Fact]
    public async Task The_server_going_down_says_so_and_lets_go()
    {
        await using var broker = await StartAsync();
        using var socket = await OpenAsync(broker);
        await SendAsync(socket, Connect);
        await ReadAsync(socket, 4);

        var stopping = broker.StopAsync();
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await ReadEndAsync(socket));

        await stopping.WaitAsync(TestBroker.Patience);
    }

    [Fact]
    public async Task The_gate_is_told_that_it_came_by_websocket()
    {
        await using var broker = await StartAsync();
        MqttTransport? seen = null;
        broker.Gate.Authenticate = login =>
        {
            seen = login.Transport;
            return TestGate.Identity("m1");
        };
        using var socket = await OpenAsync(broker);

        await SendAsync(socket, Connect);
        await ReadAsync(socket, 4);

        Assert.Equal(MqttTransport.WebSocket, seen);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("https://panel.example", true)]
    [InlineData("https://elsewhere.example", false)]
    [InlineData("null", false)]
    public async Task Only_pages_of_known_origins_may_connect(string? origin, bool welcome)
    {
        await using var broker = await StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);

        var connecting = socket.ConnectAsync(Address(broker), default);

        if (welcome) await connecting;
        else await Assert.ThrowsAsync<WebSocketException>(() => connecting);
        Assert.Equal(welcome ? "mqtt" : null, socket.SubProtocol);
    }

    [Fact]
    public async Task Pages_of_the_server_itself_may_connect()
    {
        await using var broker = await StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        socket.Options.SetRequestHeader("Origin", $"http://127.0.0.1:{broker.HttpPort}");

        await socket.ConnectAsync(Address(broker), default);

        Assert.Equal(WebSocketState.Open, socket.State);
    }

    [Theory]
    [InlineData("graphql-ws")]
    [InlineData(null)]
    public async Task Another_subprotocol_or_none_is_refused(string? subprotocol)
    {
        await using var broker = await StartAsync();
        using var socket = new ClientWebSocket();
        if (subprotocol is not null) socket.Options.AddSubProtocol(subprotocol);
        socket.Options.CollectHttpResponseDetails = true;

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(Address(broker), default));

        Assert.Equal(HttpStatusCode.BadRequest, socket.HttpStatusCode);
    }

    [Fact]
    public async Task Plain_http_is_told_what_this_is()
    {
        await using var broker = await StartAsync();
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{broker.HttpPort}/mqtt"));

        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("websocket_required", problem.GetProperty("code").GetString());
    }

    private static Task<TestBroker> StartAsync() => TestBroker.StartAsync(map: app =>
    {
        app.UseWebSockets();
        app.MapMqttWebSocket("/mqtt", ["https://panel.example"]);
    });

    private static Uri Address(TestBroker broker) => new($"ws://127.0.0.1:{broker.HttpPort}/mqtt");

    private static async Task<ClientWebSocket> OpenAsync(TestBroker broker)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(Address(broker), default);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, byte[] bytes) =>
        socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, default);

    private static async Task<byte[]> ReadAsync(ClientWebSocket socket, int count)
    {
        using var limit = new CancellationTokenSource(TestBroker.Patience);
        var bytes = new byte[count];
        for (var have = 0; have < count;)
        {
            var received = await socket.ReceiveAsync(bytes.AsMemory(have), limit.Token);
            Assert.Equal(WebSocketMessageType.Binary, received.MessageType);
            have += received.Count;
        }

        return bytes;
    }

    private static async Task<WebSocketCloseStatus?> ReadEndAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(TestBroker.Patience);
        var buffer = new byte[1024];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), limit.Token)).MessageType is not WebSocketMessageType.Close)
        {
        }

        var status = socket.CloseStatus;
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
        return status;
    }

    private static byte[] Bytes(Packet packet)
    {
        var buffer = new ArrayBufferWriter<byte>();
        PacketEncoder.Write(buffer, packet, MqttVersion.V311);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Bytes(MqttMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        PublishEncoder.Write(
            buffer, new Publication(message, DateTimeOffset.UnixEpoch),
            new PublishHead(message.Qos, 7, false, false), MqttVersion.V311, DateTimeOffset.UnixEpoch);
        return buffer.WrittenSpan.ToArray();
    }
}
