using System.Buffers.Binary;
using System.IO.Compression;

namespace Automat.Server.Catalog.Pictures;

/// <summary>Writes a picture as PNG, eight bits of red, green, blue and how opaque.</summary>
internal static class PngWriter
{
    public static byte[] Write(Raster picture)
    {
        using var file = new MemoryStream();
        file.Write(PngReader.Mark);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), picture.Height);
        (header[8], header[9]) = (8, 6);
        Part(file, "IHDR"u8, header);
        using var packed = new MemoryStream();
        using (var pack = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var length = picture.Width * 4;
            var line = new byte[length + 1];
            line[0] = 2; // each byte as its difference to the one above: even areas pack well
            for (var y = 0; y < picture.Height; y++)
            {
                var now = picture.Rgba.AsSpan(y * length, length);
                for (var i = 0; i < length; i++)
                {
                    line[i + 1] = unchecked((byte)(now[i] - (y == 0 ? 0 : picture.Rgba[((y - 1) * length) + i])));
                }

                pack.Write(line);
            }
        }

        Part(file, "IDAT"u8, packed.ToArray());
        Part(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Part(MemoryStream file, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(kind);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Check(kind, data));
        file.Write(number);
    }

    /// <summary>CRC-32 as PNG wants it.</summary>
    private static uint Check(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        var check = uint.MaxValue;
        foreach (var one in kind) check = Step(check, one);
        foreach (var one in data) check = Step(check, one);
        return ~check;
    }

    private static uint Step(uint check, byte one)
    {
        check ^= one;
        for (var bit = 0; bit < 8; bit++) check = (check & 1) == 0 ? check >> 1 : (check >> 1) ^ 0xEDB88320;
        return check;
    }
}
