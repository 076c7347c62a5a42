using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Broker;

/// <summary>Identifiers, options and answers of SUBSCRIBE and UNSUBSCRIBE.</summary>
public sealed class SubscriptionTests
{
    [Fact]
    [Trait("Mqtt", "5.0 3.3.4-3")]
    [Trait("Mqtt", "5.0 3.3.4-4")]
    public async Task A_message_carries_the_identifiers_of_all_subscriptions_it_is_for()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);
        await client.SubscribeAsync("all/#", MqttQos.AtMostOnce, identifier: 268_435_455);
        await client.SubscribeAsync("all/x", MqttQos.AtMostOnce, identifier: 7);
        await client.SubscribeAsync("all/+", MqttQos.AtLeastOnce);
        await client.SubscribeAsync("$share/g/all/y", MqttQos.AtMostOnce, identifier: 9);

        await broker.Broker.PublishAsync(Talking.Message("all/x", "1"));
        await broker.Broker.PublishAsync(Talking.Message("all/x/y", "2"));

        var both = await client.ReadAsync<PublishPacket>();
        Assert.Equal([7u, 268_435_455u], both.SubscriptionIdentifiers.Order());
        Assert.Equal(MqttQos.AtLeastOnce, both.Message.Qos);
        Assert.Equal([268_435_455u], (await client.ReadAsync<PublishPacket>()).SubscriptionIdentifiers);
    }

    [Fact]
    public async Task Retained_shared_and_delivered_messages_carry_the_identifier_too()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.Broker.PublishAsync(Talking.Message("all/kept", "1", retain: true));
        using var client = await RawClient.EnterAsync(broker.Port);
        await client.SubscribeAsync("all/kept", MqttQos.AtMostOnce, identifier: 1);
        Assert.Equal([1u], (await client.ReadAsync<PublishPacket>()).SubscriptionIdentifiers);

        await client.SubscribeAsync("$share/g/all/y", MqttQos.AtMostOnce, identifier: 2);
        await broker.Broker.PublishAsync(Talking.Message("all/y", "2"));
        Assert.Equal([2u], (await client.ReadAsync<PublishPacket>()).SubscriptionIdentifiers);

        await client.SubscribeAsync("to/m1/#", MqttQos.AtMostOnce, identifier: 3);
        await broker.Broker.DeliverAsync("m1", "to/m1/x", default, MqttQos.AtMostOnce);
        Assert.Equal([3u], (await client.ReadAsync<PublishPacket>()).SubscriptionIdentifiers);
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.8.4-3")]
    public async Task Subscribing_again_replaces_qos_and_identifier()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);
        await client.SubscribeAsync("all/x", MqttQos.AtLeastOnce, identifier: 1);
        await client.SubscribeAsync("all/x", MqttQos.AtMostOnce);

        await broker.Broker.PublishAsync(Talking.Message("all/x", "1"));

        var packet = await client.ReadAsync<PublishPacket>();
        Assert.Empty(packet.SubscriptionIdentifiers);
        Assert.Equal(MqttQos.AtMostOnce, packet.Message.Qos);
        await client.ExpectNothingAsync();
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.3.4-6")]
    public async Task A_client_may_not_send_an_identifier()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);

        await client.SendAsync(Talking.Message("from/m1/x", "1"), 1, identifiers: [4]);

        Assert.Equal(MqttReason.ProtocolError, await client.ReadEndAsync());
        Assert.Empty(broker.Gate.Published);
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.8.3-3")]
    public async Task No_local_of_one_filter_does_not_silence_another()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);
        await client.SubscribeAsync(new SubscribeRequest("all/x", MqttQos.AtLeastOnce, NoLocal: true));
        await client.SubscribeAsync("all/#", MqttQos.AtMostOnce);

        await client.SendAsync(Talking.Message("all/x", "mine"), 1);

        Assert.Equal(MqttQos.AtMostOnce, (await client.ReadAsync<PublishPacket>()).Message.Qos);
        await client.ReadAsync<AckPacket>();
        await client.ExpectNothingAsync();
    }

    [Theory]
    [Trait("Mqtt", "5.0 3.8.4-5")]
    [Trait("Mqtt", "5.0 3.8.4-6")]
    [Trait("Mqtt", "5.0 3.9.3-1")]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task Many_filters_are_answered_one_by_one_in_their_order(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port, version: version);
        SubscribeRequest[] requests =
        [
            new("all/a", MqttQos.ExactlyOnce), new("to/m2/x", MqttQos.AtLeastOnce), new("all/b", MqttQos.AtMostOnce),
        ];

        await client.SendAsync(new SubscribePacket { PacketId = 77, Requests = requests });

        var answer = await client.ReadAsync<SubAckPacket>();
        var refusal = version is MqttVersion.V5 ? MqttReason.NotAuthorized : MqttReason.Unspecified;
        Assert.Equal(77, answer.PacketId);
        Assert.Equal([MqttReason.GrantedQos2, refusal, MqttReason.Success], answer.Codes);
    }

    [Theory]
    [Trait("Mqtt", "5.0 3.10.4-4")]
    [Trait("Mqtt", "5.0 3.10.4-5")]
    [Trait("Mqtt", "5.0 3.11.3-1")]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task Unsubscribing_is_answered_even_if_there_was_nothing(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port, version: version);
        await client.SubscribeAsync("all/+");

        await client.SendAsync(new UnsubscribePacket { PacketId = 9, Filters = ["all/x", "all/+"] });

        var answer = await client.ReadAsync<SubAckPacket>();
        Assert.Equal((PacketType.UnsubAck, (ushort)9), (answer.Type, answer.PacketId));
        Assert.Equal(
            version is MqttVersion.V5 ? [MqttReason.NoSubscriptionExisted, MqttReason.Success] : [], answer.Codes);
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.10.4-3")]
    public async Task What_was_begun_is_finished_after_unsubscribing()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);
        await client.SubscribeAsync("all/x", MqttQos.ExactlyOnce);
        await broker.Broker.PublishAsync(Talking.Message("all/x", "1", MqttQos.ExactlyOnce));
        var packet = await client.ReadAsync<PublishPacket>();
        await client.SendAsync(new UnsubscribePacket { PacketId = 9, Filters = ["all/x"] });
        await client.ReadAsync<SubAckPacket>();

        await client.SendAsync(new AckPacket(PacketType.PubRec, packet.PacketId));

        Assert.Equal(PacketType.PubRel, (await client.ReadAsync<AckPacket>()).Type);
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.3.1-9")]
    public async Task Thousands_of_retained_messages_greet_a_new_subscriber_without_being_held_against_it()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxQueuedMessages = 100);
        for (var i = 0; i < 3_000; i++)
            await broker.Broker.PublishAsync(Talking.Message($"all/{i}", $"{i}", retain: true));
        var client = await broker.ConnectAsync();

        await client.SubscribeAsync("all/#");

        var received = new HashSet<string>();
        while (received.Count < 3_000) received.Add((await client.NextAsync()).Message.Text());
        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task A_filter_that_is_not_valid_ends_a_3_1_1_connection()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port, version: MqttVersion.V311);

        await client.SendAsync(new SubscribePacket { PacketId = 1, Requests = [new("all/a#", MqttQos.AtMostOnce)] });

        Assert.Null(await client.ReadEndAsync());
        await broker.Gate.WaitForAsync("disconnected m1/m1 MalformedPacket");
    }
}
