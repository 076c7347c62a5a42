using System.Buffers;

namespace Automat.Mqtt.Protocol;

/// <summary>Cuts the stream into packets: first byte, remaining length, body (section 2.1).</summary>
internal static class FrameDecoder
{
    /// <summary>Takes one whole packet from the front of <paramref name="buffer"/>; false if it is not all there yet.
    /// A packet beyond <paramref name="maxSize"/> is refused as soon as its length is known.</summary>
    public static bool TryRead(
        ref ReadOnlySequence<byte> buffer, int maxSize, out byte header, out ReadOnlySequence<byte> body)
    {
        body = default;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryRead(out header)) return false;

        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (shift > 21) throw MqttProtocolException.Malformed("The remaining length has more than four bytes.");
            if (!reader.TryRead(out var b)) return false;
            length |= (b & 0x7F) << shift;
            if ((b & 0x80) == 0) break;
        }

        if (reader.Consumed + length > maxSize)
            throw new MqttProtocolException(MqttReason.PacketTooLarge, $"A packet of {length} bytes is too large.");
        if (reader.Remaining < length) return false;

        body = buffer.Slice(reader.Position, length);
        buffer = buffer.Slice(body.End);
        return true;
    }
}
