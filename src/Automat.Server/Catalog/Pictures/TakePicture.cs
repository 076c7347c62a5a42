using System.Security.Cryptography;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog.Pictures;

/// <summary>
/// Takes a picture somebody uploads. What it is, its content says and not its name; it is decoded, made small and written anew,
/// so that nothing else that was in the file is kept or served.
/// </summary>
internal sealed class TakePicture(AutomatDb db, TimeProvider clock)
{
    /// <summary>The largest file.</summary>
    public const int LargestFile = 8 * 1024 * 1024;

    private const int Side = 480;

    // Each is in memory as a whole while it is decoded.
    private static readonly SemaphoreSlim AtOnce = new(2);

    /// <summary>The address it is served at from then on. Saved with the caller's own save.</summary>
    /// <exception cref="FieldsException"><c>picture_invalid</c>.</exception>
    public async Task<string> RunAsync(Id<Organization> organization, Stream upload, long length, CancellationToken ct)
    {
        if (length > LargestFile) throw Invalid($"A picture has at most {LargestFile / 1024 / 1024} MB.");
        await AtOnce.WaitAsync(ct);
        try
        {
            var file = new byte[length];
            await upload.ReadExactlyAsync(file, ct);
            // A while of pure work, and not on the thread that serves others.
            var (content, type) = await Task.Run(() => Anew(file), ct);
            var hash = Convert.ToHexStringLower(SHA256.HashData(content));
            if (!await db.Set<ProductPicture>().AnyAsync(p => p.Hash == hash && p.OrganizationId == organization, ct))
            {
                db.Add(new ProductPicture
                {
                    Hash = hash,
                    OrganizationId = organization,
                    ContentType = type,
                    Content = content,
                    CreatedAt = clock.GetUtcNow().ToUniversalTime(),
                });
            }

            return ProductPicture.AddressOf(hash, type);
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

    /// <summary>The picture as it is served.</summary>
    /// <exception cref="PictureException">It is none.</exception>
    internal static (byte[] Content, string Type) Anew(byte[] file)
    {
        var picture = file.AsSpan() switch
        {
            var f when f.StartsWith(PngReader.Mark) => PngReader.Read(f),
            var f when f.StartsWith(JpegPictures.Mark) => JpegPictures.Read(file),
            _ => throw new PictureException("Neither a JPEG nor a PNG."),
        };
        var small = picture.Within(Side);
        return small.IsTranslucent ? (PngWriter.Write(small), "image/png") : (JpegPictures.Write(small), "image/jpeg");
    }

    private static FieldsException Invalid(string sentence) =>
        new("picture_invalid", new Dictionary<string, string>(StringComparer.Ordinal) { ["picture"] = sentence });
}
