using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Ledger;

/// <summary>Shows where the books hold something.</summary>
public sealed class LedgerProofs(AutomatDb db)
{
    /// <summary>The chain hash of an entry; null when there is none of that number.</summary>
    public async Task<byte[]?> ChainHashAsync(Id<Organization> organization, long sequence, CancellationToken ct) =>
        await db.Set<LedgerEntry>().AsNoTracking()
            .Where(e => e.OrganizationId == organization && e.Sequence == sequence)
            .Select(e => e.ChainHash).SingleOrDefaultAsync(ct);
}
