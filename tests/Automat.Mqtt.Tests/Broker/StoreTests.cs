using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Broker;

/// <summary>Sessions and retained messages that outlive the broker.</summary>
public sealed class StoreTests
{
    private readonly MemoryStore store = new();

    [Fact]
    public async Task What_waited_for_a_client_waits_for_it_after_a_restart()
    {
        await using (var broker = await StartAsync())
        {
            using (var client = await RawClient.EnterAsync(broker.Port, clean: true, properties: Lasting()))
            {
                await client.SubscribeAsync("to/m1/#");
            }

            await broker.Gate.WaitForAsync("disconnected m1/m1 Unspecified");
            for (var i = 0; i < 5; i++) await broker.Broker.PublishAsync(Message($"{i}"));
            await broker.StopAsync();
        }

        await using var again = await StartAsync();
        await again.Broker.PublishAsync(Message("5"));
        await using var back = await again.ConnectAsync(again.Options() with { CleanStart = false });

        for (var i = 0; i < 6; i++) Assert.Equal($"{i}", (await back.NextAsync()).Message.Text());
        await again.Broker.PublishAsync(Message("the subscription is there too"));
        Assert.Equal("the subscription is there too", (await back.NextAsync()).Message.Text());
    }

    [Fact]
    public async Task What_was_in_flight_comes_again_under_its_id_and_as_a_duplicate()
    {
        PublishPacket sent;
        await using (var broker = await StartAsync())
        {
            using var client = await RawClient.EnterAsync(broker.Port, clean: true, properties: Lasting());
            await client.SubscribeAsync("to/m1/#");
            await broker.Broker.PublishAsync(Message("open"));
            sent = await client.ReadAsync<PublishPacket>();
            await broker.StopAsync();
        }

        await using var again = await StartAsync();
        using var back = await RawClient.EnterAsync(again.Port, clean: false, properties: Lasting());
        var repeated = await back.ReadAsync<PublishPacket>();

        Assert.True(back.Answer!.SessionPresent);
        Assert.True(repeated.Duplicate);
        Assert.Equal(sent.PacketId, repeated.PacketId);
        await back.SendAsync(new AckPacket(PacketType.PubAck, repeated.PacketId));
        await Talking.UntilAsync(() => store.Copies == 0);
    }

    [Fact]
    public async Task A_qos_2_message_taken_before_the_restart_is_not_taken_twice()
    {
        await using (var broker = await StartAsync())
        {
            using var client = await RawClient.EnterAsync(broker.Port, clean: true, properties: Lasting());
            await client.SendAsync(Talking.Message("from/m1/x", "once", MqttQos.ExactlyOnce), id: 7);
            await client.ReadAsync<AckPacket>();
            await broker.StopAsync();
        }

        await using var again = await StartAsync();
        using var back = await RawClient.EnterAsync(again.Port, clean: false, properties: Lasting());
        await back.SendAsync(Talking.Message("from/m1/x", "once", MqttQos.ExactlyOnce), id: 7, duplicate: true);

        Assert.Equal(PacketType.PubRec, (await back.ReadAsync<AckPacket>()).Type);
        await back.SendAsync(new AckPacket(PacketType.PubRel, 7));
        Assert.Equal(PacketType.PubComp, (await back.ReadAsync<AckPacket>()).Type);
        Assert.Empty(again.Gate.Published);
    }

    [Fact]
    public async Task The_second_half_of_a_qos_2_exchange_goes_on_after_the_restart()
    {
        ushort id;
        await using (var broker = await StartAsync())
        {
            using var client = await RawClient.EnterAsync(broker.Port, clean: true, properties: Lasting());
            await client.SubscribeAsync("to/m1/#", MqttQos.ExactlyOnce);
            await broker.Broker.PublishAsync(Message("twice never", MqttQos.ExactlyOnce));
            id = (await client.ReadAsync<PublishPacket>()).PacketId;
            await client.SendAsync(new AckPacket(PacketType.PubRec, id));
            Assert.Equal(PacketType.PubRel, (await client.ReadAsync<AckPacket>()).Type);
            await broker.StopAsync();
        }

        await using var again = await StartAsync();
        using var back = await RawClient.EnterAsync(again.Port, clean: false, properties: Lasting());
        var answer = await back.ReadAsync<AckPacket>();

        Assert.Equal((PacketType.PubRel, id), (answer.Type, answer.PacketId));
        await back.SendAsync(new AckPacket(PacketType.PubComp, id));
        await Talking.UntilAsync(() => store.Copies == 0);
    }

