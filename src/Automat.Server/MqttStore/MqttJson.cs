using System.Text.Json;
using Automat.Mqtt;
using Automat.Mqtt.Broker;

namespace Automat.Server.MqttStore;

/// <summary>What of a session or a message no query asks for, in one column.</summary>
internal static class MqttJson
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault,
    };

    public static string StateOf(MqttStoredSession session) =>
        JsonSerializer.Serialize(new State(session.Subscriptions, session.Received, session.Held), Json);

    public static MqttStoredSession ReadSession(MqttSessionRow row)
    {
        var state = JsonSerializer.Deserialize<State>(row.State, Json)!;
        return new MqttStoredSession(
            new MqttSessionKey(row.Identity, row.ClientId), TimeSpan.FromSeconds(row.ExpiresAfter), row.OfflineSince,
            state.Subscriptions ?? [], state.Received ?? [], state.Held ?? []);
    }

    public static string DetailsOf(MqttMessage message, IReadOnlyList<uint>? identifiers = null) => JsonSerializer.Serialize(
        new Details(
            message.IsText, message.ContentType, message.ResponseTopic, message.CorrelationData?.ToArray(),
            message.UserProperties.Count > 0 ? message.UserProperties : null, identifiers), Json);

    public static MqttStoredCopy ReadCopy(MqttMessageRow row)
    {
        var details = JsonSerializer.Deserialize<Details>(row.Details, Json)!;
        return new MqttStoredCopy(
            row.Sequence, Message(row.Topic, row.Payload, row.Qos, row.Retain, row.ExpiresAt, details), (MqttQos)row.Qos,
            row.Retain, details.Identifiers, (ushort)row.PacketId, (byte)row.Awaited);
    }

    public static MqttStoredMessage ReadRetained(MqttRetainedRow row) => Message(
        row.Topic, row.Payload, row.Qos, retain: true, row.ExpiresAt, JsonSerializer.Deserialize<Details>(row.Details, Json)!);

    private static MqttStoredMessage Message(
        string topic, byte[] payload, short qos, bool retain, DateTimeOffset? expiresAt, Details details) => new(
        new MqttMessage
        {
            Topic = topic,
            Payload = payload,
            Qos = (MqttQos)qos,
            Retain = retain,
            IsText = details.IsText,
            ContentType = details.ContentType,
            ResponseTopic = details.ResponseTopic,
            CorrelationData = details.CorrelationData is { } data ? new ReadOnlyMemory<byte>(data) : null,
            UserProperties = details.UserProperties ?? [],
        },
        expiresAt);

    private sealed record State(
        IReadOnlyList<MqttStoredSubscription>? Subscriptions, IReadOnlyList<ushort>? Received, IReadOnlyList<ushort>? Held);

    private sealed record Details(
        bool IsText, string? ContentType, string? ResponseTopic, byte[]? CorrelationData,
        IReadOnlyList<MqttUserProperty>? UserProperties, IReadOnlyList<uint>? Identifiers);
}
