using Automat.Mqtt.Client;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Broker;

public sealed class SessionTests
{
    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task A_persistent_session_gets_what_it_missed(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        var first = await broker.ConnectAsync(Persistent(broker, version));
        await first.SubscribeAsync("to/m1/#");
        await first.DisconnectAsync();
        await broker.Gate.WaitForAsync("disconnected m1/m1 Success");

        await broker.Broker.PublishAsync(Talking.Message("to/m1/a", "lost", MqttQos.AtMostOnce));
        await broker.Broker.PublishAsync(Talking.Message("to/m1/a", "kept"));
        await broker.Broker.PublishAsync(Talking.Message("to/m1/a", "too"));
        var again = await broker.ConnectAsync(Persistent(broker, version));

        Assert.Equal("kept", (await again.NextAsync()).Message.Text());
        Assert.Equal("too", (await again.NextAsync()).Message.Text());
        await broker.Gate.WaitForAsync("subscribed m1/m1 to/m1/#");
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task What_was_not_acknowledged_comes_again_as_a_duplicate_in_order(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        var first = await broker.ConnectAsync(Persistent(broker, version) with { ManualAck = true });
        await first.SubscribeAsync("to/m1/#");
        foreach (var text in (string[])["1", "2", "3"])
            await broker.Broker.PublishAsync(Talking.Message("to/m1/a", text));
        Assert.False((await first.NextAsync()).Duplicate);
        await (await first.NextAsync()).AckAsync();
        await first.NextAsync();
        await first.PublishAsync(Talking.Message("from/m1/x", "the acknowledgement is through"));
        first.Cut();
        await broker.Gate.WaitForAsync("disconnected m1/m1 Unspecified");
        await broker.Broker.PublishAsync(Talking.Message("to/m1/a", "4"));

        var again = await broker.ConnectAsync(Persistent(broker, version));

        var received = new List<(string, bool)>();
        while (received.Count < 3)
        {
            var next = await again.NextAsync();
            received.Add((next.Message.Text(), next.Duplicate));
        }

        Assert.Equal([("1", true), ("3", true), ("4", false)], received);
    }

    [Fact]
    public async Task A_clean_start_forgets_the_earlier_session()
    {
        await using var broker = await TestBroker.StartAsync();
        var first = await broker.ConnectAsync(Persistent(broker, MqttVersion.V5));
        await first.SubscribeAsync("to/m1/#");
        await first.DisconnectAsync();

        using var clean = await RawClient.EnterAsync(broker.Port);
        Assert.False(clean.Answer!.SessionPresent);
        Assert.Empty(broker.Broker.PresenceOf("m1").Subscriptions);
    }

    [Fact]
    public async Task A_session_ends_when_its_time_is_up()
    {
        await using var broker = await TestBroker.StartAsync();
        var options = Persistent(broker, MqttVersion.V5) with { SessionExpiry = TimeSpan.FromSeconds(1) };
        await (await broker.ConnectAsync(options)).DisconnectAsync();

        await Talking.UntilAsync(() => !HasSession(broker));
        using var again = await RawClient.EnterAsync(broker.Port, clean: false);
        Assert.False(again.Answer!.SessionPresent);
    }

    [Fact]
    public async Task A_session_can_be_given_up_with_the_goodbye()
    {
        await using var broker = await TestBroker.StartAsync();
        var properties = new MqttProperties { SessionExpiry = 1000 };
        using (var first = await RawClient.EnterAsync(broker.Port, properties: properties))
        {
            await first.SendAsync(new DisconnectPacket { SessionExpiry = 0 });
            await first.ReadEndAsync();
        }

        using var again = await RawClient.EnterAsync(broker.Port, clean: false);
        Assert.False(again.Answer!.SessionPresent);
    }

    [Fact]
    public async Task An_expired_message_is_not_delivered_and_not_repeated()
    {
        await using var broker = await TestBroker.StartAsync();
        var message = Talking.Message("to/m1/a", "stale") with { Expiry = TimeSpan.FromMilliseconds(1) };
        var first = await broker.ConnectAsync(Persistent(broker, MqttVersion.V5) with { ManualAck = true });
        await first.SubscribeAsync("to/m1/#");
        await broker.Broker.PublishAsync(message);
        await first.NextAsync();
        first.Cut();
        await broker.Gate.WaitForAsync("disconnected m1/m1 Unspecified");
        await broker.Broker.PublishAsync(message);
        await broker.Broker.PublishAsync(Talking.Message("to/m1/a", "fresh"));
        await Task.Delay(5);

        var again = await broker.ConnectAsync(Persistent(broker, MqttVersion.V5));

        Assert.Equal("fresh", (await again.NextAsync()).Message.Text());
    }

    [Fact]
    public async Task A_second_connection_takes_the_session_over_and_the_server_hears_it_in_order()
    {
        await using var broker = await TestBroker.StartAsync();
        using var first = await RawClient.EnterAsync(broker.Port);
        using var second = await RawClient.EnterAsync(broker.Port);

        Assert.Equal(MqttReason.SessionTakenOver, await first.ReadEndAsync());
        Assert.Equal("connected m1/m1", await broker.Gate.NextAsync());
        Assert.Equal("disconnected m1/m1 SessionTakenOver", await broker.Gate.NextAsync());
        Assert.Equal("connected m1/m1", await broker.Gate.NextAsync());
        Assert.True(broker.Broker.PresenceOf("m1").Connected);
    }

    [Fact]
    public async Task Two_machines_with_one_client_id_do_not_disturb_each_other()
    {
        await using var broker = await TestBroker.StartAsync();
        var one = await broker.ConnectAsync(broker.Options("m1") with { ClientId = "controller" });
        var two = await broker.ConnectAsync(broker.Options("m2") with { ClientId = "controller" });
        await one.SubscribeAsync("to/m1/#");
        await two.SubscribeAsync("to/m2/#");

        await broker.Broker.PublishAsync(Talking.Message("to/m1/a", "for one"));
        await broker.Broker.PublishAsync(Talking.Message("to/m2/a", "for two"));

        Assert.Equal("for one", (await one.NextAsync()).Message.Text());
        Assert.Equal("for two", (await two.NextAsync()).Message.Text());
    }

    [Fact]
    public async Task An_identity_with_too_many_sessions_loses_the_one_longest_gone_but_none_in_use()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxSessionsPerIdentity = 2);
        var options = Persistent(broker, MqttVersion.V5);
        await (await broker.ConnectAsync(options with { ClientId = "gone" })).DisconnectAsync();
        await broker.ConnectAsync(options with { ClientId = "a" });
        await broker.ConnectAsync(options with { ClientId = "b" });

        var refused = await Assert.ThrowsAsync<MqttRefusedException>(
            () => broker.ConnectAsync(options with { ClientId = "c" }));
        Assert.Equal((byte)MqttReason.QuotaExceeded, refused.Code);
    }

    private static MqttClientOptions Persistent(TestBroker broker, MqttVersion version) =>
        broker.Options(version: version) with { CleanStart = false, SessionExpiry = TimeSpan.FromHours(1) };

    private static bool HasSession(TestBroker broker) => broker.Broker.Sessions.Count > 0;
}
