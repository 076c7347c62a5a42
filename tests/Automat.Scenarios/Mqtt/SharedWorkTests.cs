using System.Collections.Concurrent;
using Automat.Mqtt;
using Automat.Mqtt.Client;
using Automat.Server.Machines.Outside;
using Automat.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Automat.Scenarios.Mqtt;

/// <summary>Several nodes at one broker: what is to be worked off once is, and what each has to hear each hears.</summary>
public sealed class SharedWorkTests
{
    private const int Count = 50;

    [Theory]
    [InlineData(MqttVersion.V5, Count)]
    [InlineData(MqttVersion.V311, 2 * Count)] // no groups there: every node hears everything
    public async Task Two_nodes_share_what_one_of_them_has_to_hear(MqttVersion version, int shared)
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        var heard = new ConcurrentQueue<string>();
        await using var first = await OpenAsync(mosquitto, "node-1", version, heard);
        await using var second = await OpenAsync(mosquitto, "node-2", version, heard);
        await using var machine = new MqttClient(new MqttClientOptions { Port = mosquitto.Port });
        await machine.ConnectAsync();

        for (var i = 0; i < Count; i++)
        {
            await machine.PublishAsync(new MqttMessage { Topic = $"x/m{i}/event", Qos = MqttQos.AtLeastOnce });
            await machine.PublishAsync(new MqttMessage { Topic = $"x/m{i}/ack", Qos = MqttQos.AtLeastOnce });
        }

        await TestApp.EventuallyAsync(() => Task.FromResult(heard.Count), n => n >= shared + (2 * Count));
        Assert.Equal(2 * Count, heard.Count(topic => topic.EndsWith("ack", StringComparison.Ordinal)));
        Assert.Equal(shared, heard.Count(topic => topic.EndsWith("event", StringComparison.Ordinal)));
        Assert.Equal(version is MqttVersion.V5, first.Shares);
    }

    [Fact]
    public async Task What_a_node_missed_while_it_was_away_it_hears_when_it_is_back()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        var heard = new ConcurrentQueue<string>();
        await (await OpenAsync(mosquitto, "node-1", MqttVersion.V5, heard)).DisposeAsync();
        await using var machine = new MqttClient(new MqttClientOptions { Port = mosquitto.Port });
        await machine.ConnectAsync();
        await machine.PublishAsync(new MqttMessage { Topic = "x/m1/ack", Qos = MqttQos.AtLeastOnce });

        await using var back = await OpenAsync(mosquitto, "node-1", MqttVersion.V5, heard);

        await TestApp.EventuallyAsync(() => Task.FromResult(heard.Count), n => n == 1);
    }

    private static async Task<OutsideLink> OpenAsync(
        Mosquitto mosquitto, string id, MqttVersion version, ConcurrentQueue<string> heard)
    {
        var options = new OutsideBrokerOptions
        {
            Host = "127.0.0.1",
            Port = mosquitto.Port,
            ClientId = id,
            Version = version,
        };
        var link = await OutsideLink.OpenAsync(
            options,
            (message, _) =>
            {
                heard.Enqueue(message.Topic);
                return ValueTask.CompletedTask;
            },
            TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        await link.SubscribeAsync([new("x/+/event", EveryNode: false), new("x/+/ack", EveryNode: true)], CancellationToken.None);
        return link;
    }
}
