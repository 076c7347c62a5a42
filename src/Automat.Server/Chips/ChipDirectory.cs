using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>A chip as presented at a reader.</summary>
/// <param name="Mark">Tells repeats apart without telling the UID: the chip's id, else a keyed hash.</param>
/// <param name="Chip">The chip, with what holds for it; null when none was issued with this UID.</param>
public readonly record struct PresentedChip(string Mark, Chip? Chip);

/// <summary>Finds chips by what a reader says. Always asked of the database: a lock holds at once.</summary>
public sealed class ChipDirectory
{
    private readonly AutomatDb db;
    private readonly ChipKeys keys;

    /// <summary>Made by the container.</summary>
    public ChipDirectory(IServiceProvider services)
    {
        db = services.GetRequiredService<AutomatDb>();
        keys = services.GetRequiredService<ChipKeys>();
    }

    /// <summary>
    /// The chip with this UID: one indexed read. While a key is exchanged one for each key at most; a chip found by an old one
    /// is found by the newest from then on.
    /// </summary>
    public async Task<PresentedChip> FindAsync(Id<Organization> organization, ChipUid uid, CancellationToken ct)
    {
        var ring = await keys.OfAsync(organization, ct);
        var chip = await LookAsync(organization, ring, uid, ct);
        if (chip is null)
        {
            // Before somebody is a stranger: another node may have exchanged the key.
            var now = await keys.LookAsync(organization, ct);
            if (now.Newest != ring.Newest) chip = await LookAsync(organization, ring = now, uid, ct);
        }

        if (chip is not null && chip.KeyVersion < ring.Newest) await RenewAsync(chip, ring, uid, ct);
        return new PresentedChip(chip?.Id.ToString() ?? Convert.ToHexStringLower(ring.Hash(uid)), chip);
    }

    private async Task<Chip?> LookAsync(Id<Organization> organization, ChipKeyRing ring, ChipUid uid, CancellationToken ct)
    {
        var hashes = ring.Hashes(uid);
        var found = await db.Set<Chip>().AsNoTracking()
            .Where(c => c.OrganizationId == organization && hashes.Contains(c.UidHash))
            .Select(c => new
            {
                Chip = c,
                GroupLimits = db.Set<ChipGroup>().Where(g => g.Id == c.GroupId).Select(g => g.Limits).FirstOrDefault(),
                AllLimits = db.Set<ChipSettings>().Where(s => s.OrganizationId == c.OrganizationId).Select(s => s.Limits)
                    .FirstOrDefault(),
            })
            .ToListAsync(ct);
        // A retired chip may be left under a key that is gone, and its UID be another's by now.
        var best = found.OrderBy(f => f.Chip.State is ChipState.Retired).ThenByDescending(f => f.Chip.KeyVersion).FirstOrDefault();
        return best?.Chip.With(best.GroupLimits, groupAllowance: null, best.AllLimits);
    }

    private Task<int> RenewAsync(Chip chip, ChipKeyRing ring, ChipUid uid, CancellationToken ct)
    {
        var hash = ring.Hash(uid);
        return db.Set<Chip>().Where(c => c.Id == chip.Id && c.KeyVersion == chip.KeyVersion).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.UidHash, hash).SetProperty(c => c.KeyVersion, ring.Newest), ct);
    }
}
