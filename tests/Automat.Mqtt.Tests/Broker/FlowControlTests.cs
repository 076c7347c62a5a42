using System.Diagnostics.Metrics;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Broker;

/// <summary>What holds clients and broker back, both ways.</summary>
public sealed class FlowControlTests
{
    [Fact]
    [Trait("Mqtt", "5.0 4.13.1-1")]
    public async Task A_client_with_more_open_than_the_receive_maximum_is_disconnected()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxInFlight = 3);
        using var client = await RawClient.EnterAsync(broker.Port);
        Assert.Equal((ushort)3, client.Answer!.Properties.ReceiveMaximum);

        for (ushort i = 1; i <= 4; i++)
            await client.SendAsync(Talking.Message("from/m1/x", $"{i}", MqttQos.ExactlyOnce), i);

        Assert.Equal(MqttReason.ReceiveMaximumExceeded, await client.ReadEndAsync());
        Assert.Equal(3, broker.Gate.Published.Count);
    }

    [Fact]
    public async Task What_a_client_forgot_to_release_does_not_lock_it_out()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxInFlight = 2);
        ushort id = 0;
        for (var round = 0; round < 5; round++)
        {
            using var client = await RawClient.EnterAsync(
                broker.Port, clean: false, properties: new MqttProperties { SessionExpiry = 1000 });
            for (var i = 0; i < 2; i++)
            {
                await client.SendAsync(Talking.Message("from/m1/x", $"{id}", MqttQos.ExactlyOnce), ++id);
                await client.ReadAsync<AckPacket>();
            }
        }

        Assert.Equal(10, broker.Gate.Published.Count);
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.3.4-9")]
    [Trait("Mqtt", "5.0 4.9.0-2")]
    public async Task At_qos_2_the_window_opens_again_with_the_last_acknowledgement()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(
            broker.Port, properties: new MqttProperties { ReceiveMaximum = 1 });
        await client.SubscribeAsync("all/#", MqttQos.ExactlyOnce);
        for (var i = 0; i < 2; i++)
            await broker.Broker.PublishAsync(Talking.Message("all/x", $"{i}", MqttQos.ExactlyOnce));

        var first = await client.ReadAsync<PublishPacket>();
        await client.SendAsync(new AckPacket(PacketType.PubRec, first.PacketId));
        await client.ReadAsync<AckPacket>();
        await client.ExpectNothingAsync();
        await client.SendAsync(new AckPacket(PacketType.PubComp, first.PacketId));

        Assert.Equal("1", (await client.ReadAsync<PublishPacket>()).Message.Text());
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.3.4-10")]
    [Trait("Mqtt", "5.0 4.9.0-3")]
    public async Task With_a_full_window_everything_else_goes_on()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(
            broker.Port, properties: new MqttProperties { ReceiveMaximum = 1 });
        await client.SubscribeAsync("all/#");
        for (var i = 0; i < 2; i++) await broker.Broker.PublishAsync(Talking.Message("all/x", $"{i}"));
        await client.ReadAsync<PublishPacket>();

        await client.ExpectNothingAsync();
        Assert.Equal(MqttReason.GrantedQos1, await client.SubscribeAsync("to/m1/x"));
        await client.SendAsync(Talking.Message("from/m1/x", "up"), 1);
        Assert.Equal(PacketType.PubAck, (await client.ReadAsync<AckPacket>()).Type);
        await broker.Broker.PublishAsync(Talking.Message("all/y", "unacknowledged", MqttQos.AtMostOnce));
        Assert.Equal("unacknowledged", (await client.ReadAsync<PublishPacket>()).Message.Text());
    }

    [Fact]
    [Trait("Mqtt", "5.0 4.6.0-5")]
    public async Task Messages_of_qos_0_never_overtake_each_other()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);
        await client.SubscribeAsync("all/#", MqttQos.AtMostOnce);
        var payload = new byte[20_000];

        // More than the network takes, so that some have to wait.
        for (var i = 0; i < 900; i++)
        {
            var expiry = TimeSpan.FromSeconds(10_000 + i);
            await broker.Broker.PublishAsync(new MqttMessage { Topic = "all/x", Payload = payload, Expiry = expiry });
            if (i % 3 == 0) await client.ReadAsync<PublishPacket>();
        }

        var last = TimeSpan.Zero;
        await client.SendAsync(PingPacket.Request);
        while (await client.ReadAsync() is PublishPacket packet)
        {
            Assert.True(packet.Message.Expiry + TimeSpan.FromSeconds(120) > last);
            last = packet.Message.Expiry!.Value;
        }
    }

    [Fact]
    public async Task Who_sends_too_fast_is_made_to_wait_and_loses_nothing()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxMessagesPerSecond = 50);
        using var counted = new Counted("mqtt.held_back");
        var client = await broker.ConnectAsync();

        await Task.WhenAll(Enumerable.Range(0, 80).Select(
            i => client.PublishAsync(Talking.Message("from/m1/x", $"{i}")))).WaitAsync(TestBroker.Patience);

        Assert.Equal(80, broker.Gate.Published.Count);
        Assert.True(counted.Total > 0);
    }

    [Fact]
    public void A_bucket_of_messages_fills_with_time()
    {
        var time = new ManualTime();
        var rate = new Mqtt.Broker.MessageRate(10, time.GetTimestamp());
        for (var i = 0; i < 10; i++) Assert.Equal(TimeSpan.Zero, rate.Take(time));

        Assert.Equal(TimeSpan.FromMilliseconds(100), rate.Take(time));
        time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(TimeSpan.Zero, rate.Take(time));
        time.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 10; i++) Assert.Equal(TimeSpan.Zero, rate.Take(time));
        Assert.NotEqual(TimeSpan.Zero, rate.Take(time));
    }

    [Fact]
    public async Task All_sessions_together_have_a_limit_too()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxQueuedBytesInTotal = 2_000);
        foreach (var name in (string[])["m1", "m2"])
        {
            using var client = await RawClient.EnterAsync(
                broker.Port, name, clean: false, properties: new MqttProperties { SessionExpiry = 1000 });
            await client.SubscribeAsync("all/#");
            await client.SendAsync(new DisconnectPacket());
            await client.ReadEndAsync();
        }

        await Talking.UntilAsync(() => !broker.Broker.PresenceOf("m1").Connected);
        await Talking.UntilAsync(() => !broker.Broker.PresenceOf("m2").Connected);
        for (var i = 0; i < 3; i++)
            await broker.Broker.PublishAsync(Talking.Message("all/x", new string('x', 600)));

        var kept = 0;
        foreach (var name in (string[])["m1", "m2"])
        {
            using var client = await RawClient.EnterAsync(broker.Port, name, clean: false);
            await client.SendAsync(PingPacket.Request);
            while (await client.ReadAsync() is PublishPacket) kept++;
        }

        Assert.Equal(3, kept);
    }

    [Fact]
    public async Task A_client_that_takes_nothing_for_too_long_is_cut()
    {
        await using var broker = await TestBroker.StartAsync(o => o.WriteTimeout = TimeSpan.FromMilliseconds(300));
        using var slow = await RawClient.EnterAsync(broker.Port);
        await slow.SubscribeAsync("all/#", MqttQos.AtMostOnce);

        using var limit = new CancellationTokenSource(TestBroker.Patience);
        while (broker.Broker.PresenceOf("m1").Connected)
        {
            // Slower than the network's buffers are filled, or most of it would be dropped before they are.
            await broker.Broker.PublishAsync(new MqttMessage { Topic = "all/x", Payload = new byte[50_000] });
            await Task.Delay(1, limit.Token);
        }

        await broker.Gate.WaitForAsync("disconnected m1/m1 QuotaExceeded");
    }

    [Fact]
    public async Task Expired_messages_make_room_for_others()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxQueuedMessages = 2);
        using (var first = await RawClient.EnterAsync(
            broker.Port, clean: false, properties: new MqttProperties { SessionExpiry = 1000 }))
        {
            await first.SubscribeAsync("all/#");
        }

        await broker.Gate.WaitForAsync("disconnected m1/m1 Unspecified");
        for (var i = 0; i < 2; i++)
        {
            await broker.Broker.PublishAsync(
                Talking.Message("all/x", "stale") with { Expiry = TimeSpan.FromMilliseconds(1) });
        }

        await Task.Delay(5);
        await broker.Broker.PublishAsync(Talking.Message("all/x", "fresh"));

        using var again = await RawClient.EnterAsync(broker.Port, clean: false);
        Assert.Equal("fresh", (await again.ReadAsync<PublishPacket>()).Message.Text());
    }

    [Fact]
    public async Task What_is_dropped_is_counted_with_its_reason()
    {
        using var counted = new Counted("mqtt.messages.dropped");
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(
            broker.Port, properties: new MqttProperties { MaximumPacketSize = 50 });
        await client.SubscribeAsync("all/#");

        await broker.Broker.PublishAsync(Talking.Message("all/x", new string('x', 100)));

        Assert.Contains("too_large", counted.Tags);
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.1.2-25")]
    public async Task A_message_too_large_for_the_client_holds_no_place_in_flight()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(
            broker.Port, properties: new MqttProperties { MaximumPacketSize = 50, ReceiveMaximum = 1 });
        await client.SubscribeAsync("all/#");

        for (var i = 0; i < 3; i++)
            await broker.Broker.PublishAsync(Talking.Message("all/x", new string('x', 100)));
        await broker.Broker.PublishAsync(Talking.Message("all/x", "small"));

        Assert.Equal("small", (await client.ReadAsync<PublishPacket>()).Message.Text());
    }

    private sealed class ManualTime : TimeProvider
    {
        private long ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Advance(TimeSpan time) => ticks += time.Ticks;
    }

    /// <summary>Listens to one of the broker's counters. Tests run in parallel, so others may count too.</summary>
    private sealed class Counted : IDisposable
    {
        private readonly MeterListener listener = new();
        private long total;

        public Counted(string name)
        {
            listener.InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "Automat.Mqtt" && instrument.Name == name)
                    l.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
            {
                Interlocked.Add(ref total, value);
                foreach (var tag in tags) Tags.Add($"{tag.Value}");
            });
            listener.Start();
        }

        public long Total => Interlocked.Read(ref total);

        public System.Collections.Concurrent.ConcurrentBag<string> Tags { get; } = [];

        public void Dispose() => listener.Dispose();
    }
}
