using Automat.Mqtt.Broker;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Broker;

public sealed class WillAndRetainTests
{
    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task A_client_that_vanishes_leaves_its_will(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        var watcher = await broker.ConnectAsync("m2");
        await watcher.SubscribeAsync("all/#");
        var client = await broker.ConnectAsync(
            broker.Options(version: version) with { Will = new MqttWill(Talking.Message("all/status", "offline")) });

        client.Cut();

        Assert.Equal("offline", (await watcher.NextAsync()).Message.Text());
        await broker.Gate.WaitForAsync("published m1/m1 all/status offline");
        await broker.Gate.WaitForAsync("disconnected m1/m1 Unspecified");
    }

    [Fact]
    public async Task A_client_that_says_goodbye_leaves_no_will()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync(
            broker.Options() with { Will = new MqttWill(Talking.Message("all/status", "offline")) });
        await client.DisconnectAsync();

        await broker.Gate.WaitForAsync("disconnected m1/m1 Success");
        Assert.Empty(broker.Gate.Published);
    }

    [Fact]
    public async Task A_goodbye_may_ask_for_the_will()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync(
            broker.Options() with { Will = new MqttWill(Talking.Message("all/status", "offline")) });
        await client.DisconnectAsync(MqttReason.DisconnectWithWill);

        await broker.Gate.WaitForAsync("published m1/m1 all/status offline");
    }

    [Fact]
    public async Task A_delayed_will_is_forgotten_when_the_client_comes_back_and_published_when_not()
    {
        await using var broker = await TestBroker.StartAsync();
        var options = broker.Options() with
        {
            CleanStart = false,
            SessionExpiry = TimeSpan.FromHours(1),
            Will = new MqttWill(Talking.Message("all/status", "offline"), TimeSpan.FromSeconds(1)),
        };
        (await broker.ConnectAsync(options)).Cut();
        await broker.Gate.WaitForAsync("disconnected m1/m1 Unspecified");
        var back = await broker.ConnectAsync(options);
        await Task.Delay(1200);
        Assert.Empty(broker.Gate.Published);

        back.Cut();
        await broker.Gate.WaitForAsync("published m1/m1 all/status offline");
    }

    [Fact]
    public async Task A_retained_message_greets_who_subscribes_later()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync();
        await client.PublishAsync(Talking.Message("all/a/status", "old", retain: true));
        await client.PublishAsync(Talking.Message("all/a/status", "new", retain: true));
        await client.SubscribeAsync("all/+/status");

        var greeting = await client.NextAsync();
        await client.PublishAsync(Talking.Message("all/a/status", "newer", retain: true));
        var live = await client.NextAsync();

        Assert.Equal(("new", true), (greeting.Message.Text(), greeting.Message.Retain));
        Assert.Equal(("newer", false), (live.Message.Text(), live.Message.Retain));
    }

    [Fact]
    public async Task An_empty_payload_clears_what_was_retained()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync();
        await client.PublishAsync(Talking.Message("all/a", "x", retain: true));
        await client.PublishAsync(Talking.Message("all/a", "", retain: true));
        await client.PublishAsync(Talking.Message("all/b", "y", retain: true));

        await client.SubscribeAsync("all/#");

        Assert.Equal("y", (await client.NextAsync()).Message.Text());
    }

    [Fact]
    public async Task A_client_may_choose_how_retained_messages_come()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync();
        await client.PublishAsync(Talking.Message("all/a", "kept", retain: true));
        await client.SubscribeAsync("all/#", MqttQos.AtLeastOnce, false, retainAsPublished: true, retainHandling: 2);
        await client.SubscribeAsync("all/#", MqttQos.AtLeastOnce, false, retainAsPublished: true, retainHandling: 1);
        await client.PublishAsync(Talking.Message("all/b", "live", retain: true));

        var first = await client.NextAsync();

        Assert.Equal(("live", true), (first.Message.Text(), first.Message.Retain));
    }

    [Fact]
    public void Retained_messages_are_found_as_filters_match_and_counted()
    {
        var retained = new RetainedMessages(5);
        string[] topics = ["a", "a/b", "a/b/c", "$SYS/x", "b"];
        foreach (var topic in topics) Assert.True(retained.Keep(new Publication(Talking.Message(topic, "x"), default)));
        Assert.False(retained.Keep(new Publication(Talking.Message("one/more", "x"), default)));
        Assert.True(retained.Keep(new Publication(Talking.Message("a/b", "changed"), default)));

        foreach (var filter in (string[])["#", "+", "a/#", "a/+", "a/b", "+/b/#", "$SYS/#", "x"])
        {
            List<Publication> found = [];
            retained.Match(filter, DateTimeOffset.UnixEpoch, found);
            Assert.Equal(
                topics.Where(t => TopicFilter.Matches(filter, t)).Order(StringComparer.Ordinal),
                found.Select(p => p.Message.Topic).Order(StringComparer.Ordinal));
        }

        retained.Keep(new Publication(Talking.Message("a/b", ""), default));
        Assert.Equal(4, retained.Count);
        retained.Keep(new Publication(
            Talking.Message("a", "short") with { Expiry = TimeSpan.FromSeconds(1) }, DateTimeOffset.UnixEpoch));
        Assert.Equal(1, retained.Expire(DateTimeOffset.UnixEpoch.AddSeconds(2)));
        Assert.Equal(3, retained.Count);
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.3.1-8")]
    public async Task An_ordinary_message_leaves_the_retained_one_alone()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync();
        await client.PublishAsync(Talking.Message("all/a", "kept", retain: true));
        await client.PublishAsync(Talking.Message("all/a", "passing"));

        await client.SubscribeAsync("all/a");

        Assert.Equal("kept", (await client.NextAsync()).Message.Text());
    }

    [Theory]
    [Trait("Mqtt", "5.0 3.3.1-9")]
    [Trait("Mqtt", "5.0 3.3.1-10")]
    [Trait("Mqtt", "5.0 3.3.1-11")]
    [Trait("Mqtt", "5.0 3.8.4-4")]
    [InlineData(0, true, true)]
    [InlineData(1, true, false)]
    [InlineData(2, false, false)]
    public async Task Retained_messages_come_as_the_subscription_asks(byte handling, bool first, bool again)
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.Broker.PublishAsync(Talking.Message("all/a", "kept", retain: true));
        using var client = await RawClient.EnterAsync(broker.Port);

        foreach (var expected in (bool[])[first, again])
        {
            await client.SubscribeAsync(new SubscribeRequest("all/a", MqttQos.AtMostOnce, RetainHandling: handling));
            if (expected) Assert.True((await client.ReadAsync<PublishPacket>()).Message.Retain);
            await client.ExpectNothingAsync();
        }
    }
}
