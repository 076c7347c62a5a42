using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Broker;

public sealed class PublishSubscribeTests
{
    [Theory]
    [InlineData(MqttVersion.V311, MqttQos.AtMostOnce)]
    [InlineData(MqttVersion.V311, MqttQos.AtLeastOnce)]
    [InlineData(MqttVersion.V5, MqttQos.AtMostOnce)]
    [InlineData(MqttVersion.V5, MqttQos.AtLeastOnce)]
    public async Task A_message_reaches_its_subscriber(MqttVersion version, MqttQos qos)
    {
        await using var broker = await TestBroker.StartAsync();
        var receiver = await broker.ConnectAsync("m1", version);
        var sender = await broker.ConnectAsync("m2", version);
        Assert.Equal((MqttReason)qos, await receiver.SubscribeAsync("all/+/x", qos));

        await sender.PublishAsync(Talking.Message("all/a/x", "hello", qos));

        var received = await receiver.NextAsync();
        Assert.Equal("hello", received.Message.Text());
        Assert.Equal("all/a/x", received.Message.Topic);
        Assert.Equal(qos, received.Message.Qos);
        Assert.False(received.Message.Retain);
    }

    [Fact]
    public async Task The_properties_of_a_message_travel_along()
    {
        await using var broker = await TestBroker.StartAsync();
        var receiver = await broker.ConnectAsync("m1");
        var sender = await broker.ConnectAsync("m2");
        await receiver.SubscribeAsync("all/#");
        var message = Talking.Message("all/x", "grüße") with
        {
            ContentType = "text/plain",
            IsText = true,
            ResponseTopic = "all/answer",
            CorrelationData = new byte[] { 1, 2, 3 },
            Expiry = TimeSpan.FromSeconds(100),
            UserProperties = [new("a", "1"), new("a", "2"), new("b", "3")],
        };

        await sender.PublishAsync(message);

        var received = (await receiver.NextAsync()).Message;
        Assert.Equal(message.ContentType, received.ContentType);
        Assert.True(received.IsText);
        Assert.Equal(message.ResponseTopic, received.ResponseTopic);
        Assert.Equal([1, 2, 3], received.CorrelationData!.Value.ToArray());
        Assert.Equal(message.UserProperties, received.UserProperties);
        Assert.InRange(received.Expiry!.Value.TotalSeconds, 1, 100);
    }

    [Fact]
    public async Task A_session_with_overlapping_filters_gets_a_message_once_at_its_best()
    {
        await using var broker = await TestBroker.StartAsync();
        var receiver = await broker.ConnectAsync("m1");
        await receiver.SubscribeAsync("all/#", MqttQos.AtMostOnce);
        await receiver.SubscribeAsync("all/x", MqttQos.AtLeastOnce);

        await receiver.PublishAsync(Talking.Message("all/x", "one"));
        await receiver.PublishAsync(Talking.Message("all/y", "two"));

        var first = await receiver.NextAsync();
        Assert.Equal(("one", MqttQos.AtLeastOnce), (first.Message.Text(), first.Message.Qos));
        Assert.Equal("two", (await receiver.NextAsync()).Message.Text());
    }

    [Fact]
    public async Task No_local_spares_a_client_its_own_messages()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync("m1");
        var other = await broker.ConnectAsync("m2");
        await client.SubscribeAsync("all/#", MqttQos.AtLeastOnce, noLocal: true, false, 0);

        await client.PublishAsync(Talking.Message("all/x", "mine"));
        await other.PublishAsync(Talking.Message("all/x", "theirs"));

