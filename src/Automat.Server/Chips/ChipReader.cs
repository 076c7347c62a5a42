using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>A chip as staff and programs see it; its UID is known to nobody.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Label">What it is called.</param>
/// <param name="State">Whether it may pay: <c>active</c>, <c>locked</c>, <c>retired</c>.</param>
/// <param name="StateReason">Why, as somebody said.</param>
/// <param name="StateSince">Since when; null since it was issued.</param>
/// <param name="Reference">What another system knows it by.</param>
/// <param name="Holder">Who carries it.</param>
/// <param name="HolderEmail">The holder's address.</param>
/// <param name="Group">The group it belongs to.</param>
/// <param name="Flags">What it may do.</param>
/// <param name="Balance">Credit in minor units, without what is held for open vends.</param>
/// <param name="Held">What is held for open vends, minor units.</param>
/// <param name="CreditLine">How far the balance may go below zero, minor units.</param>
/// <param name="Available">What it can still pay: balance and credit line.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Limits">Its own limits; what they do not say, its group or the organisation does.</param>
/// <param name="Allowance">Its own allowance.</param>
/// <param name="ReplacedBy">The chip that took its place.</param>
/// <param name="CreatedAt">When it was issued.</param>
internal sealed record ChipAnswer(
    Guid Id, string Label, string State, string? StateReason, DateTimeOffset? StateSince, string? Reference, string? Holder,
    string? HolderEmail, string? Group, FlagsBody Flags, long Balance, long Held, long CreditLine, long Available,
    string Currency, LimitsBody? Limits, AllowanceBody? Allowance, Guid? ReplacedBy, DateTimeOffset CreatedAt);

/// <summary>Shows chips with their credit.</summary>
internal sealed class ChipReader(AutomatDb db)
{
    /// <summary>One chip.</summary>
    /// <exception cref="RuleException"><c>chip_unknown</c>.</exception>
    public async Task<ChipAnswer> OneAsync(Id<Organization> organization, Id<Chip> id, CancellationToken ct)
    {
        var chip = await db.Set<Chip>().AsNoTracking()
            .SingleOrDefaultAsync(c => c.Id == id && c.OrganizationId == organization, ct) ?? throw Unknown(id);
        return (await AllAsync(organization, [chip], ct))[0];
    }

    /// <summary>Several, in their order: a few look-ups for all of them together.</summary>
    public async Task<IReadOnlyList<ChipAnswer>> AllAsync(
        Id<Organization> organization, IReadOnlyList<Chip> chips, CancellationToken ct)
    {
        if (chips.Count == 0) return [];
        var ids = chips.Select(c => c.Id).ToList();
        var references = chips.Select(c => c.Tender.Reference).ToList();
        var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        var holders = await db.Set<ChipHolder>().AsNoTracking().Where(h => ids.Contains(h.ChipId)).ToDictionaryAsync(h => h.ChipId, ct);
        var groups = await db.Set<ChipGroup>().AsNoTracking().ToDictionaryAsync(g => g.Id, g => g.Name, ct);
        var balances = await Balances.OfAllAsync(db, organization, [.. chips.Select(c => c.Tender.Account)], currency, ct);
        var held = await db.Set<Vend>().AsNoTracking()
            .Where(v => v.Organization == organization && references.Contains(v.Tender.Reference) && v.Tender.Kind == TenderKind.Chip
                && (v.Status == VendStatus.Reserved || v.Status == VendStatus.Delivering || v.Status == VendStatus.Unknown))
            .GroupBy(v => v.Tender.Reference).Select(g => new { g.Key, Sum = g.Sum(v => v.Amount.Amount) })
            .ToDictionaryAsync(g => g.Key, g => g.Sum, ct);
        return
        [
            .. chips.Select(c => Show(
                c, holders.GetValueOrDefault(c.Id), c.GroupId is { } g ? groups.GetValueOrDefault(g) : null,
                balances.GetValueOrDefault(c.Tender.Account), held.GetValueOrDefault(c.Tender.Reference), currency)),
        ];
    }

    public static RuleException Unknown(Id<Chip> id) => new("chip_unknown", $"There is no chip {id}.");

    /// <summary>A state's word over the wire.</summary>
    public static string WordOf(ChipState state) => state.ToString().ToLowerInvariant();

    private static ChipAnswer Show(Chip chip, ChipHolder? holder, string? group, long balance, long held, Currency currency) => new(
        chip.Id.Value, chip.Label, WordOf(chip.State), chip.StateReason, chip.StateSince, chip.Reference, holder?.Name,
        holder?.Email, group, new FlagsBody(chip.FreeVend, chip.Employee, chip.ProofOfAge), balance, held, chip.CreditLine,
        balance + chip.CreditLine, currency.Code, LimitsBody.Show(chip.Limits), AllowanceBody.Show(chip.Allowance),
        chip.ReplacedBy?.Value, chip.CreatedAt);
}
