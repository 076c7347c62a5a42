using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using JpegLibrary;

namespace Automat.Server.Catalog.Pictures;

/// <summary>Reads and writes JPEG, in memory that is checked throughout: what people upload is not trusted.</summary>
internal static class JpegPictures
{
    private const int Quality = 82;

    /// <summary>How such a file begins.</summary>
    public static ReadOnlySpan<byte> Mark => [0xFF, 0xD8, 0xFF];

    /// <summary>The picture, the way up the camera says.</summary>
    /// <exception cref="PictureException">It is broken, too large, or of a kind printers use.</exception>
    public static Raster Read(byte[] file)
    {
        try
        {
            var decoder = new JpegDecoder();
            decoder.SetInput(file);
            decoder.Identify();
            Raster.Check(decoder.Width, decoder.Height);
            if (decoder.Precision != 8 || decoder.NumberOfComponents is not (1 or 3)) throw new PictureException("A kind of JPEG that is not taken.");
            var planes = new Planes(decoder.Width, decoder.Height);
            decoder.SetOutputWriter(planes);
            decoder.Decode();
            return planes.ToRaster(isGrey: decoder.NumberOfComponents == 1).Turned(OrientationIn(file));
        }
        // Whatever the decoder stumbles over, it is the file that is broken.
        catch (Exception broken) when (broken is not (PictureException or OutOfMemoryException))
        {
            throw new PictureException("The picture is broken.", broken);
        }
    }

    /// <summary>The picture as a file; what can be seen through it is white.</summary>
    public static byte[] Write(Raster picture)
    {
        var encoder = new JpegEncoder();
        encoder.SetQuantizationTable(JpegStandardQuantizationTable.ScaleByQuality(
            JpegStandardQuantizationTable.GetLuminanceTable(JpegElementPrecision.Precision8Bit, 0), Quality));
        encoder.SetQuantizationTable(JpegStandardQuantizationTable.ScaleByQuality(
            JpegStandardQuantizationTable.GetChrominanceTable(JpegElementPrecision.Precision8Bit, 1), Quality));
        encoder.SetHuffmanTable(isDcTable: true, 0, JpegStandardHuffmanEncodingTable.GetLuminanceDCTable());
        encoder.SetHuffmanTable(isDcTable: false, 0, JpegStandardHuffmanEncodingTable.GetLuminanceACTable());
        encoder.SetHuffmanTable(isDcTable: true, 1, JpegStandardHuffmanEncodingTable.GetChrominanceDCTable());
        encoder.SetHuffmanTable(isDcTable: false, 1, JpegStandardHuffmanEncodingTable.GetChrominanceACTable());
        encoder.AddComponent(1, 0, 0, 0, 1, 1);
        encoder.AddComponent(2, 1, 1, 1, 1, 1);
        encoder.AddComponent(3, 1, 1, 1, 1, 1);
        encoder.SetInputReader(new Blocks(picture));
        var file = new ArrayBufferWriter<byte>();
        encoder.SetOutput(file);
        encoder.Encode();
        return file.WrittenSpan.ToArray();
    }

    /// <summary>Which way up the camera was held (EXIF tag 0x0112); 1 where it does not say.</summary>
    internal static int OrientationIn(ReadOnlySpan<byte> file)
    {
        var at = 2;
        while (at + 4 <= file.Length && file[at] == 0xFF && file[at + 1] is not (0xDA or 0xD9))
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (length < 2 || at + 2 + length > file.Length) return 1;
            var part = file.Slice(at + 4, length - 2);
            if (file[at + 1] == 0xE1 && part.StartsWith("Exif\0\0"u8)) return OrientationOf(part[6..]);
            at += 2 + length;
        }

        return 1;
    }

    private static int OrientationOf(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8) return 1;
        var little = tiff[0] == 'I';
        var entries = Number32(tiff[4..], little);
        if (entries > tiff.Length - 2) return 1;
        var count = Number16(tiff[(int)entries..], little);
        for (var i = 0; i < count; i++)
        {
            var entry = (int)entries + 2 + (i * 12);
            if (entry + 12 > tiff.Length) return 1;
            if (Number16(tiff[entry..], little) == 0x0112) return Number16(tiff[(entry + 8)..], little);
        }

        return 1;
    }

    private static int Number16(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    private static uint Number32(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);

    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);

    /// <summary>Takes what the decoder makes: brightness and two differences of colour, 8 by 8 pixels at a time.</summary>
    private sealed class Planes(int width, int height) : JpegBlockOutputWriter
    {
        private readonly byte[] samples = new byte[width * height * 3];

        public override void WriteBlock(ref short blockRef, int componentIndex, int x, int y)
        {
            if (componentIndex is < 0 or > 2) return;
            for (var row = 0; row < 8 && y + row < height; row++)
            {
                for (var column = 0; column < 8 && x + column < width; column++)
                {
                    samples[((((y + row) * width) + x + column) * 3) + componentIndex] = Clamp(Unsafe.Add(ref blockRef, (row * 8) + column));
                }
            }
        }

        public Raster ToRaster(bool isGrey)
        {
            var rgba = new byte[width * height * 4];
            for (var i = 0; i < width * height; i++)
            {
                int light = samples[i * 3], blue = isGrey ? 0 : samples[(i * 3) + 1] - 128, red = isGrey ? 0 : samples[(i * 3) + 2] - 128;
                rgba[i * 4] = Clamp(light + (91_881 * red / 65_536));
                rgba[(i * 4) + 1] = Clamp(light - (((22_554 * blue) + (46_802 * red)) / 65_536));
                rgba[(i * 4) + 2] = Clamp(light + (116_130 * blue / 65_536));
                rgba[(i * 4) + 3] = 255;
            }

            return new Raster(width, height, rgba);
        }
    }

    /// <summary>Gives the encoder what it asks for; beyond the edge the last pixel goes on.</summary>
    private sealed class Blocks(Raster picture) : JpegBlockInputReader
    {
        public override int Width => picture.Width;

        public override int Height => picture.Height;

        public override void ReadBlock(ref short blockRef, int componentIndex, int x, int y)
        {
            for (var row = 0; row < 8; row++)
            {
                for (var column = 0; column < 8; column++)
                {
                    var at = ((Math.Min(y + row, Height - 1) * Width) + Math.Min(x + column, Width - 1)) * 4;
                    Unsafe.Add(ref blockRef, (row * 8) + column) = Sample(componentIndex, picture.Rgba.AsSpan(at, 4));
                }
            }
        }

        private static short Sample(int component, ReadOnlySpan<byte> pixel)
        {
            var (red, green, blue) = (OnWhite(pixel[0], pixel[3]), OnWhite(pixel[1], pixel[3]), OnWhite(pixel[2], pixel[3]));
            return component switch
            {
                0 => Clamp(((19_595 * red) + (38_470 * green) + (7_471 * blue)) / 65_536),
                1 => Clamp((((-11_059 * red) - (21_709 * green) + (32_768 * blue)) / 65_536) + 128),
                _ => Clamp((((32_768 * red) - (27_439 * green) - (5_329 * blue)) / 65_536) + 128),
            };
        }

        private static int OnWhite(int colour, int alpha) => ((colour * alpha) + (255 * (255 - alpha))) / 255;
    }
}
