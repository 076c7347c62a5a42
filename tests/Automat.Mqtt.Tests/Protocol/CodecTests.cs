using System.Buffers;
using System.Text;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Protocol;

public sealed class CodecTests
{
    [Fact]
    public void Connect_of_3_1_1_is_written_as_in_the_specification()
    {
        // Section 3.1.2.3, figure 3.6, and 3.1.3.
        var packet = new ConnectPacket
        {
            Version = MqttVersion.V311,
            CleanStart = true,
            KeepAlive = 10,
            ClientId = "c",
            UserName = "u",
            Password = "p"u8.ToArray(),
            Will = new MqttWill(new MqttMessage { Topic = "w", Payload = "x"u8.ToArray(), Qos = MqttQos.AtLeastOnce }),
        };

        Assert.Equal(
            "10 19 00 04 4D 51 54 54 04 CE 00 0A 00 01 63 00 01 77 00 01 78 00 01 75 00 01 70",
            Hex(packet, MqttVersion.V311));
    }

    [Fact]
    public void Publish_is_written_as_in_the_specification()
    {
        // Section 3.3.2, figure 3.11: topic a/b, packet identifier 10.
        var message = new MqttMessage { Topic = "a/b", Payload = "hi"u8.ToArray(), Qos = MqttQos.AtLeastOnce };

        Assert.Equal("32 09 00 03 61 2F 62 00 0A 68 69", Hex(message, 10, MqttVersion.V311));
        Assert.Equal("32 0A 00 03 61 2F 62 00 0A 00 68 69", Hex(message, 10, MqttVersion.V5));
    }

    [Theory]
    [InlineData(PacketType.PubAck, 0, "40 02 00 0A")]
    [InlineData(PacketType.PubAck, 0x87, "40 03 00 0A 87")]
    [InlineData(PacketType.PubRel, 0, "62 02 00 0A")]
    internal void Acknowledgements_are_as_short_as_they_may_be(PacketType type, byte reason, string bytes) =>
        Assert.Equal(bytes, Hex(new AckPacket(type, 10, (MqttReason)reason), MqttVersion.V5));

    [Fact]
    public void Subscribe_is_written_as_in_the_specification()
    {
        // Section 3.8.3, figure 3.23: a/b at QoS 1, c/d at QoS 2.
        var packet = new SubscribePacket
        {
            PacketId = 10,
            Requests = [new("a/b", MqttQos.AtLeastOnce), new("c/d", MqttQos.ExactlyOnce)],
        };

        Assert.Equal("82 0E 00 0A 00 03 61 2F 62 01 00 03 63 2F 64 02", Hex(packet, MqttVersion.V311));
    }

    [Fact]
    public void Ping_and_disconnect_are_two_bytes()
    {
        Assert.Equal("C0 00", Hex(PingPacket.Request, MqttVersion.V5));
        Assert.Equal("D0 00", Hex(PingPacket.Response, MqttVersion.V5));
        Assert.Equal("E0 00", Hex(new DisconnectPacket(), MqttVersion.V5));
        Assert.Equal("E0 00", Hex(new DisconnectPacket { Reason = MqttReason.QuotaExceeded }, MqttVersion.V311));
        Assert.Equal("E0 01 8B", Hex(new DisconnectPacket { Reason = MqttReason.ServerShuttingDown }, MqttVersion.V5));
    }

