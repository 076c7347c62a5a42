using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Broker;

public sealed class TopicAliasTests
{
    [Fact]
    [Trait("Mqtt", "5.0 3.3.2-12")]
    public async Task A_client_may_name_a_topic_once_and_then_use_its_alias()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);
        var max = client.Answer!.Properties.TopicAliasMaximum!.Value;

        await client.SendAsync(Talking.Message("from/m1/a", "1"), 1, alias: max);
        await client.SendAsync(Talking.Message("ignored", "2", MqttQos.AtMostOnce), alias: max, known: true);
        await client.SendAsync(Talking.Message("from/m1/b", "3"), 2, alias: max);
        await client.SendAsync(Talking.Message("ignored", "4"), 3, alias: max, known: true);
        for (var i = 0; i < 3; i++) await client.ReadAsync<AckPacket>();

        Assert.Equal(
            ["from/m1/a 1", "from/m1/a 2", "from/m1/b 3", "from/m1/b 4"],
            broker.Gate.Published.Select(m => $"{m.Topic} {m.Text()}"));
    }

    [Fact]
    public async Task An_alias_does_not_get_around_the_rights()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);

        await client.SendAsync(Talking.Message("from/m2/a", "1"), 1, alias: 1);
        await client.SendAsync(Talking.Message("ignored", "2"), 2, alias: 1, known: true);

        Assert.Equal(MqttReason.NotAuthorized, (await client.ReadAsync<AckPacket>()).Reason);
        Assert.Equal(MqttReason.NotAuthorized, (await client.ReadAsync<AckPacket>()).Reason);
        Assert.Empty(broker.Gate.Published);
    }

    [Theory]
    [InlineData(17, false, MqttReason.TopicAliasInvalid)]
    [InlineData(3, true, MqttReason.ProtocolError)]
    public async Task An_alias_beyond_the_maximum_or_for_nothing_ends_the_connection(
        ushort alias, bool known, MqttReason reason)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);

        await client.SendAsync(Talking.Message("from/m1/a", "1"), 1, alias: alias, known: known);

        Assert.Equal(reason, await client.ReadEndAsync());
        Assert.Empty(broker.Gate.Published);
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.3.2-7")]
    public async Task Aliases_end_with_the_connection()
    {
        await using var broker = await TestBroker.StartAsync();
        var lasting = new MqttProperties { SessionExpiry = 1000, TopicAliasMaximum = 1 };
        using (var first = await RawClient.EnterAsync(broker.Port, clean: false, properties: lasting))
        {
            await first.SubscribeAsync("all/#");
            await first.SendAsync(Talking.Message("all/x", "1"), 1, alias: 1);
            Assert.Equal("all/x", (await first.ReadAsync<PublishPacket>()).Message.Topic);
        }

        using var again = await RawClient.EnterAsync(broker.Port, clean: false, properties: lasting);
        var repeated = await again.ReadAsync<PublishPacket>();
        Assert.Equal(("all/x", (ushort?)1), (repeated.Message.Topic, repeated.TopicAlias));
        await again.SendAsync(Talking.Message("ignored", "2"), 1, alias: 1, known: true);
        Assert.Equal(MqttReason.ProtocolError, await again.ReadEndAsync());
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.1.2-26")]
    [Trait("Mqtt", "5.0 3.3.2-11")]
    public async Task A_client_that_takes_aliases_is_told_a_topic_once()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(
            broker.Port, properties: new MqttProperties { TopicAliasMaximum = 1 });
        await client.SubscribeAsync("all/#", MqttQos.AtMostOnce);

        foreach (var topic in (string[])["all/a", "all/a", "all/b", "all/a"])
            await broker.Broker.PublishAsync(Talking.Message(topic, "x"));

        var received = new List<(string, int)>();
        while (received.Count < 4)
        {
            var packet = await client.ReadAsync<PublishPacket>();
            received.Add((packet.Message.Topic, packet.TopicAlias ?? 0));
        }

        Assert.Equal([("all/a", 1), ("", 1), ("all/b", 0), ("", 1)], received);
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.1.2-27")]
    public async Task A_client_that_takes_none_is_sent_none()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);
        await client.SubscribeAsync("all/#", MqttQos.AtMostOnce);

        for (var i = 0; i < 2; i++) await broker.Broker.PublishAsync(Talking.Message("all/a", "x"));

        for (var i = 0; i < 2; i++) Assert.Null((await client.ReadAsync<PublishPacket>()).TopicAlias);
    }

    [Fact]
    public async Task A_message_too_large_for_the_client_leaves_its_topic_without_an_alias()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(
            broker.Port, properties: new MqttProperties { TopicAliasMaximum = 5, MaximumPacketSize = 60 });
        await client.SubscribeAsync("all/#", MqttQos.AtMostOnce);

        await broker.Broker.PublishAsync(Talking.Message("all/a", new string('x', 60)));
        await broker.Broker.PublishAsync(Talking.Message("all/a", "small"));

        var packet = await client.ReadAsync<PublishPacket>();
        Assert.Equal(("all/a", "small"), (packet.Message.Topic, packet.Message.Text()));
    }
}
