using System.Collections.Concurrent;
using System.Security.Cryptography;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>An organisation's key for the hashes of its chips' UIDs, wrapped by data protection.</summary>
internal sealed record ChipKey
{
    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>32 random bytes, protected.</summary>
    public required byte[] ProtectedKey { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>
/// Finds an organisation's key, and makes it when there is none yet. A UID has 32 to 80 bits, mostly fewer that matter:
/// without this key anybody who copied the table of chips could try them all in seconds.
/// </summary>
internal sealed class ChipKeys(IServiceScopeFactory scopes, IDataProtectionProvider protection, TimeProvider clock)
{
    private readonly ConcurrentDictionary<Id<Organization>, byte[]> known = new();
    private readonly IDataProtector protector = protection.CreateProtector("Automat.Chips.UidKey.v1");

    public async ValueTask<byte[]> OfAsync(Id<Organization> organization, CancellationToken ct)
    {
        if (known.TryGetValue(organization, out var key)) return key;

        await using var scope = scopes.CreateScopeOf(organization);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        // Two nodes may make it at the same moment: the first one stays, and both read that.
        if (!await db.Set<ChipKey>().AnyAsync(k => k.OrganizationId == organization, ct))
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                 insert into chip_keys (organization_id, protected_key, created_at)
                 values ({organization.Value}, {protector.Protect(RandomNumberGenerator.GetBytes(32))}, {clock.GetUtcNow()})
                 on conflict do nothing
                 """, ct);
        }

        var stored = await db.Set<ChipKey>().AsNoTracking().SingleAsync(k => k.OrganizationId == organization, ct);
        return known[organization] = protector.Unprotect(stored.ProtectedKey);
    }
}
