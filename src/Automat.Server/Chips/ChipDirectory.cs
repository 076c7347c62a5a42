using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>A chip as presented at a reader.</summary>
/// <param name="Mark">Its keyed hash in hexadecimal: tells repeats apart without telling the UID.</param>
/// <param name="Chip">The chip; null when none was issued with this UID.</param>
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

    /// <summary>The chip with this UID, one indexed read.</summary>
    public async Task<PresentedChip> FindAsync(Id<Organization> organization, ChipUid uid, CancellationToken ct)
    {
        var hash = uid.HashUnder(await keys.OfAsync(organization, ct));
        var chip = await db.Set<Chip>().AsNoTracking()
            .SingleOrDefaultAsync(c => c.OrganizationId == organization && c.UidHash == hash, ct);
        return new PresentedChip(Convert.ToHexStringLower(hash), chip);
    }
}
