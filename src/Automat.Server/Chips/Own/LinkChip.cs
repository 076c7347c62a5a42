using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.People;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.Own;

/// <summary>
/// Takes a chip into a customer's account, and out again. That it is theirs is proved by a code staff gave them, or by the address
/// the chip was handed out to: the account's own is confirmed.
/// </summary>
internal sealed class LinkChip(AutomatDb db, TimeProvider clock)
{
    /// <summary>So many chips an account holds at most.</summary>
    public const int Most = 20;

    /// <summary>A new code for a chip; the one before works no longer.</summary>
    /// <exception cref="RuleException"><c>chip_retired</c>.</exception>
    public async Task<string> NewCodeAsync(Chip chip, CancellationToken ct)
    {
        if (chip.State is ChipState.Retired) throw new RuleException("chip_retired", "A retired chip goes into no account.");
        var code = Secrets.NewRecoveryCode();
        var made = new ChipLinkCode
        {
            ChipId = chip.Id,
            OrganizationId = chip.OrganizationId,
            Hash = Secrets.HashOfCode(code),
            ExpiresAt = clock.GetUtcNow() + ChipLinkCode.Lasts,
        };
        await db.Set<ChipLinkCode>().Where(c => c.ChipId == chip.Id).ExecuteDeleteAsync(ct);
        db.Add(made);
        db.Note(chip.OrganizationId, "chip.link_code_made", "chip", chip.Id.ToString());
        await db.SaveChangesAsync(ct);
        return code;
    }

    /// <summary>Links the chip a code is for; false where there is none. Whoever else had it in their account has it no more.</summary>
    /// <exception cref="RuleException"><c>chips_too_many</c>.</exception>
    public async Task<bool> ByCodeAsync(SignedInCustomer customer, string? code, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(code)) return false;
        var (hash, now) = (Secrets.HashOfCode(code), clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var found = await db.Set<ChipLinkCode>().AsNoTracking().SingleOrDefaultAsync(c => c.Hash == hash && c.ExpiresAt > now, ct);
        if (found is null) return false;
        // Sent twice, it is used once.
        var used = await db.Set<ChipLinkCode>().Where(c => c.ChipId == found.ChipId && c.Hash == hash).ExecuteDeleteAsync(ct);
        if (used == 0) return false;
        if (!await LinkAsync(customer, found.ChipId, takesOver: true, ct)) return false;
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Links a chip that was handed out to the account's address; false where it was not, or is in another account.</summary>
    /// <exception cref="RuleException"><c>chips_too_many</c>.</exception>
    public async Task<bool> ByAddressAsync(SignedInCustomer customer, Id<Chip> chip, CancellationToken ct) =>
        (await OfAddressAsync(customer, ct)).Contains(chip) && await LinkAsync(customer, chip, takesOver: false, ct);

    /// <summary>Chips that were handed out to the account's address and are in nobody's account.</summary>
    public async Task<List<Id<Chip>>> OfAddressAsync(SignedInCustomer customer, CancellationToken ct)
    {
        // An index leads from the address to its chips; the tenant's policy would hide it from a plain query.
        var theirs = await db.Database.SqlQuery<Guid>($"select id as \"Value\" from chips_of_address({customer.Email}) as id").ToListAsync(ct);
        var ids = theirs.ConvertAll(id => new Id<Chip>(id));
        return await db.Set<Chip>().AsNoTracking()
            .Where(c => ids.Contains(c.Id) && c.State != ChipState.Retired && !db.Set<ChipAccount>().Any(a => a.ChipId == c.Id))
            .OrderBy(c => c.Id).Take(Most).Select(c => c.Id).ToListAsync(ct);
    }

    /// <summary>Takes a chip out of the account; the chip itself and its credit stay as they are.</summary>
    public async Task RemoveAsync(SignedInCustomer customer, Id<Chip> chip, CancellationToken ct)
    {
        var link = await db.Set<ChipAccount>().SingleOrDefaultAsync(a => a.ChipId == chip && a.CustomerId == customer.Id, ct);
        if (link is null) return;
        db.Remove(link);
        db.Note(customer.Organization, "chip.unlinked", "chip", chip.ToString());
        await db.SaveChangesAsync(ct);
    }

    private async Task<bool> LinkAsync(SignedInCustomer customer, Id<Chip> id, bool takesOver, CancellationToken ct)
    {
        var chip = await db.Set<Chip>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == id && c.OrganizationId == customer.Organization, ct);
        if (chip is null or { State: ChipState.Retired }) return false;
        var before = await db.Set<ChipAccount>().AsNoTracking().SingleOrDefaultAsync(a => a.ChipId == id, ct);
        if (before?.CustomerId == customer.Id) return true;
        if (before is not null && !takesOver) return false;
        if (await db.Set<ChipAccount>().CountAsync(a => a.CustomerId == customer.Id, ct) >= Most)
            throw new RuleException("chips_too_many", $"An account holds at most {Most} chips.");
        var link = new ChipAccount
        {
            ChipId = id,
            OrganizationId = customer.Organization,
            CustomerId = customer.Id,
            LinkedAt = clock.GetUtcNow(),
        };
        if (before is null) db.Add(link);
        else db.Replace(before, link);
        db.Note(customer.Organization, "chip.linked", "chip", id.ToString());
        await db.SaveChangesAsync(ct);
        return true;
    }
}
