using System.Buffers;
using System.Globalization;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Protocol;

public sealed class MalformedTests
{
    [Theory]
    [InlineData("00 00", 5, MqttReason.MalformedPacket)] // packet type 0
    [InlineData("F0 00", 4, MqttReason.MalformedPacket)] // AUTH does not exist in 3.1.1
    [InlineData("C1 00", 5, MqttReason.MalformedPacket)] // PINGREQ with flags
    [InlineData("C0 01 00", 5, MqttReason.MalformedPacket)] // PINGREQ with a body
    [InlineData("80 06 00 01 00 01 61 00", 4, MqttReason.MalformedPacket)] // SUBSCRIBE without its flag
    [InlineData("82 02 00 01", 4, MqttReason.ProtocolError)] // SUBSCRIBE of nothing
    [InlineData("82 06 00 01 00 01 61 03", 4, MqttReason.MalformedPacket)] // QoS 3
    [InlineData("82 06 00 01 00 01 61 04", 4, MqttReason.MalformedPacket)] // option bits of 5.0 in 3.1.1
    [InlineData("82 07 00 01 00 00 01 61 30", 5, MqttReason.ProtocolError)] // retain handling 3
    [InlineData("82 06 00 00 00 01 61 00", 4, MqttReason.ProtocolError)] // packet identifier 0
    [InlineData("A2 02 00 01", 4, MqttReason.ProtocolError)] // UNSUBSCRIBE of nothing
    [InlineData("36 05 00 01 61 00 01", 4, MqttReason.MalformedPacket)] // PUBLISH at QoS 3
    [InlineData("38 03 00 01 61", 4, MqttReason.MalformedPacket)] // duplicate at QoS 0
    [InlineData("30 03 00 01 23", 4, MqttReason.TopicNameInvalid)] // wildcard in a topic name
    [InlineData("30 02 00 00", 4, MqttReason.ProtocolError)] // no topic
    [InlineData("30 03 00 05 61", 4, MqttReason.MalformedPacket)] // topic longer than the packet
    [InlineData("30 03 00 01 00", 4, MqttReason.MalformedPacket)] // U+0000
    [InlineData("30 04 00 02 C3 28", 4, MqttReason.MalformedPacket)] // not UTF-8
    [InlineData("30 05 00 03 ED A0 80", 4, MqttReason.MalformedPacket)] // a surrogate in UTF-8
    [InlineData("32 05 00 01 61 00 00", 4, MqttReason.ProtocolError)] // packet identifier 0
    [InlineData("30 07 00 01 61 03 23 00 00", 5, MqttReason.TopicAliasInvalid)] // alias 0
    [InlineData("30 08 00 01 61 04 01 00 01 00", 5, MqttReason.ProtocolError)] // a property twice
    [InlineData("30 06 00 01 61 02 01 02", 5, MqttReason.ProtocolError)] // payload format 2
    [InlineData("30 06 00 01 61 02 11 00", 5, MqttReason.ProtocolError)] // a property of CONNECT
    [InlineData("30 06 00 01 61 02 7E 00", 5, MqttReason.MalformedPacket)] // an unknown property
    [InlineData("30 05 00 01 61 09 01", 5, MqttReason.MalformedPacket)] // properties longer than the packet
    [InlineData("30 06 00 01 61 81 00 01", 5, MqttReason.MalformedPacket)] // length not in its shortest form
    [InlineData("30 07 00 01 61 02 01 01 FF", 5, MqttReason.PayloadFormatInvalid)] // text that is no text
    [InlineData("40 01 00", 4, MqttReason.MalformedPacket)] // half an identifier
    [InlineData("40 03 00 01 00", 4, MqttReason.MalformedPacket)] // a reason in 3.1.1
    [InlineData("40 03 00 01 92", 5, MqttReason.MalformedPacket)] // PUBACK with a reason of PUBREL
    [InlineData("62 03 00 01 80", 5, MqttReason.MalformedPacket)] // PUBREL with a reason of PUBREC
    [InlineData("60 02 00 01", 4, MqttReason.MalformedPacket)] // PUBREL without its flag
    [InlineData("A0 05 00 01 00 01 61", 4, MqttReason.MalformedPacket)] // UNSUBSCRIBE without its flag
    [InlineData("E0 01 8A", 5, MqttReason.MalformedPacket)] // DISCONNECT with a reason of CONNACK
    [InlineData("E0 01 00", 4, MqttReason.MalformedPacket)] // DISCONNECT with a body in 3.1.1
    [InlineData("10 0C 00 04 4D 51 54 54 04 03 00 0A 00 00", 4, MqttReason.MalformedPacket)] // reserved flag
    [InlineData("10 0C 00 04 4D 51 54 54 04 0A 00 0A 00 00", 4, MqttReason.MalformedPacket)] // will QoS, no will
    [InlineData("10 0C 00 04 4D 51 54 54 04 22 00 0A 00 00", 4, MqttReason.MalformedPacket)] // will retain, no will
    [InlineData("10 11 00 04 4D 51 54 54 04 1E 00 0A 00 00 00 01 77 00 00", 4, MqttReason.MalformedPacket)] // QoS 3
    [InlineData("10 11 00 04 4D 51 54 54 04 06 00 0A 00 00 00 01 C0 00 00", 4, MqttReason.MalformedPacket)] // topic
    [InlineData("10 0C 00 04 4D 51 54 54 04 06 00 0A 00 00", 4, MqttReason.MalformedPacket)] // will flag, no will
    [InlineData("10 0C 00 04 4D 51 54 54 04 82 00 0A 00 00", 4, MqttReason.MalformedPacket)] // user flag, no user
    [InlineData("10 0F 00 04 4D 51 54 54 04 82 00 0A 00 00 00 01 C0", 4, MqttReason.MalformedPacket)] // user not UTF-8
    [InlineData("10 0D 00 04 4D 51 54 54 04 02 00 0A 00 01 C0", 4, MqttReason.MalformedPacket)] // client id not UTF-8
    [InlineData("30 0B 00 01 61 07 26 00 01 00 00 01 62", 5, MqttReason.MalformedPacket)] // user property with U+0000
    [InlineData("30 08 00 01 61 04 08 00 01 23", 5, MqttReason.ProtocolError)] // a wildcard as response topic
    [InlineData("30 08 00 01 61 04 08 00 01 C0", 5, MqttReason.MalformedPacket)] // response topic not UTF-8
    [InlineData("30 08 00 01 61 04 03 00 01 C0", 5, MqttReason.MalformedPacket)] // content type not UTF-8
    [InlineData("82 06 00 01 00 01 C0 00", 4, MqttReason.MalformedPacket)] // filter not UTF-8
    [InlineData("A2 05 00 01 00 01 C0", 4, MqttReason.MalformedPacket)] // filter not UTF-8
    [InlineData("E1 00", 5, MqttReason.MalformedPacket)] // DISCONNECT with flags
    [InlineData("F1 00", 5, MqttReason.MalformedPacket)] // AUTH with flags
    [InlineData("10 0C 00 04 4D 51 54 54 04 42 00 0A 00 00", 4, MqttReason.MalformedPacket)] // password, no user
    [InlineData("10 0C 00 04 4D 51 54 54 06 02 00 0A 00 00", 4, MqttReason.UnsupportedProtocolVersion)]
    [InlineData("10 0E 00 06 4D 51 49 73 64 70 03 02 00 0A 00 00", 4, MqttReason.UnsupportedProtocolVersion)]
    [InlineData("10 0C 00 04 48 54 54 50 04 02 00 0A 00 00", 4, MqttReason.MalformedPacket)] // HTTP
    [InlineData("10 0D 00 04 4D 51 54 54 04 02 00 0A 00 00 00", 4, MqttReason.MalformedPacket)] // too long
    [InlineData("10 10 00 04 4D 51 54 54 05 02 00 0A 03 21 00 00 00 00", 5, MqttReason.ProtocolError)] // receive max 0
    [InlineData("30 FF FF FF FF 01", 5, MqttReason.MalformedPacket)] // remaining length of five bytes
    [InlineData("30 FF FF 7F", 5, MqttReason.PacketTooLarge)]
    public void A_wrong_packet_is_refused_with_the_right_reason(string hex, byte version, MqttReason reason)
    {
        byte[] bytes = [.. hex.Split(' ').Select(b => byte.Parse(b, NumberStyles.HexNumber, null))];

        var refused = Assert.Throws<MqttProtocolException>(() => DecodeAll(bytes, (MqttVersion)version));

        Assert.Equal(reason, refused.Reason);
    }

    [Fact]
    public void More_user_properties_than_allowed_are_refused()
    {
        var tooMany = Enumerable.Repeat(new MqttUserProperty("a", "b"), 101);
        var message = Samples.FullMessage with { UserProperties = [.. tooMany] };
        var bytes = CodecTests.Bytes(message, 1, MqttVersion.V5);

        Assert.Throws<MqttProtocolException>(() => DecodeAll(bytes, MqttVersion.V5));
    }

    private static void DecodeAll(byte[] bytes, MqttVersion version)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        while (FrameDecoder.TryRead(ref buffer, 100_000, out var header, out var body))
            PacketDecoder.Decode(header, body, version);
    }
}
