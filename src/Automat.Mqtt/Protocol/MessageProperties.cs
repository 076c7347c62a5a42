using System.Text.Unicode;

namespace Automat.Mqtt.Protocol;

/// <summary>The part of a message that travels as properties of MQTT 5.0.</summary>
internal static class MessageProperties
{
    /// <summary>The properties to send, the expiry left out: it depends on when.</summary>
    public static MqttProperties Of(MqttMessage message) => new()
    {
        IsText = message.IsText ? true : null,
        ContentType = message.ContentType,
        ResponseTopic = message.ResponseTopic,
        CorrelationData = message.CorrelationData?.ToArray(),
        UserProperties = message.UserProperties.Count > 0 ? [.. message.UserProperties] : null,
    };

    public static MqttMessage ToMessage(
        string topic, byte[] payload, MqttQos qos, bool retain, MqttProperties properties)
    {
        if (ReferenceEquals(properties, MqttProperties.None))
            return new MqttMessage { Topic = topic, Payload = payload, Qos = qos, Retain = retain };

        var isText = properties.IsText ?? false;
        if (isText && !Utf8.IsValid(payload))
            throw new MqttProtocolException(
                MqttReason.PayloadFormatInvalid, "The payload is said to be text but is not.");
        return new MqttMessage
        {
            Topic = topic,
            Payload = payload,
            Qos = qos,
            Retain = retain,
            IsText = isText,
            Expiry = properties.MessageExpiry is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            ContentType = properties.ContentType,
            ResponseTopic = properties.ResponseTopic,
            CorrelationData = properties.CorrelationData is { } data ? data : null,
            UserProperties = properties.UserProperties is { } list ? list : [],
        };
    }
}
