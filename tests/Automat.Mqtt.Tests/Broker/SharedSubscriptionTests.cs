using Automat.Mqtt.Broker;
using Automat.Mqtt.Client;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Broker;

/// <summary><c>$share/group/filter</c>: every message goes to one of the group, and none is lost with a
/// member.</summary>
public sealed class SharedSubscriptionTests
{
    private const string Shared = "$share/workers/all/#";

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task The_members_of_a_group_get_the_messages_in_turn(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        var members = new List<MqttClient>();
        foreach (var name in (string[])["a", "b", "c"])
        {
            var member = await broker.ConnectAsync(broker.Options(version: version) with { ClientId = name });
            Assert.Equal(MqttReason.GrantedQos1, await member.SubscribeAsync(Shared));
            members.Add(member);
        }

        for (var i = 0; i < 30; i++) await PublishAsync(broker, $"{i}");

        var received = new List<string>();
        foreach (var member in members)
            for (var i = 0; i < 10; i++) received.Add((await member.NextAsync()).Message.Text());
        Assert.Equal(30, received.Distinct().Count());
    }

    [Fact]
    public async Task Groups_and_ordinary_subscribers_do_not_take_from_each_other()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync();
        await client.SubscribeAsync(Shared);
        await client.SubscribeAsync("$share/others/all/#");
        await client.SubscribeAsync("all/+");

        await PublishAsync(broker, "x");
        await broker.Broker.PublishAsync(Talking.Message("all/end/x", "end"));

