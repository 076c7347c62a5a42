using Automat.Mqtt.Client;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Broker;

/// <summary>How a connection ends, and what becomes of session and will.</summary>
public sealed class GoodbyeTests
{
    [Fact]
    public async Task A_session_that_was_to_end_cannot_be_prolonged_and_the_will_is_published()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(
            broker.Port, will: new MqttWill(Talking.Message("all/status", "offline")));

        await client.SendAsync(new DisconnectPacket { SessionExpiry = 10 });

        Assert.Equal(MqttReason.ProtocolError, await client.ReadEndAsync());
        await broker.Gate.WaitForAsync("published m1/m1 all/status offline");
    }

    [Fact]
    public async Task A_session_may_be_kept_longer_than_it_was_asked_for_first()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(
            broker.Port, clean: false, properties: new MqttProperties { SessionExpiry = 1 });
        await broker.Gate.WaitForAsync("connected m1/m1");
        var session = broker.Broker.Presences.Find("m1")!.Sessions[0];

        await client.SendAsync(new DisconnectPacket { SessionExpiry = 1000 });
        await client.ReadEndAsync();

        Assert.Equal(TimeSpan.FromSeconds(1000), session.ExpiresAfter);
    }

    [Theory]
    [InlineData(MqttReason.DisconnectWithWill)]
    [InlineData(MqttReason.Unspecified)]
    public async Task Any_goodbye_but_a_normal_one_leaves_the_will(MqttReason reason)
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync(
            broker.Options() with { Will = new MqttWill(Talking.Message("all/status", "offline")) });

        await client.DisconnectAsync(reason, why: "as the test says");

        await broker.Gate.WaitForAsync("published m1/m1 all/status offline");
    }

    [Theory]
    [Trait("Mqtt", "5.0 3.1.3-10")]
    [InlineData(MqttQos.AtMostOnce, false)]
    [InlineData(MqttQos.AtLeastOnce, true)]
    [InlineData(MqttQos.ExactlyOnce, true)]
    public async Task A_will_comes_with_its_qos_retain_flag_and_properties(MqttQos qos, bool retain)
    {
        await using var broker = await TestBroker.StartAsync();
        var watcher = await broker.ConnectAsync("m2");
        await watcher.SubscribeAsync("all/#", MqttQos.ExactlyOnce, false, retainAsPublished: true, 0);
        var will = Talking.Message("all/status", "offline", qos, retain) with
        {
            IsText = true,
            ContentType = "text/plain",
            ResponseTopic = "all/answer",
            CorrelationData = new byte[] { 7 },
            Expiry = TimeSpan.FromSeconds(100),
            UserProperties = [new("a", "1"), new("a", "2")],
        };
        var client = await broker.ConnectAsync(broker.Options() with { Will = new MqttWill(will) });

        client.Cut();

        var received = (await watcher.NextAsync()).Message;
        Assert.Equal((qos, retain, true), (received.Qos, received.Retain, received.IsText));
        Assert.Equal("text/plain all/answer", $"{received.ContentType} {received.ResponseTopic}");
        Assert.Equal(will.UserProperties, received.UserProperties);
        Assert.InRange(received.Expiry!.Value.TotalSeconds, 1, 100);
        var later = await broker.ConnectAsync("m3");
        await later.SubscribeAsync("all/status");
        await later.PublishAsync(Talking.Message("all/status", "marker"));
        Assert.Equal(retain ? "offline" : "marker", (await later.NextAsync()).Message.Text());
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.1.2-8")]
    public async Task A_delayed_will_comes_at_the_latest_with_the_end_of_the_session()
    {
        await using var broker = await TestBroker.StartAsync();
        using (await RawClient.EnterAsync(
            broker.Port,
            clean: false,
            will: new MqttWill(Talking.Message("all/status", "offline"), TimeSpan.FromHours(1)),
            properties: new MqttProperties { SessionExpiry = 1 }))
        {
        }

        await broker.Gate.WaitForAsync("published m1/m1 all/status offline");
        Assert.Equal(0, broker.Broker.Sessions.Count);
    }

    [Fact]
    public async Task A_clean_start_ends_the_session_and_brings_its_delayed_will()
    {
        await using var broker = await TestBroker.StartAsync();
        using (await RawClient.EnterAsync(
            broker.Port,
            clean: false,
            will: new MqttWill(Talking.Message("all/status", "offline"), TimeSpan.FromHours(1)),
            properties: new MqttProperties { SessionExpiry = 1000 }))
        {
        }

        await broker.Gate.WaitForAsync("disconnected m1/m1 Unspecified");
        using var clean = await RawClient.EnterAsync(broker.Port);

        await broker.Gate.WaitForAsync("published m1/m1 all/status offline");
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.1.4-3")]
    public async Task Whoever_is_taken_over_leaves_its_will()
    {
        await using var broker = await TestBroker.StartAsync();
        using var first = await RawClient.EnterAsync(
            broker.Port, will: new MqttWill(Talking.Message("all/status", "replaced")));
        using var second = await RawClient.EnterAsync(broker.Port);

        Assert.Equal(MqttReason.SessionTakenOver, await first.ReadEndAsync());
        await broker.Gate.WaitForAsync("published m1/m1 all/status replaced");
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.14.4-1")]
    [Trait("Mqtt", "3.1.1 3.14.4-1")]
    public async Task After_a_goodbye_nothing_is_read()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);

        byte[] goodbyeAndMore = [0xE0, 0, 0x30, 11, 0, 9, .. "from/m1/x"u8];

        await client.SendAsync(goodbyeAndMore);

        Assert.Null(await client.ReadEndAsync());
        await broker.Gate.WaitForAsync("disconnected m1/m1 Success");
        Assert.Empty(broker.Gate.Published);
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.14.2-2")]
    public async Task Our_goodbye_says_why()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);

        await client.SendAsync(new byte[] { 0x80, 0 });

        var goodbye = await client.ReadAsync<DisconnectPacket>();
        Assert.Equal(MqttReason.MalformedPacket, goodbye.Reason);
        Assert.Null(goodbye.SessionExpiry);
        Assert.False(string.IsNullOrEmpty(goodbye.ReasonString));
        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task A_client_knows_that_a_session_that_ends_cannot_be_prolonged()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync();

        await Assert.ThrowsAsync<ArgumentException>(
            () => client.DisconnectAsync(sessionExpiry: TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task A_client_may_end_its_lasting_session()
    {
        await using var broker = await TestBroker.StartAsync();
        MqttClientOptions options = broker.Options() with { SessionExpiry = TimeSpan.FromHours(1) };
        var client = await broker.ConnectAsync(options);

        await client.DisconnectAsync(sessionExpiry: TimeSpan.Zero);

        await Talking.UntilAsync(() => broker.Broker.Sessions.Count == 0);
    }

    [Theory]
    [Trait("Mqtt", "5.0 3.1.2-10")]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task A_will_is_published_once_and_never_for_who_left_none(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using (await RawClient.EnterAsync(
            broker.Port, version: version, clean: false, will: new MqttWill(Talking.Message("all/status", "offline"))))
        {
        }

        await broker.Gate.WaitForAsync("disconnected m1/m1 Unspecified");
        using (await RawClient.EnterAsync(broker.Port, version: version, clean: false))
        {
        }

        await broker.Gate.WaitForAsync("disconnected m1/m1 Unspecified");
        Assert.Single(broker.Gate.Published);
    }
}
