using Automat.Mqtt.Broker;
using Automat.Mqtt.Client;

namespace Automat.Mqtt.Tests.Broker;

[Trait("Accepts", "S4-06")]
public sealed class AccessTests
{
    [Theory]
    [InlineData(MqttVersion.V311, "m1", 4)]
    [InlineData(MqttVersion.V311, null, 5)]
    [InlineData(MqttVersion.V5, "m1", 0x86)]
    [InlineData(MqttVersion.V5, null, 0x87)]
    public async Task Who_cannot_prove_who_it_is_does_not_get_in(MqttVersion version, string? user, byte code)
    {
        await using var broker = await TestBroker.StartAsync();
        var options = broker.Options(version: version) with
        {
            UserName = user,
            Password = user is null ? null : "wrong",
        };

        var refused = await Assert.ThrowsAsync<MqttRefusedException>(() => broker.ConnectAsync(options));

        Assert.Equal(code, refused.Code);
    }

    [Theory]
    [InlineData(MqttVersion.V311, 3)]
    [InlineData(MqttVersion.V5, 0x88)]
    public async Task If_the_server_cannot_say_who_it_is_nobody_gets_in(MqttVersion version, byte code)
    {
        await using var broker = await TestBroker.StartAsync();
        broker.Gate.Authenticate = _ => throw new InvalidOperationException("No database.");

        var refused = await Assert.ThrowsAsync<MqttRefusedException>(() => broker.ConnectAsync("m1", version));

        Assert.Equal(code, refused.Code);
    }

    [Fact]
    [Trait("Accepts", "S4-04")]
    public async Task A_wildcard_over_all_machines_shows_only_ones_own()
    {
        await using var broker = await TestBroker.StartAsync();
        broker.Gate.Authenticate = login => new TopicListIdentity(
            login.UserName!, [$"arcade/machine/{login.UserName}/#"], []);
        var cabinet = await broker.ConnectAsync("cab001", MqttVersion.V311);
        Assert.Equal(MqttReason.GrantedQos1, await cabinet.SubscribeAsync("arcade/machine/+/coinpulse"));

        await broker.Broker.PublishAsync(Talking.Message("arcade/machine/cab002/coinpulse", "not yours"));
        var other = await broker.Broker.DeliverAsync(
            "cab001", "arcade/machine/cab002/coinpulse", default, MqttQos.AtLeastOnce);
        await broker.Broker.PublishAsync(Talking.Message("arcade/machine/cab001/coinpulse", "yours"));

        Assert.Equal(MqttDelivery.NoSubscriber, other);
        Assert.Equal("yours", (await cabinet.NextAsync()).Message.Text());
        Assert.False(cabinet.Messages.TryRead(out _));
    }

    [Fact]
    public async Task Retained_messages_of_others_stay_hidden()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.Broker.PublishAsync(Talking.Message("to/m2/secret", "no", retain: true));
        await broker.Broker.PublishAsync(Talking.Message("to/m1/own", "yes", retain: true));
        var client = await broker.ConnectAsync();

        await client.SubscribeAsync("#");

        Assert.Equal("yes", (await client.NextAsync()).Message.Text());
        Assert.False(client.Messages.TryRead(out _));
    }

    [Theory]
    [InlineData(MqttVersion.V311, MqttReason.Unspecified)]
    [InlineData(MqttVersion.V5, MqttReason.NotAuthorized)]
    public async Task A_filter_that_can_match_nothing_readable_is_refused(MqttVersion version, MqttReason reason)
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync("m1", version);

        Assert.Equal(reason, await client.SubscribeAsync("to/m2/#"));
        Assert.Empty(broker.Broker.PresenceOf("m1").Subscriptions);
    }

    [Fact]
    public async Task Publishing_elsewhere_is_refused_in_5_0()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync();

        Assert.Equal(MqttReason.NotAuthorized, await client.PublishAsync(Talking.Message("from/m2/x", "forged")));
        Assert.Equal(MqttReason.NotAuthorized, await client.PublishAsync(Talking.Message("$SYS/x", "forged")));
        Assert.Empty(broker.Gate.Published);
        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task Publishing_elsewhere_closes_the_connection_in_3_1_1()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync("m1", MqttVersion.V311);

        await Assert.ThrowsAsync<MqttDisconnectedException>(
            () => client.PublishAsync(Talking.Message("from/m2/x", "forged")).WaitAsync(TestBroker.Patience));

        Assert.Empty(broker.Gate.Published);
    }

    [Fact]
    public async Task A_will_one_may_not_publish_is_refused_at_the_door()
    {
        await using var broker = await TestBroker.StartAsync();
        var options = broker.Options() with { Will = new MqttWill(Talking.Message("from/m2/status", "offline")) };

        var refused = await Assert.ThrowsAsync<MqttRefusedException>(() => broker.ConnectAsync(options));

        Assert.Equal((byte)MqttReason.NotAuthorized, refused.Code);
    }

    [Fact]
    public async Task The_server_can_show_a_machine_the_door()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);
        await broker.Gate.WaitForAsync("connected m1/m1");

        Assert.Equal(1, broker.Broker.Disconnect("m1"));

        Assert.Equal(MqttReason.AdministrativeAction, await client.ReadEndAsync());
        Assert.Equal("disconnected m1/m1 AdministrativeAction", await broker.Gate.NextAsync());
    }

    [Fact]
    public void A_password_does_not_reach_a_log()
    {
        var login = new MqttLogin("c", "u", "secret"u8.ToArray(), MqttVersion.V5, null);

        Assert.DoesNotContain("secret", login.ToString(), StringComparison.Ordinal);
    }
}
