namespace Automat.Server.Catalog.Pictures;

/// <summary>A decoded picture: red, green, blue and how opaque, a byte each, row by row.</summary>
internal sealed record Raster(int Width, int Height, byte[] Rgba)
{
    /// <summary>No picture may have more pixels: 24 megapixels, as phones take them.</summary>
    public const int MostPixels = 24_000_000;

    private const int LongestSide = 10_000;

    /// <summary>Whether any of it can be seen through.</summary>
    public bool IsTranslucent
    {
        get
        {
            for (var i = 3; i < Rgba.Length; i += 4)
            {
                if (Rgba[i] != 255) return true;
            }

            return false;
        }
    }

    /// <summary>Refuses a size before any memory is taken for it.</summary>
    /// <exception cref="PictureException">There is no such picture, or it is too large.</exception>
    public static void Check(int width, int height)
    {
        if (width < 1 || height < 1) throw new PictureException("A picture without pixels.");
        if (width > LongestSide || height > LongestSide || (long)width * height > MostPixels)
        {
            throw new PictureException("The picture has too many pixels.");
        }
    }

    /// <summary>The picture no longer than this on either side; each new pixel is the mean of those it stands for.</summary>
    public Raster Within(int side)
    {
        var longest = Math.Max(Width, Height);
        if (longest <= side) return this;
        var (width, height) = (Math.Max(Width * side / longest, 1), Math.Max(Height * side / longest, 1));
        var made = new byte[width * height * 4];
        for (var y = 0; y < height; y++)
        {
            var (top, bottom) = Span(y, height, Height);
            for (var x = 0; x < width; x++)
            {
                var (left, right) = Span(x, width, Width);
                Mean(left, right, top, bottom, made.AsSpan(((y * width) + x) * 4, 4));
            }
        }

        return new Raster(width, height, made);
    }

    /// <summary>Turned and mirrored as a camera says in its file (EXIF orientation, 1 to 8).</summary>
    public Raster Turned(int orientation)
    {
        if (orientation is < 2 or > 8) return this;
        var swaps = orientation >= 5;
        var (width, height) = swaps ? (Height, Width) : (Width, Height);
        var made = new byte[Rgba.Length];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (fromX, fromY) = orientation switch
                {
                    2 => (Width - 1 - x, y),
                    3 => (Width - 1 - x, Height - 1 - y),
                    4 => (x, Height - 1 - y),
                    5 => (y, x),
                    6 => (y, Height - 1 - x),
                    7 => (Width - 1 - y, Height - 1 - x),
                    _ => (Width - 1 - y, x),
                };
                Rgba.AsSpan(((fromY * Width) + fromX) * 4, 4).CopyTo(made.AsSpan(((y * width) + x) * 4, 4));
            }
        }

        return new Raster(width, height, made);
    }

    private static (int From, int To) Span(int at, int made, int whole)
    {
        var from = (int)((long)at * whole / made);
        return (from, Math.Max((int)((long)(at + 1) * whole / made), from + 1));
    }

    private void Mean(int left, int right, int top, int bottom, Span<byte> pixel)
    {
        long red = 0, green = 0, blue = 0, opaque = 0;
        for (var y = top; y < bottom; y++)
        {
            for (var at = ((y * Width) + left) * 4; at < ((y * Width) + right) * 4; at += 4)
            {
                var alpha = Rgba[at + 3];
                // What cannot be seen has no say in the colour.
                red += Rgba[at] * alpha;
                green += Rgba[at + 1] * alpha;
                blue += Rgba[at + 2] * alpha;
                opaque += alpha;
            }
        }

        if (opaque == 0) return;
        (pixel[0], pixel[1], pixel[2]) = ((byte)(red / opaque), (byte)(green / opaque), (byte)(blue / opaque));
        pixel[3] = (byte)(opaque / ((right - left) * (bottom - top)));
    }
}

/// <summary>A file that is no picture, or none that is taken.</summary>
internal sealed class PictureException(string message, Exception? cause = null) : Exception(message, cause);