    [Fact]
    public async Task Retained_messages_are_there_after_a_restart_and_cleared_ones_are_not()
    {
        await using (var broker = await StartAsync())
        {
            await broker.Broker.PublishAsync(Talking.Message("all/kept", "old", retain: true));
            await broker.Broker.PublishAsync(Talking.Message("all/cleared", "old", retain: true));
            await Talking.UntilAsync(() => store.Saves > 0);
            await broker.Broker.PublishAsync(Talking.Message("all/kept", "new", retain: true) with
            {
                ContentType = "text/plain",
                UserProperties = [new("colour", "red")],
            });
            await broker.Broker.PublishAsync(Talking.Message("all/cleared", "", retain: true));
            await broker.StopAsync();
        }

        await using var again = await StartAsync();
        var client = await again.ConnectAsync();
        await client.SubscribeAsync("all/#");
        await again.Broker.PublishAsync(Talking.Message("all/end", "end"));

        var kept = (await client.NextAsync()).Message;
        Assert.Equal(("all/kept", "new", "text/plain"), (kept.Topic, kept.Text(), kept.ContentType));
        Assert.Equal(new MqttUserProperty("colour", "red"), Assert.Single(kept.UserProperties));
        Assert.Equal("all/end", (await client.NextAsync()).Message.Topic);
    }

    [Fact]
    public async Task Sessions_that_end_with_their_connection_are_not_kept()
    {
        await using var broker = await StartAsync();
        var passing = await broker.ConnectAsync("m1");
        await passing.SubscribeAsync("to/m1/#");
        await using (var lasting = await broker.ConnectAsync(broker.Options("m2") with { SessionExpiry = TimeSpan.FromHours(1) }))
        {
            await Talking.UntilAsync(() => store.Sessions == 1);
        }

        await using var clean = await broker.ConnectAsync(broker.Options("m2"));
        await Talking.UntilAsync(() => store.Sessions == 0);
    }

    [Fact]
    public async Task Who_has_no_rights_any_more_has_no_session()
    {
        await using (var broker = await StartAsync())
        {
            await using var client = await broker.ConnectAsync(
                broker.Options("forgotten") with { SessionExpiry = TimeSpan.FromHours(1) });
            await broker.StopAsync();
        }

        Assert.Equal(1, store.Sessions);
        await using var again = await StartAsync();

        Assert.Equal(0, store.Sessions);
        Assert.Equal(0, again.Broker.Sessions.Count);
    }

    [Fact]
    public async Task A_store_that_fails_holds_nobody_up_and_gets_everything_later()
    {
        await using (var broker = await StartAsync())
        {
            store.Fails = true;
            using (var client = await RawClient.EnterAsync(broker.Port, clean: true, properties: Lasting()))
            {
                await client.SubscribeAsync("to/m1/#");
            }

            await broker.Gate.WaitForAsync("disconnected m1/m1 Unspecified");
            await broker.Broker.PublishAsync(Message("kept in the end"));
            var before = store.Saves;
            await Talking.UntilAsync(() => store.Saves > before + 2);
            Assert.Equal(0, store.Copies);
            store.Fails = false;
            await Talking.UntilAsync(() => store.Copies == 1);
        }

        await using var again = await StartAsync();
        await using var back = await again.ConnectAsync(again.Options() with { CleanStart = false });
        Assert.Equal("kept in the end", (await back.NextAsync()).Message.Text());
    }

    private static MqttProperties Lasting() => new() { SessionExpiry = 3_600 };

    private static MqttMessage Message(string text, MqttQos qos = MqttQos.AtLeastOnce) =>
        Talking.Message("to/m1/x", text, qos);

    private Task<TestBroker> StartAsync() =>
        TestBroker.StartAsync(o => o.SaveInterval = TimeSpan.FromMilliseconds(50), store: store);
}
