using System.Globalization;
using Automat.Mqtt.Broker;

namespace Automat.Mqtt.Tests;

/// <summary>What Mosquitto's programs can ask of a broker, asked of ours: QoS 2, groups, lasting sessions, retained
/// messages, wills, expiry, aliases, properties.</summary>
public sealed class MosquittoFeatureTests
{
    [Theory]
    [InlineData("311")]
    [InlineData("5")]
    public async Task A_delivery_at_qos_2_is_completed(string version)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var subscriber = Subscribe(broker, "m1", version, "-q", "2", "-t", "to/m1/#");
        await broker.Gate.WaitForAsync("subscribed m1/m1 to/m1/#");

        for (var i = 0; i < 20; i++)
        {
            var outcome = await broker.Broker.DeliverAsync(
                "m1", "to/m1/coin", new[] { (byte)('a' + i) }, MqttQos.ExactlyOnce);
            Assert.Equal(MqttDelivery.Acknowledged, outcome);
            Assert.Equal($"{(char)('a' + i)}", await subscriber.LineAsync());
        }
    }

    [Theory]
    [InlineData("311")]
    [InlineData("5")]
    public async Task Two_subscribers_share_the_work(string version)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var one = Subscribe(broker, "m1", version, "-i", "one", "-q", "1", "-t", "$share/g/all/#");
        await broker.Gate.WaitForAsync("subscribed m1/one $share/g/all/#");
        await using var two = Subscribe(broker, "m1", version, "-i", "two", "-q", "2", "-t", "$share/g/all/#");
        await broker.Gate.WaitForAsync("subscribed m1/two $share/g/all/#");

        for (var i = 0; i < 20; i++)
            await broker.Broker.PublishAsync(Talking.Message("all/job", $"{i}", MqttQos.ExactlyOnce));

        var received = new List<string>();
        for (var i = 0; i < 10; i++) received.AddRange([await one.LineAsync(), await two.LineAsync()]);
        Assert.Equal(20, received.Distinct().Count());
    }

    [Theory]
    [InlineData("311")]
    [InlineData("5")]
    public async Task A_lasting_session_gets_what_it_missed_at_every_qos_it_asked_for(string version)
    {
        await using var broker = await TestBroker.StartAsync();
        string[] session = ["-c", .. version == "5" ? (string[])["-x", "600"] : [], "-q", "2", "-t", "to/m1/#"];
        await using (Subscribe(broker, "m1", version, session))
            await broker.Gate.WaitForAsync("subscribed m1/m1 to/m1/#");

        await broker.Gate.WaitForAsync("disconnected m1/m1 Unspecified");
        await broker.Broker.PublishAsync(Talking.Message("to/m1/a", "once", MqttQos.ExactlyOnce));
        await broker.Broker.PublishAsync(Talking.Message("to/m1/a", "at least once"));

        await using var again = Subscribe(broker, "m1", version, session);
        // It shows a QoS 2 message when it is released, which may be later.
        string[] received = [await again.LineAsync(), await again.LineAsync()];
        Assert.Equal(["at least once", "once"], received.Order());
    }

    [Theory]
    [InlineData("311", "2")]
    [InlineData("5", "2")]
    [InlineData("5", "0")]
    public async Task What_mosquitto_retains_greets_mosquitto(string version, string qos)
    {
        await using var broker = await TestBroker.StartAsync();
        await PublishAsync(broker, "m1", version, "-q", qos, "-r", "-t", "all/kept", "-m", "greeting");
        await broker.Gate.WaitForAsync("disconnected m1/m1 Success");

        await using var subscriber = Subscribe(
            broker, "m2", version, "-q", "2", "-t", "all/#", "-F", "%r %q %p");

        Assert.Equal($"1 {qos} greeting", await subscriber.LineAsync());
    }

    [Fact]
    public async Task Expired_messages_do_not_reach_it_and_others_say_what_is_left()
    {
        await using var broker = await TestBroker.StartAsync();
        string[] session = ["-c", "-x", "600", "-q", "1", "-t", "all/#", "-F", "%E %p"];
        await using (Subscribe(broker, "m2", "5", session)) await broker.Gate.WaitForAsync("subscribed m2/m2 all/#");
        await broker.Gate.WaitForAsync("disconnected m2/m2 Unspecified");

        var stale = Talking.Message("all/x", "stale") with { Expiry = TimeSpan.FromMilliseconds(1) };
        await broker.Broker.PublishAsync(stale);
        await PublishAsync(
            broker, "m1", "5", "-q", "1", "-t", "all/x", "-m", "fresh",
            "-D", "publish", "message-expiry-interval", "500");
        await broker.Gate.WaitForAsync("published m1/m1 all/x fresh");

        await using var again = Subscribe(broker, "m2", "5", session);
        var words = (await again.LineAsync()).Split(' ');
        Assert.Equal("fresh", words[1]);
        Assert.InRange(int.Parse(words[0], CultureInfo.InvariantCulture), 1, 500);
    }

    [Fact]
    public async Task Its_topic_aliases_and_user_properties_arrive()
    {
        var program = ForeignProcess.Find("mosquitto_pub");
        await using var broker = await TestBroker.StartAsync();
        await using var subscriber = Subscribe(broker, "m2", "5", "-q", "1", "-t", "all/#", "-F", "%t %P %p");
        await broker.Gate.WaitForAsync("subscribed m2/m2 all/#");
        await using var publisher = ForeignProcess.Start(program, null, [
            .. Common(broker, "m1", "5"), "-l", "-q", "2", "-t", "all/lines",
            "-D", "publish", "topic-alias", "3", "-D", "publish", "user-property", "colour", "red"]);

        for (var i = 0; i < 3; i++)
        {
            await publisher.SayAsync($"{i}");
            Assert.Equal($"all/lines colour:red {i}", await subscriber.LineAsync());
        }
    }

    [Fact]
    public async Task Its_delayed_will_comes_when_it_stays_away()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var watcher = Subscribe(
            broker, "m2", "5", "-q", "2", "-t", "all/status", "-F", "%q %C %p");
        await broker.Gate.WaitForAsync("subscribed m2/m2 all/status");
        await using (Subscribe(
            broker, "m1", "5", "-c", "-x", "600", "-t", "to/m1/#",
            "--will-topic", "all/status", "--will-payload", "offline", "--will-qos", "2",
            "-D", "will", "will-delay-interval", "1", "-D", "will", "content-type", "text/plain"))
        {
            await broker.Gate.WaitForAsync("subscribed m1/m1 to/m1/#");
        }

        await broker.Gate.WaitForAsync("disconnected m1/m1 Unspecified");
        Assert.Equal("2 text/plain offline", await watcher.LineAsync());
    }

    [Fact]
    public async Task It_is_sent_no_more_at_a_time_than_it_takes()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var subscriber = Subscribe(
            broker, "m1", "5", "-q", "2", "-t", "to/m1/#", "-F", "%t %p",
            "-D", "connect", "receive-maximum", "1");
        await broker.Gate.WaitForAsync("subscribed m1/m1 to/m1/#");

        for (var i = 0; i < 5; i++)
            await broker.Broker.PublishAsync(Talking.Message("to/m1/x", $"{i}", MqttQos.ExactlyOnce));

        for (var i = 0; i < 5; i++) Assert.Equal($"to/m1/x {i}", await subscriber.LineAsync());
    }

    private static ForeignProcess Subscribe(
        TestBroker broker, string identity, string version, params IEnumerable<string> more) =>
        ForeignProcess.Start(
            ForeignProcess.Find("mosquitto_sub"), null, [.. Common(broker, identity, version), .. more]);

    private static async Task PublishAsync(
        TestBroker broker, string identity, string version, params IEnumerable<string> more) =>
        Assert.Equal(0, await ForeignProcess.RunAsync(
            ForeignProcess.Find("mosquitto_pub"), null, [.. Common(broker, identity, version), .. more]));

    private static string[] Common(TestBroker broker, string identity, string version) =>
    [
        "-h", "127.0.0.1", "-p", broker.Port.ToString(CultureInfo.InvariantCulture),
        "-u", identity, "-P", "secret", "-i", identity, "-V", version,
    ];
}
