using System.Buffers.Binary;
using System.IO.Compression;

namespace Automat.Server.Catalog.Pictures;

/// <summary>
/// Reads PNG (ISO 15948): every colour type and depth, interlaced or not. It unpacks exactly as many bytes as the size says, so
/// that a small file cannot become a large one.
/// </summary>
internal static class PngReader
{
    private static readonly (int X, int Y, int StepX, int StepY)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public static ReadOnlySpan<byte> Mark => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The picture.</summary>
    /// <exception cref="PictureException">It is broken, or too large.</exception>
    public static Raster Read(ReadOnlySpan<byte> file)
    {
        var at = Mark.Length;
        Header? header = null;
        byte[] palette = [], clear = [];
        using var packed = new MemoryStream();
        while (at + 12 <= file.Length)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            if (length < 0 || length > file.Length - at - 12) throw new PictureException("A part of the picture is cut off.");
            var kind = file.Slice(at + 4, 4);
            var data = file.Slice(at + 8, length);
            if (kind.SequenceEqual("IHDR"u8)) header = Header.Of(data);
            else if (kind.SequenceEqual("PLTE"u8)) palette = data.ToArray();
            else if (kind.SequenceEqual("tRNS"u8)) clear = data.ToArray();
            else if (kind.SequenceEqual("IDAT"u8)) packed.Write(data);
            else if (kind.SequenceEqual("IEND"u8)) break;
            at += length + 12;
        }

        if (header is null || packed.Length == 0) throw new PictureException("There is no picture in this file.");
        packed.Position = 0;
        using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
        var picture = new Raster(header.Width, header.Height, new byte[header.Width * header.Height * 4]);
        try
        {
            (int, int, int, int)[] passes = header.Interlaced ? Passes : [(0, 0, 1, 1)];
            foreach (var pass in passes) ReadPass(unpacked, header, pass, palette, clear, picture);
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException)
        {
            throw new PictureException("The picture is broken.", broken);
        }

        return picture;
    }

    private static void ReadPass(
        Stream from, Header header, (int X, int Y, int StepX, int StepY) pass, byte[] palette, byte[] clear, Raster to)
    {
        var width = (header.Width - pass.X + pass.StepX - 1) / pass.StepX;
        var height = (header.Height - pass.Y + pass.StepY - 1) / pass.StepY;
        if (width <= 0 || height <= 0) return;
        var reach = Math.Max(header.BitsPerPixel / 8, 1);
        var (line, above) = (new byte[((width * header.BitsPerPixel) + 7) / 8], new byte[((width * header.BitsPerPixel) + 7) / 8]);
        for (var y = 0; y < height; y++)
        {
            var filter = from.ReadByte();
            from.ReadExactly(line);
            Unfilter(filter, line, above, reach);
            for (var x = 0; x < width; x++)
            {
                var target = (((pass.Y + (y * pass.StepY)) * header.Width) + pass.X + (x * pass.StepX)) * 4;
                Pixel(header, line, x, palette, clear, to.Rgba.AsSpan(target, 4));
            }

            (line, above) = (above, line);
        }
    }

    private static void Unfilter(int filter, byte[] line, byte[] above, int reach)
    {
        if (filter is < 0 or > 4) throw new PictureException("The picture is broken.");
        for (var i = 0; i < line.Length && filter > 0; i++)
        {
            int left = i >= reach ? line[i - reach] : 0, up = above[i], corner = i >= reach ? above[i - reach] : 0;
            line[i] = unchecked((byte)(line[i] + filter switch
            {
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                _ => Nearest(left, up, corner),
            }));
        }
    }

    private static int Nearest(int left, int up, int corner)
    {
        var guess = left + up - corner;
        var (a, b, c) = (Math.Abs(guess - left), Math.Abs(guess - up), Math.Abs(guess - corner));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    private static void Pixel(Header header, byte[] line, int x, byte[] palette, byte[] clear, Span<byte> pixel)
    {
        pixel[3] = 255;
        switch (header.Colour)
        {
            case 0:
            case 4:
                var grey = Sample(header, line, x * header.Channels);
                pixel[..3].Fill(Byte(header, grey));
                if (header.Colour == 4) pixel[3] = Byte(header, Sample(header, line, (x * 2) + 1));
                else if (clear.Length >= 2 && BinaryPrimitives.ReadUInt16BigEndian(clear) == grey) pixel[3] = 0;
                break;
            case 3:
                var index = Sample(header, line, x);
                if ((index * 3) + 3 > palette.Length) throw new PictureException("The picture names a colour it does not have.");
                palette.AsSpan(index * 3, 3).CopyTo(pixel);
                if (index < clear.Length) pixel[3] = clear[index];
                break;
            default:
                var isClear = header.Colour == 2 && clear.Length >= 6;
                for (var c = 0; c < 3; c++)
                {
                    var sample = Sample(header, line, (x * header.Channels) + c);
                    isClear &= isClear && BinaryPrimitives.ReadUInt16BigEndian(clear.AsSpan(c * 2)) == sample;
                    pixel[c] = Byte(header, sample);
                }

                if (header.Colour == 6) pixel[3] = Byte(header, Sample(header, line, (x * 4) + 3));
                else if (isClear) pixel[3] = 0;
                break;
        }
    }

    private static int Sample(Header header, byte[] line, int at) => header.Depth switch
    {
        16 => BinaryPrimitives.ReadUInt16BigEndian(line.AsSpan(at * 2)),
        8 => line[at],
        _ => (line[at * header.Depth / 8] >> (8 - header.Depth - (at * header.Depth % 8))) & ((1 << header.Depth) - 1),
    };

    private static byte Byte(Header header, int sample) => header.Depth switch
    {
        16 => (byte)(sample >> 8),
        8 => (byte)sample,
        _ => (byte)(sample * 255 / ((1 << header.Depth) - 1)),
    };

    private sealed record Header(int Width, int Height, int Depth, int Colour, bool Interlaced)
    {
        public int Channels => Colour switch { 0 or 3 => 1, 4 => 2, 2 => 3, _ => 4 };

        public int BitsPerPixel => Channels * Depth;

        public static Header Of(ReadOnlySpan<byte> data)
        {
            if (data.Length != 13) throw new PictureException("The picture is broken.");
            var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
            Raster.Check(width, height);
            var (depth, colour) = (data[8], data[9]);
            var isKnown = colour switch
            {
                0 => depth is 1 or 2 or 4 or 8 or 16,
                3 => depth is 1 or 2 or 4 or 8,
                2 or 4 or 6 => depth is 8 or 16,
                _ => false,
            };
            return isKnown && data[10] == 0 && data[11] == 0 && data[12] <= 1
                ? new Header(width, height, depth, colour, data[12] == 1)
                : throw new PictureException("A kind of PNG that does not exist.");
        }
    }
}
