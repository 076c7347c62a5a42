using Automat.Server.Platform;

namespace Automat.Server.Catalog.Pictures;

/// <summary>
/// A picture somebody sent. What it is, its content says and not its name; it is decoded, made small and written anew, so that
/// nothing else that was in the file, such as where it was taken, is kept or served.
/// </summary>
/// <param name="Content">The file as it is kept.</param>
/// <param name="ContentType"><c>image/jpeg</c> or <c>image/png</c>.</param>
public sealed record SentPicture(byte[] Content, string ContentType)
{
    /// <summary>The largest file that is taken.</summary>
    public const int LargestFile = 8 * 1024 * 1024;

    // Each is in memory as a whole while it is decoded.
    private static readonly SemaphoreSlim AtOnce = new(2);

    /// <summary>Takes one.</summary>
    /// <param name="upload">The file.</param>
    /// <param name="length">Its length.</param>
    /// <param name="side">Pixels its longer side has at the most.</param>
    /// <param name="ct">Stops waiting.</param>
    /// <exception cref="FieldsException"><c>picture_invalid</c>.</exception>
    public static async Task<SentPicture> TakeAsync(Stream upload, long length, int side, CancellationToken ct)
    {
        if (length > LargestFile) throw Invalid($"A picture has at most {LargestFile / 1024 / 1024} MB.");
        await AtOnce.WaitAsync(ct);
        try
        {
            var file = new byte[length];
            await upload.ReadExactlyAsync(file, ct);
            // A while of pure work, and not on the thread that serves others.
            return await Task.Run(() => Anew(file, side), ct);
        }
        catch (PictureException broken)
        {
            throw Invalid(broken.Message);
        }
        catch (EndOfStreamException)
        {
            throw Invalid("The picture is cut off.");
        }
        finally
        {
            AtOnce.Release();
        }
    }

    /// <summary>The picture as it is kept.</summary>
    /// <exception cref="PictureException">It is none.</exception>
    internal static SentPicture Anew(byte[] file, int side)
    {
        var picture = file.AsSpan() switch
        {
            var f when f.StartsWith(PngReader.Mark) => PngReader.Read(f),
            var f when f.StartsWith(JpegPictures.Mark) => JpegPictures.Read(file),
            _ => throw new PictureException("Neither a JPEG nor a PNG."),
        };
        var small = picture.Within(side);
        return small.IsTranslucent ? new(PngWriter.Write(small), "image/png") : new(JpegPictures.Write(small), "image/jpeg");
    }

    private static FieldsException Invalid(string sentence) =>
        new("picture_invalid", new Dictionary<string, string>(StringComparer.Ordinal) { ["picture"] = sentence });
}
