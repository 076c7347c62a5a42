using System.Globalization;
using Automat.Mqtt.Broker;
using Automat.Mqtt.WebSockets;
using Microsoft.AspNetCore.Builder;

namespace Automat.Mqtt.Tests;

/// <summary>Two widely used client libraries against our broker.</summary>
public sealed class OtherClientsTests
{
    private static readonly SemaphoreSlim Installing = new(1, 1);

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "interop");

    [Theory]
    [Trait("Accepts", "S4-04")]
    [InlineData("4")]
    [InlineData("5")]
    public async Task Paho_gets_along_with_us(string version)
    {
        var python = await FindPahoAsync();
        await using var broker = await TestBroker.StartAsync();
        await using var paho = ForeignProcess.Start(
            python, Folder, "paho_client.py", Number(broker.Port), version);

        Assert.Equal("connected 0", await paho.LineAsync());
        Assert.Equal(version == "5" ? "granted 1 135 2" : "granted 1 128 2", await paho.LineAsync());
        Assert.Equal("acknowledged", await paho.LineAsync());
        Assert.Equal("message all/kept greeting 1 0", await paho.LineAsync());
        Assert.Equal("completed", await paho.LineAsync());
        Assert.Equal("ready", await paho.LineAsync());
        for (var i = 0; i < 20; i++)
        {
            var outcome =
                await broker.Broker.DeliverAsync("m1", "to/m1/coin", new[] { (byte)('a' + i) }, MqttQos.AtLeastOnce);
            Assert.Equal(MqttDelivery.Acknowledged, outcome);
            Assert.Equal($"message to/m1/coin {(char)('a' + i)} 1 0", await paho.LineAsync());
        }

        Assert.Equal("away", await paho.LineAsync());
        await broker.Gate.WaitForAsync("disconnected m1/paho Success");
        await broker.Broker.PublishAsync(Talking.Message("to/m1/news", "while you were away"));
        await paho.SayAsync("go");
        Assert.Equal("back 0 1", await paho.LineAsync());
        Assert.Equal("message to/m1/news while you were away 1 0", await paho.LineAsync());
        Assert.Equal(0, await paho.ExitAsync());
        Assert.DoesNotContain(broker.Gate.Published, m => m.Topic == "from/m1/status");
    }

    [Theory]
    [InlineData("4", "tcp")]
    [InlineData("5", "tcp")]
    [InlineData("4", "ws")]
    [InlineData("5", "ws")]
    public async Task Mqtt_js_gets_along_with_us(string version, string transport)
    {
        var node = await FindMqttJsAsync();
        await using var broker = await TestBroker.StartAsync(map: app =>
        {
            app.UseWebSockets();
            app.MapMqttWebSocket("/mqtt", []);
        });
        await using var client = ForeignProcess.Start(
            node, Folder, "mqttjs_client.mjs", Number(transport == "ws" ? broker.HttpPort : broker.Port), version, transport);

        Assert.Equal("connected", await client.LineAsync());
        Assert.Equal("granted 1 0", await client.LineAsync());
        Assert.Equal("acknowledged", await client.LineAsync());
        var rest = new[] { await client.LineAsync(), await client.LineAsync() };
        Assert.Contains("ready", rest);
        Assert.Contains($"message all/x to myself 0 {(version == "5" ? "text/plain" : "-")}", rest);
        for (var i = 0; i < 20; i++)
        {
            var outcome =
                await broker.Broker.DeliverAsync("m1", "to/m1/coin", new[] { (byte)('a' + i) }, MqttQos.AtLeastOnce);
            Assert.Equal(MqttDelivery.Acknowledged, outcome);
            Assert.Equal($"message to/m1/coin {(char)('a' + i)} 1 -", await client.LineAsync());
        }

        await client.SayAsync("end");
        Assert.Equal("ended", await client.LineAsync());
        await broker.Gate.WaitForAsync("disconnected m1/mqttjs Success");
    }

    [Theory]
    [InlineData("4")]
    [InlineData("5")]
    public async Task Paho_uses_all_there_is(string version)
    {
        var python = await FindPahoAsync();
        await using var broker = await TestBroker.StartAsync();
        await using var paho = ForeignProcess.Start(
            python, Folder, "paho_features.py", Number(broker.Port), version);

        Assert.Equal("granted 2", await paho.LineAsync());
        Assert.Equal("once 0 1 2 3 4 5 6 7 8 9", await paho.LineAsync());
        Assert.Equal("shared 0 1 2 3 4 5 6 7 8 9", await paho.LineAsync());
        if (version == "5")
        {
            Assert.Equal(
                "rich [('k', '1'), ('k', '2')] text/plain all/answer b'c' True 1 [33]", await paho.LineAsync());
            Assert.Equal("alias b", await paho.LineAsync());
        }

        Assert.Equal("vanished", await paho.LineAsync());
        await broker.Gate.WaitForAsync("disconnected m1/away Unspecified");
        for (var i = 0; i < 3; i++)
            await broker.Broker.PublishAsync(Talking.Message("to/m1/x", $"{i}", MqttQos.ExactlyOnce));
        await paho.SayAsync("go");
        Assert.Equal("back 1 0 1 2", await paho.LineAsync());
        Assert.Equal(0, await paho.ExitAsync());
    }

    [Theory]
    [InlineData("4")]
    [InlineData("5")]
    public async Task Mqtt_js_uses_all_there_is(string version)
    {
        var node = await FindMqttJsAsync();
        await using var broker = await TestBroker.StartAsync();
        await using var client = ForeignProcess.Start(
            node, Folder, "mqttjs_features.mjs", Number(broker.Port), version);

        Assert.Equal("once e02 e12 e22 e32 e42 e52 e62 e72 e82 e92", await client.LineAsync());
        if (version == "5") Assert.Equal("identifier 33", await client.LineAsync());
        Assert.Equal(
            $"short all/short0 all/short1 all/short2 {(version == "5" ? "1" : "false")}", await client.LineAsync());
        Assert.Equal("shared 0 1 2 3 4 5 6 7 8 9", await client.LineAsync());
        if (version == "5")
            Assert.Equal("rich true text/plain all/answer c 1,2 true true", await client.LineAsync());
        Assert.Equal("vanished", await client.LineAsync());
        await broker.Gate.WaitForAsync("disconnected m1/away Unspecified");
        for (var i = 0; i < 3; i++)
            await broker.Broker.PublishAsync(Talking.Message("to/m1/x", $"{i}", MqttQos.ExactlyOnce));
        Assert.Equal("back 0 1 2", await client.LineAsync());
        Assert.Equal(0, await client.ExitAsync());
    }

    /// <summary>Debian's packages belong to Debian's interpreter, which may not be the first on the path.</summary>
    private static async Task<string> FindPahoAsync()
    {
        foreach (var python in new[] { "/usr/bin/python3", ForeignProcess.Find("python3") })
        {
            if (!File.Exists(python)) continue;
            if (await ForeignProcess.RunAsync(python, null, "-c", "import paho.mqtt.client") == 0) return python;
        }

        Assert.Skip("Python's paho-mqtt is not installed.");
        return "";
    }

    private static async Task<string> FindMqttJsAsync()
    {
        var node = ForeignProcess.Find("node");
        var npm = ForeignProcess.Find("npm");
        await Installing.WaitAsync();
        try
        {
            if (Directory.Exists(Path.Combine(Folder, "node_modules", "mqtt"))) return node;
            var code = await ForeignProcess.RunAsync(npm, Folder, "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            if (code != 0) Assert.Skip("npm could not install mqtt.");
            return node;
        }
        finally
        {
            Installing.Release();
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
