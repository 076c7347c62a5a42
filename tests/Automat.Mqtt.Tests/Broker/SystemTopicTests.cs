using System.Globalization;
using Automat.Mqtt.Broker;

namespace Automat.Mqtt.Tests.Broker;

/// <summary>The broker's own figures below <c>$SYS</c>.</summary>
public sealed class SystemTopicTests
{
    private static readonly MqttIdentity Operator = new TopicListIdentity("operator", ["$SYS/#"], []);

    [Fact]
    public async Task Who_may_read_them_gets_every_figure()
    {
        await using var broker = await StartAsync();
        var machine = await broker.ConnectAsync("m1");
        await machine.SubscribeAsync("to/m1/#");
        for (var i = 0; i < 3; i++) await machine.PublishAsync(Talking.Message("all/x", "kept", retain: true));
        var watching = await broker.ConnectAsync("operator");
        Assert.Equal(MqttReason.GrantedQos1, await watching.SubscribeAsync("$SYS/#"));

        var figures = new Dictionary<string, string>();
        while (figures.Count < 12)
        {
            var message = (await watching.NextAsync()).Message;
            figures[message.Topic["$SYS/broker/".Length..]] = message.Text();
        }

        Assert.StartsWith("Automat ", figures["version"], StringComparison.Ordinal);
        Assert.EndsWith(" seconds", figures["uptime"], StringComparison.Ordinal);
        Assert.Equal("2", figures["clients/connected"]);
        Assert.Equal("2", figures["clients/total"]);
        Assert.Equal("3", figures["messages/received"]);
        Assert.Equal("0", figures["messages/dropped"]);
        Assert.Equal("0", figures["connections/refused"]);
        Assert.Equal("1", figures["retained messages/count"]);
        Assert.Equal("2", figures["subscriptions/count"]);
        Assert.True(Number(figures["bytes/received"]) > 60);
        Assert.True(Number(figures["bytes/sent"]) > 12);
        Assert.True(Number(figures["messages/sent"]) >= 0);
    }

    [Fact]
    public async Task A_machine_may_neither_ask_for_them_nor_gets_them_by_a_wildcard()
    {
        await using var broker = await StartAsync();
        broker.Gate.Authenticate = login => login.UserName == "operator"
            ? Operator
            : new TopicListIdentity(login.UserName!, ["#"], ["#"]);
        var machine = await broker.ConnectAsync("m1");
        await machine.SubscribeAsync("#");
        Assert.Equal(MqttReason.NotAuthorized, await machine.SubscribeAsync("$SYS/#"));
        Assert.Equal(MqttReason.NotAuthorized, await machine.SubscribeAsync("$SYS/broker/uptime"));
        var watching = await broker.ConnectAsync("operator");
        await watching.SubscribeAsync("$SYS/broker/uptime");
        await watching.NextAsync();
        await watching.NextAsync();

        await machine.PublishAsync(Talking.Message("x", "the only one"));

        Assert.Equal("the only one", (await machine.NextAsync()).Message.Text());
    }

    [Fact]
    public async Task Nobody_may_publish_there()
    {
        await using var broker = await StartAsync();
        var watching = await broker.ConnectAsync("operator");

        Assert.Equal(
            MqttReason.NotAuthorized, await watching.PublishAsync(Talking.Message("$SYS/broker/uptime", "for ever")));
    }

    private static async Task<TestBroker> StartAsync()
    {
        var broker = await TestBroker.StartAsync(o => o.SystemTopicsInterval = TimeSpan.FromMilliseconds(100));
        broker.Gate.Authenticate = login =>
            login.UserName == "operator" ? Operator : TestGate.Identity(login.UserName!);
        return broker;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
