using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>A chip as staff see it; its UID is known to nobody.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Label">What it is called.</param>
/// <param name="State">Whether it may pay: <c>active</c>, <c>locked</c>, <c>retired</c>.</param>
/// <param name="Balance">Credit in minor units, without what is held for open vends.</param>
/// <param name="Currency">ISO 4217; null before the first credit.</param>
/// <param name="CreatedAt">When it was registered.</param>
internal sealed record ChipAnswer(
    Guid Id, string Label, string State, long Balance, string? Currency, DateTimeOffset CreatedAt)
{
    public static ChipAnswer Of(Chip chip, long balance, string? currency) => new(
        chip.Id.Value, chip.Label, chip.State.ToString().ToLowerInvariant(), balance, currency, chip.CreatedAt);
}

/// <summary>Shows a chip and its credit.</summary>
internal sealed class GetChip(AutomatDb db)
{
    /// <summary>The chip with its credit.</summary>
    /// <exception cref="RuleException"><c>chip_unknown</c>.</exception>
    public async Task<ChipAnswer> RunAsync(Id<Organization> organization, Id<Chip> id, CancellationToken ct)
    {
        var chip = await db.Set<Chip>().AsNoTracking()
            .SingleOrDefaultAsync(c => c.Id == id && c.OrganizationId == organization, ct)
            ?? throw new RuleException("chip_unknown", $"There is no chip {id}.");
        var balance = await Balances.OfAsync(db, organization, chip.Tender.Account, ct);
        return ChipAnswer.Of(chip, balance?.Amount ?? 0, balance?.Currency.Code);
    }

    public static void Map(IEndpointRouteBuilder chips) => chips
        .MapGet("/{id:guid}", async (Guid id, GetChip get, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(await get.RunAsync(caller.OrganizationOf(), new Id<Chip>(id), ct)))
        .RequirePermission(Permission.ChipRead)
        .WithName(nameof(GetChip)).WithSummary("Show a chip and its credit");
}
