using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Doors;
using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>What was taken, as a person found.</summary>
/// <param name="Items">Slots and pieces; nothing was taken when empty.</param>
internal sealed record DecideBasketRequest(IReadOnlyList<DecidedPiece>? Items);

/// <summary>So many from one slot.</summary>
/// <param name="Slot">The slot's code.</param>
/// <param name="Quantity">Pieces, 1 to 100.</param>
internal sealed record DecidedPiece(string? Slot, int Quantity);

/// <summary>A person decides about a basket nobody could be sure of. Noted first, settled after; both survive a crash.</summary>
internal sealed class DecideBasket(AutomatDb db, DoorDesk desk, MachineDirectory machines, Visits visits)
{
    private const int MostLines = 100;

    /// <summary>Decides.</summary>
    /// <exception cref="RuleException"><c>basket_unknown</c>, <c>basket_status</c>.</exception>
    /// <exception cref="FieldsException"><c>basket_invalid</c>.</exception>
    public async Task<BasketView> RunAsync(ClaimsPrincipal caller, Guid id, DecideBasketRequest request, CancellationToken ct)
    {
        var (vend, organization) = (new Id<Vend>(id), caller.OrganizationOf());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var visit = await Visits.LockedAsync(db, vend, ct);
        if (visit.OrganizationId != organization) throw new RuleException("basket_unknown", "There is no such basket.");
        var items = await CheckedAsync(visit, request, ct);
        var change = DoorRules.Hear(
            visit.Session(), new DoorEvent.Decided(items), visit.UnlockedAt, new FridgeSettings().Limits);
        if (!change.News) throw new RuleException("basket_status", "This basket is decided already.");
        var person = caller.PersonOf()?.ToString() ?? "program";
        visit.Keep(change.Session);
        visit.DecidedOf(person);
        db.Add(visits.Word(visit, "staff", Visits.TextOf(items)));
        db.Note(organization, "basket.decided", "vend", vend.ToString());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        // The sweep would do it as well, a moment later.
        if (await machines.FindAsync(visit.MachineId, ct) is { } machine) await desk.PassAsync(machine, vend, ct);
        return BasketView.Of((await visits.FindAsync(organization, vend, ct))!);
    }

    private async Task<List<TakenItem>> CheckedAsync(DoorVisit visit, DecideBasketRequest request, CancellationToken ct)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var given = request.Items ?? [];
        if (request.Items is null || given.Count > MostLines) faults["items"] = $"Needed: up to {MostLines} lines; none when nothing was taken.";
        var slots = await db.Set<Slot>().AsNoTracking().Where(s => s.MachineId == visit.MachineId).Select(s => s.Code).ToListAsync(ct);
        var items = new List<TakenItem>();
        for (var i = 0; i < Math.Min(given.Count, MostLines); i++)
        {
            if (given[i]?.Slot is not { } slot || !slots.Contains(slot)) faults[$"items[{i}].slot"] = "This fridge has no such slot.";
            else if (given[i].Quantity is < 1 or > 100) faults[$"items[{i}].quantity"] = "1 to 100 pieces.";
            else items.Add(new TakenItem(slot, given[i].Quantity));
        }

        FieldsException.ThrowIfAny("basket_invalid", faults);
        return items;
    }
}
