using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Automat.Server.Machines.Drivers.Robot;

/// <summary>The robot's frames: four bytes of length, most significant first, then so many bytes of UTF-8.</summary>
internal static class RobotFrame
{
    /// <summary>Bytes before the text.</summary>
    public const int HeaderSize = sizeof(uint);

    private static readonly JsonSerializerOptions PlainJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A frame in one piece: the robot takes a short read of the length for the whole of it.</summary>
    public static byte[] Of(string text)
    {
        var frame = new byte[HeaderSize + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)(frame.Length - HeaderSize));
        Encoding.UTF8.GetBytes(text, frame.AsSpan(HeaderSize));
        return frame;
    }

    /// <summary>The message that puts a customer into the robot's queue; keys in the order the robot has always got.</summary>
    public static string CustomerQueue(string email, string code) =>
        $$"""{"type":"customer_queue","email":{{JsonSerializer.Serialize(email, PlainJson)}},"code":"{{code}}"}""";

    /// <summary>The length in a header.</summary>
    public static uint ReadLength(ReadOnlySequence<byte> header)
    {
        Span<byte> bytes = stackalloc byte[HeaderSize];
        header.Slice(0, HeaderSize).CopyTo(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
