using Automat.Mqtt.Client;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Client;

/// <summary>What the broker announced, our client keeps to; what a broker may not do, it doesn't take.</summary>
public sealed class ClientLimitTests
{
    [Fact]
    [Trait("Mqtt", "5.0 3.2.2-11")]
    [Trait("Mqtt", "5.0 3.2.2-14")]
    [Trait("Mqtt", "5.0 3.2.2-15")]
    public async Task What_the_broker_does_not_take_is_not_sent()
    {
        using var broker = new RawBroker();
        var (client, _) = await broker.ConnectAsync(broker.Options, properties: new MqttProperties
        {
            MaximumQos = 1,
            RetainAvailable = false,
            MaximumPacketSize = 50,
            WildcardAvailable = false,
            SharedAvailable = false,
            SubscriptionIdentifierAvailable = false,
        });
        await using var closing = client;

        Assert.Equal(MqttReason.QosNotSupported, await client.PublishAsync(Message(MqttQos.ExactlyOnce)));
        Assert.Equal(
            MqttReason.RetainNotSupported,
            await client.PublishAsync(Message(MqttQos.AtLeastOnce) with { Retain = true }));
        foreach (var qos in (MqttQos[])[MqttQos.AtMostOnce, MqttQos.AtLeastOnce])
        {
            Assert.Equal(
                MqttReason.PacketTooLarge, await client.PublishAsync(Message(qos) with { Payload = new byte[60] }));
        }

        Assert.Equal(MqttReason.WildcardSubscriptionsNotSupported, await client.SubscribeAsync("a/#"));
        Assert.Equal(MqttReason.SharedSubscriptionsNotSupported, await client.SubscribeAsync("$share/g/a"));
        Assert.Equal(
            MqttReason.SubscriptionIdentifiersNotSupported,
            await client.SubscribeAsync(new MqttSubscription("a") { Identifier = 1 }));

        await client.PublishAsync(Message(MqttQos.AtMostOnce));
        Assert.Equal("t", (await broker.ReadAsync<PublishPacket>()).Message.Topic);
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.3.4-7")]
    [Trait("Mqtt", "5.0 3.3.4-8")]
    public async Task The_brokers_receive_maximum_is_kept()
    {
        using var broker = new RawBroker();
        var (client, _) = await broker.ConnectAsync(
            broker.Options, properties: new MqttProperties { ReceiveMaximum = 1 });
        await using var closing = client;
        var first = client.PublishAsync(Message(MqttQos.ExactlyOnce));
        var second = client.PublishAsync(Message(MqttQos.AtLeastOnce));
        await broker.ReadAsync<PublishPacket>();

        var unsubscribing = client.UnsubscribeAsync("x");
        var asked = await broker.ReadAsync<UnsubscribePacket>();
        await broker.SendAsync(
            new SubAckPacket(PacketType.UnsubAck) { PacketId = asked.PacketId, Codes = [MqttReason.Success] });
        await unsubscribing.WaitAsync(TestBroker.Patience);
        await broker.SendAsync(new AckPacket(PacketType.PubRec, 1));
        await broker.ReadAckAsync(PacketType.PubRel, 1);
        await broker.SendAsync(new AckPacket(PacketType.PubComp, 1));
        await first.WaitAsync(TestBroker.Patience);

        Assert.Equal(2, (await broker.ReadAsync<PublishPacket>()).PacketId);
        await broker.SendAsync(new AckPacket(PacketType.PubAck, 2));
        await second.WaitAsync(TestBroker.Patience);
    }

    [Theory]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task A_broker_that_sends_more_than_the_client_takes_is_told_so(MqttQos qos)
    {
        using var broker = new RawBroker();
        var (client, connect) = await broker.ConnectAsync(broker.Options with { MaxWaiting = 2, ManualAck = true });
        await using var closing = client;
        Assert.Equal((ushort)2, connect.Properties.ReceiveMaximum);

        for (ushort i = 1; i <= 3; i++) await broker.SendAsync(Message(qos), i);

        Assert.Equal(MqttReason.ReceiveMaximumExceeded, (await broker.ReadAsync<DisconnectPacket>()).Reason);
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.3.2-10")]
    public async Task The_broker_may_shorten_topics()
    {
        using var broker = new RawBroker();
        var (client, connect) = await broker.ConnectAsync(broker.Options with { MaxTopicAliases = 2 });
        await using var closing = client;
        Assert.Equal((ushort)2, connect.Properties.TopicAliasMaximum);

        await broker.SendAsync(Message(MqttQos.AtMostOnce) with { Topic = "a" }, 0, alias: 2, identifiers: [5, 6]);
        await broker.SendAsync(Message(MqttQos.AtMostOnce), 0, alias: 2, known: true);

        var received = await client.NextAsync();
        Assert.Equal("a", received.Message.Topic);
        Assert.Equal([5u, 6u], received.SubscriptionIdentifiers);
        Assert.Equal("a", (await client.NextAsync()).Message.Topic);
        await broker.SendAsync(Message(MqttQos.AtMostOnce), 0, alias: 3);
        Assert.Equal(MqttReason.TopicAliasInvalid, (await broker.ReadAsync<DisconnectPacket>()).Reason);
    }

    [Theory]
    [Trait("Mqtt", "5.0 3.2.2-17")]
    [Trait("Mqtt", "5.0 3.2.2-18")]
    [InlineData(null, "a a b")]
    [InlineData(1, "a1 1 b")]
    [InlineData(2, "a1 1 b2")]
    public async Task The_client_shortens_topics_as_far_as_the_broker_allows(int? maximum, string expected)
    {
        using var broker = new RawBroker();
        var (client, _) = await broker.ConnectAsync(
            broker.Options, properties: new MqttProperties { TopicAliasMaximum = (ushort?)maximum });
        await using var closing = client;

        foreach (var topic in (string[])["a", "a", "b"])
            await client.PublishAsync(Message(MqttQos.AtMostOnce) with { Topic = topic });

        var sent = new List<string>();
        while (sent.Count < 3)
        {
            var packet = await broker.ReadAsync<PublishPacket>();
            sent.Add($"{packet.Message.Topic}{packet.TopicAlias}");
        }

        Assert.Equal(expected, string.Join(' ', sent));
    }

    [Fact]
    public async Task A_broker_that_breaks_the_protocol_is_told_why()
    {
        using var broker = new RawBroker();
        var (client, _) = await broker.ConnectAsync(broker.Options);
        await using var closing = client;

        await broker.SendAsync(new AuthPacket());

        Assert.Equal(MqttReason.ProtocolError, (await broker.ReadAsync<DisconnectPacket>()).Reason);
        Assert.Null(await broker.ReadAsync());
    }

    [Fact]
    public async Task Connecting_asks_for_what_the_options_say_and_tells_what_the_broker_answered()
    {
        using var broker = new RawBroker();
        var client = new MqttClient(broker.Options with
        {
            RequestResponseInformation = true,
            RequestProblemInformation = false,
            UserProperties = [new("maker", "us")],
        });
        await using var closing = client;
        var connecting = client.ConnectAsync();
        var connect = await broker.AcceptAsync(properties: new MqttProperties
        {
            ResponseInformation = "answers/c",
            SessionExpiry = 5,
            MaximumPacketSize = 1000,
            TopicAliasMaximum = 3,
            ServerKeepAlive = 7,
        });

        var connected = await connecting.WaitAsync(TestBroker.Patience);

        Assert.True(connect.Properties.RequestResponseInformation);
        Assert.False(connect.Properties.RequestProblemInformation);
        Assert.Equal([new MqttUserProperty("maker", "us")], connect.Properties.UserProperties!);
        Assert.Equal("answers/c", connected.ResponseInformation);
        Assert.Equal(
            (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(7), 1000u, 3),
            (connected.SessionExpiry, connected.KeepAlive, connected.MaximumPacketSize, connected.TopicAliasMaximum));
    }

    [Fact]
    public async Task Subscriptions_come_back_with_their_options_after_a_reconnect()
    {
        using var broker = new RawBroker();
        var (client, _) = await broker.ConnectAsync(broker.Options with
        {
            Reconnect = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50)),
        });
        await using var closing = client;
        var subscribing = client.SubscribeAsync(
            new MqttSubscription("$share/g/a", MqttQos.ExactlyOnce) { Identifier = 9, RetainAsPublished = true });
        await AnswerAsync();
        Assert.Equal(MqttReason.GrantedQos2, await subscribing.WaitAsync(TestBroker.Patience));

        broker.Cut();
        await broker.AcceptAsync();

        var again = await AnswerAsync();
        Assert.Equal(9u, again.SubscriptionIdentifier);
        Assert.Equal(
            new SubscribeRequest("$share/g/a", MqttQos.ExactlyOnce, false, true), Assert.Single(again.Requests));

        async Task<SubscribePacket> AnswerAsync()
        {
            var asked = await broker.ReadAsync<SubscribePacket>();
            await broker.SendAsync(
                new SubAckPacket(PacketType.SubAck) { PacketId = asked.PacketId, Codes = [MqttReason.GrantedQos2] });
            return asked;
        }
    }

    private static MqttMessage Message(MqttQos qos) => Talking.Message("t", "x", qos);
}
