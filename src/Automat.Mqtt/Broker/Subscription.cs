using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Broker;

/// <summary>One subscription of a session, as granted.</summary>
internal sealed record Subscription(string Filter, MqttQos Qos, bool NoLocal, bool RetainAsPublished)
{
    public static Subscription Grant(SubscribeRequest request) => new(
        request.Filter,
        request.Qos > MqttQos.AtLeastOnce ? MqttQos.AtLeastOnce : request.Qos,
        request.NoLocal,
        request.RetainAsPublished);
}
