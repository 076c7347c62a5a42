using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Automat.Mqtt.Broker;
using Automat.Mqtt.Client;

namespace Automat.Mqtt.Tests;

/// <summary>Mosquitto's programs against ours, both ways.</summary>
public sealed class MosquittoTests
{
    [Theory]
    [Trait("Accepts", "S4-04")]
    [Trait("Accepts", "S4-10")]
    [InlineData("311")]
    [InlineData("5")]
    public async Task The_documented_cabinet_gets_its_coin_pulse(string version)
    {
        var program = ForeignProcess.Find("mosquitto_sub");
        await using var broker = await StartAsync();
        await using var cabinet = ForeignProcess.Start(program, null, [
            .. Common(broker, "cab001", version), "-v",
            "-t", "arcade/machine/+/coinpulse", "-t", "arcade/machine/+/gameover"]);
        await broker.Gate.WaitForAsync(
            "subscribed cab001/cab001 arcade/machine/+/coinpulse arcade/machine/+/gameover");

        await broker.Broker.PublishAsync(Talking.Message("arcade/machine/cab002/coinpulse", "not yours"));
        var outcome = await broker.Broker.DeliverAsync(
            "cab001", "arcade/machine/cab001/coinpulse", "{\"credits\": 2}"u8.ToArray(), MqttQos.AtLeastOnce);

        // mosquitto_sub asks for QoS 0 unless told otherwise.
        Assert.Equal(MqttDelivery.Written, outcome);
        Assert.Equal("arcade/machine/cab001/coinpulse {\"credits\": 2}", await cabinet.LineAsync());
    }

    [Theory]
    [InlineData("311")]
    [InlineData("5")]
    public async Task A_mosquitto_subscriber_at_qos_1_acknowledges(string version)
    {
        var program = ForeignProcess.Find("mosquitto_sub");
        await using var broker = await StartAsync();
        await using var subscriber = ForeignProcess.Start(
            program, null, [.. Common(broker, "cab001", version), "-q", "1", "-t", "arcade/machine/cab001/#"]);
        await broker.Gate.WaitForAsync("subscribed cab001/cab001 arcade/machine/cab001/#");

        var outcome = await broker.Broker.DeliverAsync(
            "cab001", "arcade/machine/cab001/coinpulse", "x"u8.ToArray(), MqttQos.AtLeastOnce);

        Assert.Equal(MqttDelivery.Acknowledged, outcome);
        Assert.Equal("x", await subscriber.LineAsync());
    }

    [Theory]
    [InlineData("311", "0")]
    [InlineData("311", "1")]
    [InlineData("311", "2")]
    [InlineData("5", "0")]
    [InlineData("5", "1")]
    [InlineData("5", "2")]
    public async Task Mosquitto_publishes_to_us(string version, string qos)
    {
        var program = ForeignProcess.Find("mosquitto_pub");
        await using var broker = await StartAsync();

        var code = await ForeignProcess.RunAsync(
            program, null, [.. Common(broker, "cab001", version), "-q", qos, "-t", "up/cab001/x", "-m", "hällo"]);

        Assert.Equal(0, code);
        await broker.Gate.WaitForAsync("published cab001/cab001 up/cab001/x hällo");
    }

    [Fact]
    public async Task Mosquitto_hears_that_its_password_is_wrong()
    {
        var program = ForeignProcess.Find("mosquitto_pub");
        await using var broker = await TestBroker.StartAsync();

        var code = await ForeignProcess.RunAsync(program, null,
            "-p", Number(broker.Port), "-h", "127.0.0.1", "-u", "m1", "-P", "wrong", "-t", "from/m1/x", "-m", "x");

        Assert.NotEqual(0, code);
        Assert.Empty(broker.Gate.Published);
    }

    [Theory]
    [InlineData("311")]
    [InlineData("5")]
    public async Task A_mosquitto_that_is_killed_leaves_its_will(string version)
    {
        var program = ForeignProcess.Find("mosquitto_sub");
        await using var broker = await StartAsync();
        await using (ForeignProcess.Start(program, null, [
            .. Common(broker, "cab001", version), "-t", "arcade/machine/cab001/#",
            "--will-topic", "up/cab001/status", "--will-payload", "offline", "--will-qos", "1"]))
        {
            await broker.Gate.WaitForAsync("subscribed cab001/cab001 arcade/machine/cab001/#");
        }

        await broker.Gate.WaitForAsync("published cab001/cab001 up/cab001/status offline");
    }

    [Fact]
    public async Task Properties_of_5_0_pass_through_to_mosquitto()
    {
        var program = ForeignProcess.Find("mosquitto_sub");
        await using var broker = await StartAsync();
        await using var subscriber = ForeignProcess.Start(program, null, [
            .. Common(broker, "cab001", "5"), "-t", "arcade/machine/cab001/#", "-F", "%C|%R|%D|%P|%p"]);
        await broker.Gate.WaitForAsync("subscribed cab001/cab001 arcade/machine/cab001/#");

        await broker.Broker.PublishAsync(Talking.Message("arcade/machine/cab001/x", "body") with
        {
            ContentType = "text/plain",
            ResponseTopic = "answer/here",
            CorrelationData = "c7"u8.ToArray(),
            UserProperties = [new("colour", "red")],
        });

        Assert.Equal("text/plain|answer/here|c7|colour:red|body", await subscriber.LineAsync());
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task Our_client_speaks_to_the_mosquitto_broker(MqttVersion version)
    {
        var program = ForeignProcess.Find("mosquitto");
        var port = FreePort();
        var folder = Directory.CreateTempSubdirectory("mosquitto-");
        var settings = Path.Combine(folder.FullName, "mosquitto.conf");
        await File.WriteAllTextAsync(settings, $"listener {port} 127.0.0.1\nallow_anonymous true\n");
        await using var mosquitto = ForeignProcess.Start(program, null, "-c", settings);
        await using var client = await ConnectAsync(
            new MqttClientOptions { Port = port, Version = version, ClientId = "a" });
        await client.SubscribeAsync("x/#");

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(
                MqttReason.Success,
                await client.PublishAsync(Talking.Message($"x/{i}", $"{i}") with { ContentType = "text/plain" }));
        }

        for (var i = 0; i < 100; i++) Assert.Equal($"{i}", (await client.NextAsync()).Message.Text());
        await client.DisconnectAsync();
        folder.Delete(recursive: true);
    }

    private static async Task<MqttClient> ConnectAsync(MqttClientOptions options)
    {
        using var limit = new CancellationTokenSource(TestBroker.Patience);
        while (true)
        {
            var client = new MqttClient(options);
            try
            {
                await client.ConnectAsync(limit.Token);
                return client;
            }
            catch (MqttDisconnectedException) when (!limit.IsCancellationRequested)
            {
                await client.DisposeAsync();
                await Task.Delay(20, limit.Token);
            }
        }
    }

    private static async Task<TestBroker> StartAsync()
    {
        var broker = await TestBroker.StartAsync();
        broker.Gate.Authenticate = login => new TopicListIdentity(
            login.UserName!, [$"arcade/machine/{login.UserName}/#"], [$"up/{login.UserName}/#"]);
        return broker;
    }

    private static string[] Common(TestBroker broker, string identity, string version) =>
        ["-h", "127.0.0.1", "-p", Number(broker.Port), "-u", identity, "-P", "secret", "-i", identity, "-V", version];

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
