using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Customers;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.Own;

/// <summary>Finds the chips in a customer's account. A chip that another one took the place of leads to that one.</summary>
public sealed class OwnChips(AutomatDb db)
{
    private const int MostSteps = 10;

    /// <summary>One of them; null when it is not in the account.</summary>
    public async Task<Chip?> FindAsync(SignedInCustomer customer, Guid id, CancellationToken ct)
    {
        var wanted = new Id<Chip>(id);
        return await (from link in db.Set<ChipAccount>().AsNoTracking()
                      join chip in db.Set<Chip>().AsNoTracking() on link.ChipId equals chip.Id
                      where link.CustomerId == customer.Id && chip.Id == wanted
                      select chip).SingleOrDefaultAsync(ct);
    }

    /// <summary>All of them, in the order they were linked.</summary>
    internal async Task<List<Chip>> AllAsync(SignedInCustomer customer, CancellationToken ct)
    {
        var chips = await ReadAsync(customer, ct);
        if (!chips.Exists(c => c.ReplacedBy is not null)) return chips;
        foreach (var old in chips.Where(c => c.ReplacedBy is not null)) await FollowAsync(customer, old, ct);
        db.Note(customer.Organization, "chip.link_followed", "customer", customer.Id.ToString());
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
        return await ReadAsync(customer, ct);
    }

    private Task<List<Chip>> ReadAsync(SignedInCustomer customer, CancellationToken ct) =>
        (from link in db.Set<ChipAccount>().AsNoTracking()
         join chip in db.Set<Chip>().AsNoTracking() on link.ChipId equals chip.Id
         where link.CustomerId == customer.Id
         orderby link.LinkedAt, link.ChipId
         select chip).Take(LinkChip.Most).ToListAsync(ct);

    /// <summary>Whoever had the old chip in their account has the new one, unless that is in an account already.</summary>
    private async Task FollowAsync(SignedInCustomer customer, Chip old, CancellationToken ct)
    {
        var newest = old;
        for (var step = 0; step < MostSteps && newest?.ReplacedBy is { } next; step++)
            newest = await db.Set<Chip>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == next, ct);
        var link = await db.Set<ChipAccount>().SingleAsync(a => a.ChipId == old.Id, ct);
        db.Remove(link);
        if (newest is null || await db.Set<ChipAccount>().AnyAsync(a => a.ChipId == newest.Id, ct)) return;
        db.Add(new ChipAccount
        {
            ChipId = newest.Id,
            OrganizationId = customer.Organization,
            CustomerId = customer.Id,
            LinkedAt = link.LinkedAt,
        });
    }
}
