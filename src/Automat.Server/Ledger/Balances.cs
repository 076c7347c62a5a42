using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Ledger;

/// <summary>What stands in an account.</summary>
/// <param name="Organization">Whose ledger.</param>
/// <param name="Account">The account.</param>
/// <param name="Amount">Its balance.</param>
public sealed record AccountBalance(Id<Organization> Organization, string Account, Money Amount);

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

    /// <summary>The balances of several accounts in one currency, minor units; accounts without one are left out.</summary>
    public static Task<Dictionary<string, long>> OfAllAsync(
        AutomatDb db, Id<Organization> organization, IReadOnlyCollection<string> accounts, Currency currency, CancellationToken ct) =>
        db.Set<Balance>().AsNoTracking()
            .Where(b => b.OrganizationId == organization && b.Currency == currency && accounts.Contains(b.Account))
            .ToDictionaryAsync(b => b.Account, b => b.Amount, ct);

    /// <summary>What stands in all accounts whose names begin so, such as those of machines' cash; minor units.</summary>
    public static Task<long> SumAsync(
        AutomatDb db, Id<Organization> organization, string beginning, Currency currency, CancellationToken ct) =>
        db.Set<Balance>().AsNoTracking()
            .Where(b => b.OrganizationId == organization && b.Currency == currency && b.Account.StartsWith(beginning))
            .SumAsync(b => b.Amount, ct);

    /// <summary>Which of these accounts have something left on them, whosever they are: the scope must see all.</summary>
    public static async Task<IReadOnlyList<AccountBalance>> PositiveAsync(
        AutomatDb db, IReadOnlyCollection<string> accounts, CancellationToken ct)
    {
        var rows = await db.Set<Balance>().AsNoTracking().Where(b => b.Amount > 0 && accounts.Contains(b.Account)).ToListAsync(ct);
        return [.. rows.Select(b => new AccountBalance(b.OrganizationId, b.Account, new Money(b.Amount, b.Currency)))];
    }
}
