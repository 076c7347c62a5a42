using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Automat.Mqtt.Broker;

/// <summary>Publishes the broker's figures below <c>$SYS</c>, under the names other brokers use. Nothing is worked out
/// for a topic nobody has subscribed to; who may subscribe, the identity says. They are not retained.</summary>
internal sealed class SystemTopics : BackgroundService
{
    private readonly MqttBroker broker;
    private readonly DateTimeOffset started;
    private readonly (string Topic, Func<string> Value)[] topics;

    public SystemTopics(MqttBroker broker)
    {
        this.broker = broker;
        started = broker.Time.GetUtcNow();
        topics =
        [
            ("$SYS/broker/version", () => $"Automat {Version}"),
            ("$SYS/broker/uptime", () => $"{(long)(broker.Time.GetUtcNow() - started).TotalSeconds} seconds"),
            ("$SYS/broker/clients/connected", () => Number(broker.ConnectionCount)),
            ("$SYS/broker/clients/total", () => Number(broker.Sessions.Count)),
            ("$SYS/broker/messages/received", () => Number(broker.Meter.MessagesIn.Total)),
            ("$SYS/broker/messages/sent", () => Number(broker.Meter.MessagesOut.Total)),
            ("$SYS/broker/messages/dropped", () => Number(broker.Meter.Dropped.Total)),
            ("$SYS/broker/connections/refused", () => Number(broker.Meter.Refused.Total)),
            ("$SYS/broker/bytes/received", () => Number(broker.Meter.BytesIn.Total)),
            ("$SYS/broker/bytes/sent", () => Number(broker.Meter.BytesOut.Total)),
            ("$SYS/broker/retained messages/count", () => Number(broker.Retained.Count)),
            ("$SYS/broker/subscriptions/count", () => Number(broker.Sessions.SubscriptionCount)),
        ];
    }

    private static string Version =>
        typeof(SystemTopics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(broker.Options.SystemTopicsInterval, broker.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var (topic, value) in topics)
                {
                    if (!broker.Router.HasSubscriber(topic)) continue;
                    await broker.PublishAsync(
                        new MqttMessage { Topic = topic, Payload = Encoding.UTF8.GetBytes(value()) });
                }
            }
            catch (Exception e)
            {
                broker.Log.LogError(e, "The broker's figures could not be published; the next time tries again");
            }
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
