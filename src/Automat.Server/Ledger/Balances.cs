using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Ledger;

/// <summary>What stands in an account, for showing it. Who decides about money asks the journal instead.</summary>
public static class Balances
{
    /// <summary>The balance of an account; null when nothing was ever booked on it.</summary>
    public static async Task<Money?> OfAsync(AutomatDb db, Id<Organization> organization, string account, CancellationToken ct)
    {
        var found = await db.Set<Balance>().AsNoTracking()
            .Where(b => b.OrganizationId == organization && b.Account == account).OrderBy(b => b.Currency).FirstOrDefaultAsync(ct);
        return found is null ? null : new Money(found.Amount, found.Currency);
    }
}
