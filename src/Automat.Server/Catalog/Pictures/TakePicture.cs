using System.Security.Cryptography;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog.Pictures;

/// <summary>Takes a picture of a product that somebody uploads, and keeps it by what is in it.</summary>
internal sealed class TakePicture(AutomatDb db, TimeProvider clock)
{
    /// <summary>The largest file.</summary>
    public const int LargestFile = SentPicture.LargestFile;

    private const int Side = 480;

    /// <summary>The address it is served at from then on. Saved with the caller's own save.</summary>
    /// <exception cref="FieldsException"><c>picture_invalid</c>.</exception>
    public async Task<string> RunAsync(Id<Organization> organization, Stream upload, long length, CancellationToken ct)
    {
        var (content, type) = await SentPicture.TakeAsync(upload, length, Side, ct);
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

    /// <summary>The picture as it is served.</summary>
    /// <exception cref="PictureException">It is none.</exception>
    internal static SentPicture Anew(byte[] file) => SentPicture.Anew(file, Side);
}
