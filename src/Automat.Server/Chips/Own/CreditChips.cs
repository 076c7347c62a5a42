using Automat.Domain;
using Automat.Server.Customers;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.Own;

/// <summary>A chip that credit can be promised to.</summary>
/// <param name="Id">The chip.</param>
/// <param name="Name">What its holder knows it by.</param>
/// <param name="IsActive">Whether it can take credit now.</param>
public sealed record CreditChip(Id<Chip> Id, string Name, bool IsActive);

/// <summary>Finds the chip of a customer's account that credit goes to: the one linked first, of those that are in use.</summary>
public sealed class CreditChips(AutomatDb db)
{
    private const int NameLength = 6;

    /// <summary>The chip of an account; null when it has none in use.</summary>
    public async Task<CreditChip?> OfAsync(Id<Customer> customer, CancellationToken ct)
    {
        var chip = await (from link in db.Set<ChipAccount>().AsNoTracking()
                          join linked in db.Set<Chip>().AsNoTracking() on link.ChipId equals linked.Id
                          where link.CustomerId == customer && linked.State == ChipState.Active
                          orderby link.LinkedAt, link.ChipId
                          select linked).FirstOrDefaultAsync(ct);
        return chip is null ? null : Show(chip);
    }

    /// <summary>A chip that credit was promised to; null when it is not there any more.</summary>
    public async Task<CreditChip?> FindAsync(Id<Chip> id, CancellationToken ct) =>
        await db.Set<Chip>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) is { } chip ? Show(chip) : null;

    private static CreditChip Show(Chip chip) => new(
        chip.Id, chip.Label.Length > 0 ? chip.Label : chip.Id.ToString()[^NameLength..].ToUpperInvariant(), chip.State is ChipState.Active);
}
