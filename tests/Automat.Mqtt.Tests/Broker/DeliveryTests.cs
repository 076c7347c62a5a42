using Automat.Mqtt.Broker;

namespace Automat.Mqtt.Tests.Broker;

/// <summary>The way a paid command takes to its machine: now or not at all, and the server knows which.</summary>
public sealed class DeliveryTests
{
    private static readonly ReadOnlyMemory<byte> Pulse = "{\"credits\": 2}"u8.ToArray();

    [Fact]
    public async Task Nobody_connected_is_no_subscriber()
    {
        await using var broker = await TestBroker.StartAsync();

        Assert.Equal(MqttDelivery.NoSubscriber, await DeliverAsync(broker));
    }

    [Fact]
    public async Task Connected_but_not_subscribed_is_no_subscriber()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync();
        await client.SubscribeAsync("to/m1/other");

        Assert.Equal(MqttDelivery.NoSubscriber, await DeliverAsync(broker));
        Assert.False(broker.Broker.IsSubscribed("m1", "to/m1/coin"));
        Assert.True(broker.Broker.IsSubscribed("m1", "to/m1/other"));
    }

    [Fact]
    public async Task Another_identity_never_gets_it()
    {
        await using var broker = await TestBroker.StartAsync();
        var other = await broker.ConnectAsync("m2");
        await other.SubscribeAsync("all/#");

        var outcome = await broker.Broker.DeliverAsync("m1", "all/coin", Pulse, MqttQos.AtLeastOnce);

        Assert.Equal(MqttDelivery.NoSubscriber, outcome);
        Assert.False(other.Messages.TryRead(out _));
    }

    [Theory]
    [Trait("Accepts", "S4-04")]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task A_subscriber_at_qos_1_acknowledges(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync(version: version);
        await client.SubscribeAsync("to/+/coin");

        Assert.Equal(MqttDelivery.Acknowledged, await DeliverAsync(broker));
        Assert.Equal("{\"credits\": 2}", (await client.NextAsync()).Message.Text());
    }

    [Fact]
    public async Task A_subscriber_at_qos_0_can_only_be_written_to()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync();
        await client.SubscribeAsync("to/m1/#", MqttQos.AtMostOnce);

        Assert.Equal(MqttDelivery.Written, await DeliverAsync(broker));
        Assert.Equal(MqttQos.AtMostOnce, (await client.NextAsync()).Message.Qos);
    }

    [Fact]
    public async Task One_acknowledgement_of_several_sessions_is_enough()
    {
        await using var broker = await TestBroker.StartAsync();
        var game = await broker.ConnectAsync(broker.Options() with { ClientId = "game" });
        var screen = await broker.ConnectAsync(broker.Options() with { ClientId = "screen", ManualAck = true });
        await game.SubscribeAsync("to/m1/#");
        await screen.SubscribeAsync("to/m1/#");

        Assert.Equal(MqttDelivery.Acknowledged, await DeliverAsync(broker));
        Assert.NotNull(await screen.NextAsync());
    }

    [Fact]
    public async Task A_connection_lost_before_the_acknowledgement_leaves_a_doubt_and_no_copy()
    {
        await using var broker = await TestBroker.StartAsync();
        var options = broker.Options() with
        {
            ManualAck = true,
            CleanStart = false,
            SessionExpiry = TimeSpan.FromMinutes(5),
        };
        var client = await broker.ConnectAsync(options);
        await client.SubscribeAsync("to/m1/#");

        var delivering = DeliverAsync(broker);
        await client.NextAsync();
        client.Cut();
        Assert.Equal(MqttDelivery.Lost, await delivering.WaitAsync(TestBroker.Patience));

        var again = await broker.ConnectAsync(options);
        await broker.Broker.PublishAsync(Talking.Message("to/m1/marker", "end"));
        Assert.Equal("to/m1/marker", (await again.NextAsync()).Message.Topic);
    }

    [Fact]
    public async Task An_acknowledgement_that_never_comes_is_a_doubt_when_the_time_is_up()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync(broker.Options() with { ManualAck = true });
        await client.SubscribeAsync("to/m1/#");

        var outcome = await DeliverAsync(broker, new MqttDeliverOptions(TimeSpan.FromMilliseconds(200)))
            .WaitAsync(TestBroker.Patience);

        Assert.Equal(MqttDelivery.Lost, outcome);
    }

    [Fact]
    public async Task A_caller_who_stops_waiting_has_a_doubt()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync(broker.Options() with { ManualAck = true });
        await client.SubscribeAsync("to/m1/#");
        using var cancel = new CancellationTokenSource();

        var delivering = broker.Broker.DeliverAsync("m1", "to/m1/coin", Pulse, MqttQos.AtLeastOnce, null, cancel.Token);
        await client.NextAsync();
        await cancel.CancelAsync();

        Assert.Equal(MqttDelivery.Lost, await delivering.WaitAsync(TestBroker.Patience));
    }

    [Fact]
    public async Task A_delivery_that_found_no_room_in_time_was_never_sent()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxInFlight = 1);
        var client = await broker.ConnectAsync(broker.Options() with { ManualAck = true });
        await client.SubscribeAsync("to/m1/#");

        var first = DeliverAsync(broker);
        var inHand = await client.NextAsync();
        var second = await DeliverAsync(broker, new MqttDeliverOptions(TimeSpan.FromMilliseconds(200)))
            .WaitAsync(TestBroker.Patience);
        Assert.Equal(MqttDelivery.NoSubscriber, second);

        await inHand.AckAsync();
        Assert.Equal(MqttDelivery.Acknowledged, await first);
        await broker.Broker.PublishAsync(Talking.Message("to/m1/marker", "end"));
        Assert.Equal("to/m1/marker", (await client.NextAsync()).Message.Topic);
    }

    [Fact]
    public async Task Thousands_of_deliveries_are_all_acknowledged()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync(broker.Options() with { Handler = (_, _) => ValueTask.CompletedTask });
        await client.SubscribeAsync("to/m1/#");

        var outcomes = new List<MqttDelivery>();
        for (var batch = 0; batch < 10; batch++)
            outcomes.AddRange(await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => DeliverAsync(broker))));

        Assert.All(outcomes, o => Assert.Equal(MqttDelivery.Acknowledged, o));
    }

    private static Task<MqttDelivery> DeliverAsync(TestBroker broker, MqttDeliverOptions? options = null) =>
        broker.Broker.DeliverAsync("m1", "to/m1/coin", Pulse, MqttQos.AtLeastOnce, options);
}
