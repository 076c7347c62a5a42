using System.Buffers;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Protocol;

/// <summary>One packet of each kind, with everything in it.</summary>
internal static class Samples
{
    public static readonly MqttMessage FullMessage = new()
    {
        Topic = "machine/7/ü/🍕",
        Payload = "a payload"u8.ToArray(),
        Qos = MqttQos.AtLeastOnce,
        Retain = true,
        IsText = true,
        Expiry = TimeSpan.FromSeconds(3600),
        ContentType = "text/plain",
        ResponseTopic = "answers/7",
        CorrelationData = new byte[] { 0, 1, 255 },
        UserProperties = [new("name", "value"), new("name", "again"), new("", "")],
    };

    public static IEnumerable<Packet> All(MqttVersion version)
    {
        var v5 = version is MqttVersion.V5;
        yield return new ConnectPacket
        {
            Version = version,
            CleanStart = true,
            KeepAlive = 30,
            ClientId = "client",
            UserName = "user",
            Password = [1, 2, 3],
            Will = new MqttWill(
                v5 ? FullMessage : new MqttMessage { Topic = "w", Qos = MqttQos.AtLeastOnce },
                v5 ? TimeSpan.FromSeconds(5) : default),
            Properties = v5 ? ConnectProperties() : MqttProperties.None,
        };
        yield return new ConnAckPacket
        {
            SessionPresent = true,
            Properties = v5 ? ConnAckProperties() : MqttProperties.None,
            ReasonString = v5 ? "because" : null,
        };
        yield return new PublishPacket
        {
            PacketId = 9,
            Message = v5 ? FullMessage : new MqttMessage { Topic = "t", Qos = MqttQos.AtLeastOnce, Retain = true },
        };
        yield return new AckPacket(PacketType.PubAck, 65_535, v5 ? MqttReason.NotAuthorized : MqttReason.Success);
        yield return new AckPacket(PacketType.PubRec, 1, v5 ? MqttReason.QuotaExceeded : MqttReason.Success)
        {
            ReasonString = v5 ? "full" : null,
        };
        yield return new AckPacket(PacketType.PubRel, 1);
        yield return new AckPacket(PacketType.PubComp, 1);
        yield return new SubscribePacket
        {
            PacketId = 3,
            Requests = [new("a/+", MqttQos.AtLeastOnce, v5, v5, (byte)(v5 ? 2 : 0)), new("#", MqttQos.ExactlyOnce)],
            SubscriptionIdentifier = v5 ? 77u : null,
        };
        yield return new SubAckPacket(PacketType.SubAck)
        {
            PacketId = 3,
            Codes = [MqttReason.Success, MqttReason.Unspecified],
        };
        yield return new UnsubscribePacket { PacketId = 4, Filters = ["a", "b/#"] };
        yield return new SubAckPacket(PacketType.UnsubAck) { PacketId = 4, Codes = v5 ? [MqttReason.Success] : [] };
        yield return PingPacket.Request;
        yield return PingPacket.Response;
        yield return new DisconnectPacket
        {
            Reason = v5 ? MqttReason.QuotaExceeded : MqttReason.Success,
            SessionExpiry = v5 ? 12u : null,
            ReasonString = v5 ? "why" : null,
        };
        if (v5) yield return new AuthPacket { Reason = MqttReason.ContinueAuthentication };
    }

    private static MqttProperties ConnectProperties() => new()
    {
        SessionExpiry = uint.MaxValue,
        AuthenticationMethod = "none",
        AuthenticationData = [9],
        RequestProblemInformation = false,
        RequestResponseInformation = true,
        ReceiveMaximum = 5,
        TopicAliasMaximum = 0,
        MaximumPacketSize = 1000,
        UserProperties = [new("a", "b")],
    };

    private static MqttProperties ConnAckProperties() => new()
    {
        SessionExpiry = 1,
        AssignedClientId = "auto-1",
        ServerKeepAlive = 60,
        ResponseInformation = "r",
        ServerReference = "s",
        ReceiveMaximum = 1,
        TopicAliasMaximum = 2,
        MaximumQos = 1,
        RetainAvailable = true,
        MaximumPacketSize = 3,
        WildcardAvailable = true,
        SubscriptionIdentifierAvailable = false,
        SharedAvailable = false,
    };
}

/// <summary>Bytes in more than one piece, as the network delivers them.</summary>
internal sealed class Segments : ReadOnlySequenceSegment<byte>
{
    private Segments(ReadOnlyMemory<byte> memory, long at)
    {
        Memory = memory;
        RunningIndex = at;
    }

    public static ReadOnlySequence<byte> Of(params IReadOnlyList<byte[]> pieces)
    {
        var start = new Segments(pieces[0], 0);
        var end = start;
        for (var i = 1; i < pieces.Count; i++)
        {
            var next = new Segments(pieces[i], end.RunningIndex + end.Memory.Length);
            end.Next = next;
            end = next;
        }

        return new ReadOnlySequence<byte>(start, 0, end, end.Memory.Length);
    }
}