        Assert.Equal("theirs", (await client.NextAsync()).Message.Text());
    }

    [Fact]
    public async Task After_unsubscribing_nothing_comes()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync();
        await client.SubscribeAsync("all/a");
        await client.SubscribeAsync("all/b");
        await client.UnsubscribeAsync("all/a");

        await client.PublishAsync(Talking.Message("all/a", "gone"));
        await client.PublishAsync(Talking.Message("all/b", "here"));

        Assert.Equal("here", (await client.NextAsync()).Message.Text());
        Assert.Equal(["all/b"], broker.Broker.PresenceOf("m1").Subscriptions);
    }

    [Fact]
    public async Task Messages_at_one_quality_keep_their_order()
    {
        await using var broker = await TestBroker.StartAsync();
        var receiver = await broker.ConnectAsync("m1");
        var sender = await broker.ConnectAsync("m2");
        await receiver.SubscribeAsync("all/#");

        var sent = Enumerable.Range(0, 500).Select(i => sender.PublishAsync(Talking.Message("all/x", $"{i}"))).ToList();

        for (var i = 0; i < 500; i++) Assert.Equal($"{i}", (await receiver.NextAsync()).Message.Text());
        await Task.WhenAll(sent);
    }

    [Fact]
    public async Task The_server_stores_a_message_before_it_is_acknowledged()
    {
        await using var broker = await TestBroker.StartAsync();
        var stored = new TaskCompletionSource();
        broker.Gate.Publish = async (_, _) => await stored.Task;
        var client = await broker.ConnectAsync();

        var publishing = client.PublishAsync(Talking.Message("from/m1/report", "vend 7"));
        await client.PublishAsync(Talking.Message("from/m1/report", "x", MqttQos.AtMostOnce));
        Assert.False(publishing.IsCompleted);
        stored.SetResult();

        Assert.Equal(MqttReason.Success, await publishing.WaitAsync(TestBroker.Patience));
        Assert.Equal("vend 7", broker.Gate.Published.First().Text());
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task What_the_server_could_not_store_is_not_acknowledged_and_comes_again(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        var failures = 2;
        broker.Gate.Publish = (_, _) => failures-- > 0
            ? throw new InvalidOperationException("The disk is full.")
            : ValueTask.CompletedTask;
        var client = await broker.ConnectAsync(broker.Options(version: version) with
        {
            Reconnect = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50)),
        });

        await client.PublishAsync(Talking.Message("from/m1/report", "vend 7")).WaitAsync(TestBroker.Patience);

        Assert.Equal(-1, failures);
        Assert.Equal("vend 7", Assert.Single(broker.Gate.Published).Text());
    }

    [Fact]
    public async Task The_server_hears_in_order_who_came_subscribed_spoke_and_went()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync();
        await client.SubscribeAsync("to/m1/#");
        await client.PublishAsync(Talking.Message("from/m1/x", "1"));
        Assert.True(broker.Broker.PresenceOf("m1").Connected);
        Assert.NotNull(broker.Broker.PresenceOf("m1").LastHeard);
        await client.DisconnectAsync();

        Assert.Equal("connected m1/m1", await broker.Gate.NextAsync());
        Assert.Equal("subscribed m1/m1 to/m1/#", await broker.Gate.NextAsync());
        Assert.Equal("published m1/m1 from/m1/x 1", await broker.Gate.NextAsync());
        Assert.Equal("disconnected m1/m1 Success", await broker.Gate.NextAsync());
        Assert.False(broker.Broker.PresenceOf("m1").Connected);
    }

    [Fact]
    public async Task The_server_publishes_to_everybody_who_subscribes()
    {
        await using var broker = await TestBroker.StartAsync();
        var one = await broker.ConnectAsync("m1", MqttVersion.V311);
        var two = await broker.ConnectAsync("m2");
        await one.SubscribeAsync("all/news");
        await two.SubscribeAsync("all/#", MqttQos.AtMostOnce);

        await broker.Broker.PublishAsync(Talking.Message("all/news", "open"));

        Assert.Equal(MqttQos.AtLeastOnce, (await one.NextAsync()).Message.Qos);
        Assert.Equal(MqttQos.AtMostOnce, (await two.NextAsync()).Message.Qos);
    }

    [Theory]
    [Trait("Mqtt", "5.0 3.3.1-3")]
    [Trait("Mqtt", "5.0 4.3.2-5")]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task After_its_acknowledgement_an_identifier_means_a_new_message_duplicate_or_not(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        var receiver = await broker.ConnectAsync("m2", version);
        await receiver.SubscribeAsync("all/#");
        using var client = await RawClient.EnterAsync(broker.Port, version: version);

        foreach (var duplicate in (bool[])[false, true])
        {
            await client.SendAsync(Talking.Message("all/x", "again"), 5, duplicate);
            Assert.Equal(5, (await client.ReadAsync<AckPacket>()).PacketId);
        }

        for (var i = 0; i < 2; i++) Assert.False((await receiver.NextAsync()).Duplicate);
    }
}