    [Theory]
    [InlineData(0, "00")]
    [InlineData(127, "7F")]
    [InlineData(128, "80 01")]
    [InlineData(16_383, "FF 7F")]
    [InlineData(16_384, "80 80 01")]
    [InlineData(2_097_151, "FF FF 7F")]
    [InlineData(2_097_152, "80 80 80 01")]
    [InlineData(268_435_455, "FF FF FF 7F")]
    public void Lengths_are_encoded_as_in_table_1_1(uint value, string bytes)
    {
        Span<byte> buffer = stackalloc byte[4];
        var length = PacketWriter.EncodeVariableInt(value, buffer);

        Assert.Equal(bytes, Spaced(buffer[..length]));
        Assert.Equal(length, PacketWriter.VariableIntLength((int)value));
        Assert.Equal(value, new PacketReader(buffer[..length]).ReadVariableInt());
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public void What_is_written_is_read_back(MqttVersion version)
    {
        foreach (var packet in Samples.All(version))
        {
            var bytes = Bytes(packet, version);
            var read = Decode(bytes, version);

            Assert.IsType(packet.GetType(), read);
            Assert.Equal(Spaced(bytes), Spaced(Bytes(read, version)));
        }
    }

    [Fact]
    public void A_publish_with_everything_is_read_back()
    {
        var message = Samples.FullMessage;

        var bytes = Bytes(message, 7, MqttVersion.V5);
        var read = Assert.IsType<PublishPacket>(Decode(bytes, MqttVersion.V5));

        Assert.Equal(7, read.PacketId);
        Assert.Equal(message.Topic, read.Message.Topic);
        Assert.Equal(message.Payload.ToArray(), read.Message.Payload.ToArray());
        Assert.Equal(message.UserProperties, read.Message.UserProperties);
        Assert.Equal(message.Expiry, read.Message.Expiry);
        Assert.Equal(message.CorrelationData!.Value.ToArray(), read.Message.CorrelationData!.Value.ToArray());
        Assert.True(read.Message.IsText);
        Assert.True(read.Message.Retain);
        Assert.Equal(
            bytes.Length, PublishEncoder.SizeOf(
                new Publication(message, default), new PublishHead(message.Qos, 7, false, false), MqttVersion.V5));
        Assert.Equal(Spaced(bytes), Spaced(Bytes(read.Message, 7, MqttVersion.V5)));
    }

    [Fact]
    public void Waiting_shortens_the_expiry_that_is_sent()
    {
        var publication = new Publication(Samples.FullMessage, DateTimeOffset.UnixEpoch);
        var buffer = new ArrayBufferWriter<byte>();

        PublishEncoder.Write(
            buffer, publication, new PublishHead(MqttQos.AtLeastOnce, 1, false, false), MqttVersion.V5,
            DateTimeOffset.UnixEpoch.AddSeconds(60));

        var read = Assert.IsType<PublishPacket>(Decode(buffer.WrittenSpan.ToArray(), MqttVersion.V5));
        Assert.Equal(Samples.FullMessage.Expiry - TimeSpan.FromSeconds(60), read.Message.Expiry);
    }

    [Fact]
    public void A_packet_is_found_wherever_the_network_cuts_it()
    {
        var bytes =
            Bytes(Samples.FullMessage, 7, MqttVersion.V5).Concat(Bytes(PingPacket.Request, MqttVersion.V5)).ToArray();
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var buffer = Segments.Of(bytes[..cut], bytes[cut..]);

            Assert.True(FrameDecoder.TryRead(ref buffer, 10_000, out var header, out var body));
            Assert.IsType<PublishPacket>(PacketDecoder.Decode(header, body, MqttVersion.V5));
            Assert.True(FrameDecoder.TryRead(ref buffer, 10_000, out header, out body));
            Assert.Same(PingPacket.Request, PacketDecoder.Decode(header, body, MqttVersion.V5));
            Assert.False(FrameDecoder.TryRead(ref buffer, 10_000, out _, out _));
        }
    }

    [Fact]
    [Trait("Mqtt", "5.0 1.5.4-3")]
    public void A_byte_order_mark_is_text_like_any_other()
    {
        byte[] bytes = [0x30, 6, 0, 4, 0xEF, 0xBB, 0xBF, (byte)'a'];

        Assert.Equal("\uFEFFa", Assert.IsType<PublishPacket>(Decode(bytes, MqttVersion.V311)).Message.Topic);
    }

    [Fact]
    [Trait("Mqtt", "5.0 2.2.1-2")]
    public void A_message_of_qos_0_has_no_identifier()
    {
        var message = new MqttMessage { Topic = "a", Payload = "b"u8.ToArray() };

        Assert.Equal("30 04 00 01 61 62", Hex(message, 7, MqttVersion.V311));
    }

    internal static byte[] Bytes(Packet packet, MqttVersion version)
    {
        if (packet is PublishPacket publish) return Bytes(publish.Message, publish.PacketId, version);
        var buffer = new ArrayBufferWriter<byte>();
        var written = PacketEncoder.Write(buffer, packet, version);
        Assert.Equal(buffer.WrittenCount, written);
        return buffer.WrittenSpan.ToArray();
    }

    internal static byte[] Bytes(MqttMessage message, ushort id, MqttVersion version)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var publication = new Publication(message, DateTimeOffset.UnixEpoch);
        PublishEncoder.Write(
            buffer, publication, new PublishHead(message.Qos, id, false, message.Retain), version,
            DateTimeOffset.UnixEpoch);
        return buffer.WrittenSpan.ToArray();
    }

    internal static Packet Decode(byte[] bytes, MqttVersion version)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        Assert.True(FrameDecoder.TryRead(ref buffer, 1_000_000, out var header, out var body));
        Assert.True(buffer.IsEmpty);
        return PacketDecoder.Decode(header, body, version);
    }

    private static string Hex(Packet packet, MqttVersion version) => Spaced(Bytes(packet, version));

    private static string Hex(MqttMessage message, ushort id, MqttVersion version) =>
        Spaced(Bytes(message, id, version));

    private static string Spaced(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var b in bytes) text.Append(text.Length > 0 ? " " : "").Append(b.ToString("X2", null));
        return text.ToString();
    }
}
