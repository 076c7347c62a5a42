using System.Text;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Broker;

public sealed class LimitTests
{
    [Theory]
    [InlineData("47 45 54 20 2F")] // GET /
    [InlineData("C0 00")] // PINGREQ before CONNECT
    [InlineData("10 FF FF FF 7F")] // a CONNECT of 256 MiB
    public async Task Strangers_are_shown_the_door_at_once(string hex)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.OpenAsync(broker.Port);

        await client.SendAsync(hex.Split(' ').Select(b => Convert.ToByte(b, 16)).ToArray());

        Assert.Null(await client.ReadEndAsync());
        await using var alive = await broker.ConnectAsync();
    }

    [Fact]
    public async Task Who_says_nothing_is_not_waited_for()
    {
        await using var broker = await TestBroker.StartAsync(o => o.ConnectTimeout = TimeSpan.FromMilliseconds(100));
        using var client = await RawClient.OpenAsync(broker.Port);

        Assert.Null(await client.ReadEndAsync());
        await Talking.UntilAsync(() => broker.Broker.ConnectionCount == 0);
    }

    [Fact]
    public async Task An_unknown_version_is_told_so()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.OpenAsync(broker.Port, MqttVersion.V311);

        await client.SendAsync("\x10\x0e\x00\x06MQIsdp\x03\x02\x00\x0a\x00\x00"u8.ToArray());

        Assert.Equal(1, (await client.ReadAsync<ConnAckPacket>()).Code);
        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task Beyond_the_last_place_nobody_gets_in()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxConnections = 1);
        using var first = await RawClient.EnterAsync(broker.Port);
        using var second = await RawClient.OpenAsync(broker.Port);
        Assert.Null(await second.ReadEndAsync());

        first.Dispose();
        await Talking.UntilAsync(() => broker.Broker.ConnectionCount == 0);
        using var third = await RawClient.EnterAsync(broker.Port);
    }

    [Fact]
    public async Task What_is_offered_is_announced()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(
            broker.Port, "", properties: new MqttProperties { SessionExpiry = uint.MaxValue });

        var told = client.Answer!.Properties;

        Assert.Null(told.MaximumQos);
        Assert.Equal((ushort)16, told.TopicAliasMaximum);
        Assert.Null(told.SubscriptionIdentifierAvailable);
        Assert.Null(told.SharedAvailable);
        Assert.Equal((ushort)1800, told.ServerKeepAlive);
        Assert.Equal((uint)TimeSpan.FromDays(7).TotalSeconds, told.SessionExpiry);
        Assert.Equal((ushort)100, told.ReceiveMaximum);
        Assert.Equal(256u * 1024, told.MaximumPacketSize);
        Assert.StartsWith("auto-", told.AssignedClientId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$share/g", MqttReason.TopicFilterInvalid)]
    [InlineData("all/a#", MqttReason.TopicFilterInvalid)]
    [InlineData("all/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", MqttReason.TopicFilterInvalid)]
    public async Task A_subscription_we_cannot_serve_is_refused_alone(string filter, MqttReason reason)
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync();

        Assert.Equal(reason, await client.SubscribeAsync(filter));
        Assert.Equal(MqttReason.GrantedQos1, await client.SubscribeAsync("all/x"));
    }

    [Fact]
    public async Task Subscriptions_have_a_number()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxSubscriptions = 1);
        var client = await broker.ConnectAsync();

        Assert.Equal(MqttReason.GrantedQos1, await client.SubscribeAsync("all/x"));
        Assert.Equal(MqttReason.QuotaExceeded, await client.SubscribeAsync("all/y"));
        Assert.Equal(MqttReason.Success, await client.SubscribeAsync("all/x", MqttQos.AtMostOnce));
    }

    [Theory]
    [InlineData(200_000, MqttReason.PacketTooLarge)]
    [InlineData(10, MqttReason.TopicNameInvalid)]
    public async Task What_is_too_large_ends_the_connection(int payload, MqttReason reason)
    {
        await using var broker = await TestBroker.StartAsync(o => (o.MaxPacketSize, o.MaxTopicLength) = (100_000, 20));
        using var client = await RawClient.EnterAsync(broker.Port);

        await client.SendAsync(
            new MqttMessage { Topic = "from/m1/" + new string('x', 20), Payload = new byte[payload] });

        Assert.Equal(reason, await client.ReadEndAsync());
    }

    [Fact]
    public async Task A_client_is_sent_nothing_larger_than_it_accepts()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(
            broker.Port, properties: new MqttProperties { MaximumPacketSize = 100 });
        await client.SubscribeAsync("all/#");

        await broker.Broker.PublishAsync(new MqttMessage { Topic = "all/x", Payload = new byte[100] });
        await broker.Broker.PublishAsync(Talking.Message("all/x", "small"));

        Assert.Equal("small", (await client.ReadAsync<PublishPacket>()).Message.Text());
    }

    [Fact]
    public async Task No_more_is_in_flight_than_the_client_accepts()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(
            broker.Port, properties: new MqttProperties { ReceiveMaximum = 2 });
        await client.SubscribeAsync("all/#");
        for (var i = 0; i < 4; i++) await broker.Broker.PublishAsync(Talking.Message("all/x", $"{i}"));

        var first = await client.ReadAsync<PublishPacket>();
        await client.ReadAsync<PublishPacket>();
        await client.SendAsync(PingPacket.Request);
        Assert.Same(PingPacket.Response, await client.ReadAsync());
        await client.SendAsync(new AckPacket(PacketType.PubAck, first.PacketId));

        Assert.Equal("2", (await client.ReadAsync<PublishPacket>()).Message.Text());
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task Silence_beyond_the_keep_alive_ends_the_connection(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port, version: version, keepAlive: 1);

        var reason = await client.ReadEndAsync();

        Assert.Equal(version is MqttVersion.V5 ? MqttReason.KeepAliveTimeout : null, reason);
        await broker.Gate.WaitForAsync("disconnected m1/m1 KeepAliveTimeout");
    }

    [Fact]
    public async Task Our_client_keeps_itself_alive()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync(broker.Options() with { KeepAlive = TimeSpan.FromSeconds(1) });
        await broker.Gate.WaitForAsync("connected m1/m1");
        var start = broker.Broker.PresenceOf("m1").LastHeard;

        await Talking.UntilAsync(() => broker.Broker.PresenceOf("m1").LastHeard > start + TimeSpan.FromSeconds(2));

        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task A_slow_reader_loses_qos_0_and_stays()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxQueuedMessages = 10);
        using var slow = await RawClient.EnterAsync(broker.Port);
        await slow.SubscribeAsync("all/#", MqttQos.AtMostOnce);

        var payload = new byte[50_000];
        for (var i = 0; i < 500; i++)
            await broker.Broker.PublishAsync(new MqttMessage { Topic = "all/x", Payload = payload });

        var received = 0;
        while ((await slow.ReadAsync<PublishPacket>()).Message.Payload.Length == payload.Length)
        {
            // As soon as there is room again, messages come again.
            if (++received > 10) await broker.Broker.PublishAsync(Talking.Message("all/x", "end", MqttQos.AtMostOnce));
        }

        Assert.InRange(received, 11, 499);
    }

    [Fact]
    public async Task A_reader_too_slow_for_qos_1_is_disconnected_and_keeps_what_was_queued()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxQueuedMessages = 10);
        var properties = new MqttProperties { SessionExpiry = 1000, ReceiveMaximum = 1 };
        using var slow = await RawClient.EnterAsync(broker.Port, properties: properties);
        await slow.SubscribeAsync("all/#");

        for (var i = 0; i < 12; i++) await broker.Broker.PublishAsync(Talking.Message("all/x", $"{i}"));

        await slow.ReadAsync<PublishPacket>();
        Assert.Equal(MqttReason.QuotaExceeded, await slow.ReadEndAsync());
        await broker.Gate.WaitForAsync("disconnected m1/m1 QuotaExceeded");
        using var again = await RawClient.EnterAsync(broker.Port, clean: false);
        Assert.True(again.Answer!.SessionPresent);
        for (var i = 0; i < 11; i++) Assert.Equal($"{i}", (await again.ReadAsync<PublishPacket>()).Message.Text());
    }

    [Fact]
    public async Task A_reader_that_never_reads_is_cut_off()
    {
        await using var broker = await TestBroker.StartAsync(
            o => (o.MaxQueuedMessages, o.LingerTimeout) = (10, TimeSpan.FromMilliseconds(100)));
        using var slow = await RawClient.EnterAsync(broker.Port);
        await slow.SubscribeAsync("all/#");
        var payload = Encoding.ASCII.GetBytes(new string('x', 100_000));

        for (var i = 0; i < 500 && broker.Broker.ConnectionCount > 0; i++)
            await broker.Broker.PublishAsync(
                new MqttMessage { Topic = "all/x", Payload = payload, Qos = MqttQos.AtLeastOnce });

        await Talking.UntilAsync(() => broker.Broker.ConnectionCount == 0);
    }

    [Fact]
    public async Task When_the_server_stops_everybody_is_told()
    {
        var broker = await TestBroker.StartAsync();
        using var modern = await RawClient.EnterAsync(broker.Port);
        using var old = await RawClient.EnterAsync(broker.Port, "m2", MqttVersion.V311);

        await broker.StopAsync().WaitAsync(TestBroker.Patience);

        Assert.Equal(MqttReason.ServerShuttingDown, await modern.ReadEndAsync());
        Assert.Null(await old.ReadEndAsync());
        await broker.DisposeAsync();
    }
}
