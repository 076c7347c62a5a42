using System.Security.Cryptography;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Push.Wire;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Push;

/// <summary>Finds an organisation's key, and makes it when there is none yet.</summary>
internal sealed class PushKeys(AutomatDb db, IDataProtectionProvider protection, TimeProvider clock)
{
    private const string Purpose = "Automat.Push.Key";

    /// <summary>The key, which whoever takes it disposes; null where what it was encrypted with is lost.</summary>
    public async Task<ECDsa?> OfAsync(Id<Organization> organization, CancellationToken ct)
    {
        var stored = await StoredAsync(organization, ct);
        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(ProtectorOf(organization).Unprotect(stored.SealedKey), out _);
            return key;
        }
        catch (CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }

    /// <summary>What browsers are given.</summary>
    public async Task<byte[]> PublicOfAsync(Id<Organization> organization, CancellationToken ct) => (await StoredAsync(organization, ct)).PublicKey;

    /// <summary>The key as it is kept, made when there is none.</summary>
    public async Task<PushKey> StoredAsync(Id<Organization> organization, CancellationToken ct)
    {
        if (await FindAsync(organization, ct) is { } stored) return stored;
        var made = New(organization);
        // Two nodes may make it at the same moment: the first one stays, and both read that.
        await db.Database.ExecuteSqlAsync(
            $"""
             insert into push_keys (organization_id, public_key, sealed_key, made_at)
             values ({organization.Value}, {made.PublicKey}, {made.SealedKey}, {made.MadeAt}) on conflict do nothing
             """, ct);
        return await FindAsync(organization, ct) ?? made;
    }

    /// <summary>
    /// Makes a new key. Browsers that know the old one take nothing signed with the new: they are forgotten, with what waits for
    /// them, and can be named again.
    /// </summary>
    public async Task RenewAsync(Id<Organization> organization, CancellationToken ct)
    {
        var made = New(organization);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Set<PushKey>().Where(k => k.OrganizationId == organization).ExecuteUpdateAsync(
            set => set.SetProperty(k => k.PublicKey, made.PublicKey).SetProperty(k => k.SealedKey, made.SealedKey)
                .SetProperty(k => k.MadeAt, made.MadeAt), ct);
        await db.Set<PushDevice>().Where(d => d.OrganizationId == organization).ExecuteDeleteAsync(ct);
        db.Note(organization, "push_key.renewed", "organization", organization.ToString());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private Task<PushKey?> FindAsync(Id<Organization> organization, CancellationToken ct) =>
        db.Set<PushKey>().AsNoTracking().SingleOrDefaultAsync(k => k.OrganizationId == organization, ct);

    private PushKey New(Id<Organization> organization)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new PushKey
        {
            OrganizationId = organization,
            PublicKey = Vapid.PublicKeyOf(key),
            SealedKey = ProtectorOf(organization).Protect(key.ExportPkcs8PrivateKey()),
            MadeAt = clock.GetUtcNow().ToUniversalTime(),
        };
    }

    private IDataProtector ProtectorOf(Id<Organization> organization) => protection.CreateProtector(Purpose, organization.ToString());
}