        var received = new List<string>();
        while (received.Count < 5) received.Add((await client.NextAsync()).Message.Text());
        Assert.Equal(["x", "x", "x", "end", "end"], received);
    }

    [Fact]
    public async Task Another_identity_has_its_own_group_of_that_name()
    {
        await using var broker = await TestBroker.StartAsync();
        var mine = await broker.ConnectAsync("m1");
        var theirs = await broker.ConnectAsync("m2");
        await mine.SubscribeAsync(Shared);
        await theirs.SubscribeAsync(Shared);

        for (var i = 0; i < 4; i++) await PublishAsync(broker, $"{i}");

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal($"{i}", (await mine.NextAsync()).Message.Text());
            Assert.Equal($"{i}", (await theirs.NextAsync()).Message.Text());
        }
    }

    [Fact]
    public async Task Identities_of_one_scope_share_and_each_gets_only_what_it_may_read()
    {
        await using var broker = await TestBroker.StartAsync();
        broker.Gate.Authenticate = login => new Worker(login.UserName!);
        var one = await broker.ConnectAsync("one");
        var two = await broker.ConnectAsync("two");
        await one.SubscribeAsync("$share/g/#");
        await two.SubscribeAsync("$share/g/#");

        for (var i = 0; i < 4; i++) await broker.Broker.PublishAsync(Talking.Message("job/one", $"{i}"));
        await broker.Broker.PublishAsync(Talking.Message("job/two", "other"));

        for (var i = 0; i < 4; i++) Assert.Equal($"{i}", (await one.NextAsync()).Message.Text());
        Assert.Equal("other", (await two.NextAsync()).Message.Text());
    }

    [Theory]
    [Trait("Mqtt", "5.0 4.8.2-1")]
    [Trait("Mqtt", "5.0 4.8.2-2")]
    [InlineData("$share")]
    [InlineData("$share/")]
    [InlineData("$share/g")]
    [InlineData("$share/g/")]
    [InlineData("$share//all/x")]
    [InlineData("$share/g+/all/x")]
    [InlineData("$share/#/all/x")]
    [InlineData("$share/g/all/#/x")]
    public async Task A_group_without_a_proper_name_or_filter_is_refused(string filter)
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync();

        Assert.Equal(MqttReason.TopicFilterInvalid, await client.SubscribeAsync(filter));
    }

    [Fact]
    public async Task A_group_needs_the_right_to_read_what_it_shares()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync();

        Assert.Equal(MqttReason.NotAuthorized, await client.SubscribeAsync("$share/g/to/m2/#"));
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.8.3-4")]
    public async Task Without_ones_own_messages_nothing_can_be_shared()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);

        await client.SendAsync(new SubscribePacket
        {
            PacketId = 1,
            Requests = [new SubscribeRequest(Shared, MqttQos.AtLeastOnce, NoLocal: true)],
        });

        Assert.Equal(MqttReason.ProtocolError, await client.ReadEndAsync());
    }

    [Fact]
    public async Task Retained_messages_do_not_greet_who_joins_a_group()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);
        await broker.Broker.PublishAsync(Talking.Message("all/x", "old", retain: true));

        Assert.Equal(MqttReason.GrantedQos1, await client.SubscribeAsync(Shared));

        await client.ExpectNothingAsync();
    }

    [Fact]
    [Trait("Mqtt", "5.0 4.8.2-3")]
    public async Task Each_member_is_served_at_its_own_qos()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);
        await client.SubscribeAsync(Shared, MqttQos.AtMostOnce);

        await PublishAsync(broker, "x");

        Assert.Equal(MqttQos.AtMostOnce, (await client.ReadAsync<PublishPacket>()).Message.Qos);
    }

    [Theory]
    [InlineData(MqttQos.AtLeastOnce, null)]
    [InlineData(MqttQos.AtLeastOnce, 1000u)]
    public async Task What_a_member_leaves_behind_when_its_session_ends_goes_to_another(MqttQos qos, uint? expiry)
    {
        await using var broker = await TestBroker.StartAsync();
        using var leaving = await EnterAsync(broker, "leaving", expiry, receiveMaximum: 1);
        await leaving.SubscribeAsync(Shared, qos);
        for (var i = 0; i < 3; i++) await PublishAsync(broker, $"{i}", qos);
        Assert.Equal("0", (await leaving.ReadAsync<PublishPacket>()).Message.Text());
        using var staying = await EnterAsync(broker, "staying");
        await staying.SubscribeAsync(Shared, qos);

        await leaving.SendAsync(new DisconnectPacket { SessionExpiry = 0 });

        var received = new List<string>();
        while (received.Count < 3) received.Add((await staying.ReadAsync<PublishPacket>()).Message.Text());
        Assert.Equal(["0", "1", "2"], received.Order());
    }

    [Fact]
    [Trait("Mqtt", "5.0 4.8.2-4")]
    public async Task What_a_lasting_member_had_in_flight_waits_for_it_and_the_rest_goes_to_another_at_once()
    {
        await using var broker = await TestBroker.StartAsync();
        using var staying = await EnterAsync(broker, "staying");
        using (var leaving = await EnterAsync(broker, "leaving", 1000, receiveMaximum: 1))
        {
            await leaving.SubscribeAsync(Shared, MqttQos.ExactlyOnce);
            await PublishAsync(broker, "in flight", MqttQos.ExactlyOnce);
            await PublishAsync(broker, "waiting", MqttQos.ExactlyOnce);
            await leaving.ReadAsync<PublishPacket>();
            await staying.SubscribeAsync(Shared, MqttQos.ExactlyOnce);
        }

        Assert.Equal("waiting", (await staying.ReadAsync<PublishPacket>()).Message.Text());
        using var back = await EnterAsync(broker, "leaving", 1000);
        var repeated = await back.ReadAsync<PublishPacket>();
        Assert.Equal(("in flight", true), (repeated.Message.Text(), repeated.Duplicate));
    }

    [Fact]
    [Trait("Mqtt", "5.0 4.8.2-5")]
    public async Task A_message_of_qos_2_in_flight_dies_with_its_session()
    {
        await using var broker = await TestBroker.StartAsync();
        using var leaving = await EnterAsync(broker, "leaving");
        await leaving.SubscribeAsync(Shared, MqttQos.ExactlyOnce);
        await PublishAsync(broker, "half done", MqttQos.ExactlyOnce);
        await leaving.ReadAsync<PublishPacket>();
        using var staying = await EnterAsync(broker, "staying");
        await staying.SubscribeAsync(Shared, MqttQos.ExactlyOnce);

        leaving.Dispose();
        await Talking.UntilAsync(() => broker.Broker.Sessions.Count == 1);

        await staying.ExpectNothingAsync();
    }

    [Fact]
    [Trait("Mqtt", "5.0 4.8.2-6")]
    public async Task What_a_member_refuses_nobody_else_gets()
    {
        await using var broker = await TestBroker.StartAsync();
        using var refusing = await EnterAsync(broker, "refusing");
        await refusing.SubscribeAsync(Shared);
        await PublishAsync(broker, "unwanted");
        var packet = await refusing.ReadAsync<PublishPacket>();
        using var other = await EnterAsync(broker, "other");
        await other.SubscribeAsync(Shared);

        await refusing.SendAsync(
            new AckPacket(PacketType.PubAck, packet.PacketId, MqttReason.ImplementationSpecific));
        await refusing.ExpectNothingAsync();
        refusing.Dispose();
        await Talking.UntilAsync(() => broker.Broker.Sessions.Count == 1);

        await other.ExpectNothingAsync();
    }

    [Fact]
    public async Task While_all_are_away_messages_wait_and_the_first_who_comes_gets_them()
    {
        await using var broker = await TestBroker.StartAsync();
        foreach (var name in (string[])["a", "b"])
        {
            using var member = await EnterAsync(broker, name, 1000);
            await member.SubscribeAsync(Shared);
        }

        await Talking.UntilAsync(() => !broker.Broker.PresenceOf("m1").Connected);
        for (var i = 0; i < 4; i++) await PublishAsync(broker, $"{i}");

        using var back = await EnterAsync(broker, "b", 1000);
        var received = new List<string>();
        while (received.Count < 4) received.Add((await back.ReadAsync<PublishPacket>()).Message.Text());
        Assert.Equal(["0", "1", "2", "3"], received.Order());
    }

    [Fact]
    public async Task A_slow_member_is_passed_over()
    {
        await using var broker = await TestBroker.StartAsync();
        using var slow = await EnterAsync(broker, "slow", receiveMaximum: 1);
        using var quick = await EnterAsync(broker, "quick");
        await slow.SubscribeAsync(Shared);
        await quick.SubscribeAsync(Shared);

        for (var i = 0; i < 10; i++) await PublishAsync(broker, $"{i}");

        for (var i = 0; i < 9; i++) await quick.ReadAsync<PublishPacket>();
        await slow.ReadAsync<PublishPacket>();
        await slow.ExpectNothingAsync();
    }

    [Fact]
    public async Task After_unsubscribing_a_member_gets_no_more()
    {
        await using var broker = await TestBroker.StartAsync();
        var leaving = await broker.ConnectAsync(broker.Options() with { ClientId = "leaving" });
        var staying = await broker.ConnectAsync(broker.Options() with { ClientId = "staying" });
        await leaving.SubscribeAsync(Shared);
        await staying.SubscribeAsync(Shared);
        await leaving.UnsubscribeAsync(Shared);

        for (var i = 0; i < 4; i++) await PublishAsync(broker, $"{i}");

        for (var i = 0; i < 4; i++) Assert.Equal($"{i}", (await staying.NextAsync()).Message.Text());
    }

    [Fact]
    public async Task A_delivery_goes_to_one_of_the_group()
    {
        await using var broker = await TestBroker.StartAsync();
        using var one = await EnterAsync(broker, "one");
        using var two = await EnterAsync(broker, "two");
        await one.SubscribeAsync(Shared, MqttQos.AtMostOnce);
        await two.SubscribeAsync(Shared, MqttQos.AtMostOnce);

        Assert.True(broker.Broker.IsSubscribed("m1", "all/coin"));
        Assert.Equal(
            MqttDelivery.Written, await broker.Broker.DeliverAsync("m1", "all/coin", default, MqttQos.AtLeastOnce));

        await one.SendAsync(PingPacket.Request);
        await two.SendAsync(PingPacket.Request);
        Packet?[] first = [await one.ReadAsync(), await two.ReadAsync()];
        Assert.Single(first.OfType<PublishPacket>());
    }

    private static Task<RawClient> EnterAsync(
        TestBroker broker, string clientId, uint? expiry = null, ushort? receiveMaximum = null) => RawClient.EnterAsync(
            broker.Port,
            clean: false,
            clientId: clientId,
            properties: new MqttProperties { SessionExpiry = expiry, ReceiveMaximum = receiveMaximum });

    private static async Task PublishAsync(TestBroker broker, string text, MqttQos qos = MqttQos.AtLeastOnce) =>
        await broker.Broker.PublishAsync(Talking.Message("all/x", text, qos));

    private sealed class Worker(string name) : MqttIdentity(name)
    {
        public override string SharingScope => "workers";

        public override bool CanRead(string topic) => topic == $"job/{Name}";

        public override bool CanWrite(string topic) => false;

        public override bool CanSubscribe(string filter) => true;
    }
}
