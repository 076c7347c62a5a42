using System.Text;

namespace Automat.Mqtt.Protocol;

/// <summary>A message prepared for sending: what is the same for every receiver is encoded once.</summary>
internal sealed class Publication
{
    public Publication(MqttMessage message, DateTimeOffset now)
    {
        Message = message;
        TopicUtf8 = Encoding.UTF8.GetBytes(message.Topic);
        Properties = EncodeProperties(message);
        ExpiresAt = message.Expiry is { } expiry ? now + expiry : null;
    }

    public MqttMessage Message { get; }

    public byte[] TopicUtf8 { get; }

    /// <summary>The properties of MQTT 5.0 except the expiry, which changes while the message waits.</summary>
    public byte[] Properties { get; }

    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>Roughly the memory it holds, for limits counted in bytes.</summary>
    public int Weight => TopicUtf8.Length + Message.Payload.Length + Properties.Length;

    public bool HasExpired(DateTimeOffset now) => ExpiresAt <= now;

    private static byte[] EncodeProperties(MqttMessage message)
    {
        if (message is
            {
                IsText: false, ContentType: null, ResponseTopic: null, CorrelationData: null, UserProperties.Count: 0,
            })
        {
            return [];
        }

        var writer = new PacketWriter();
        try
        {
            PropertyWriter.WriteList(ref writer, MessageProperties.Of(message));
            return writer.Written.ToArray();
        }
        finally
        {
            writer.Dispose();
        }
    }
}
