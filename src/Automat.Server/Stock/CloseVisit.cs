using System.Globalization;
using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Planograms;
using Automat.Domain.Stock;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Dex;
using Automat.Server.Machines;
using Automat.Server.Notifications.Channels;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Automat.Server.Stock;

/// <summary>What somebody did at a machine.</summary>
/// <param name="Id">Names the visit: sent twice, it is one.</param>
/// <param name="Lines">Slot by slot; slots nobody touched are absent.</param>
/// <param name="Place">Where the goods came from; null where nobody keeps books of that.</param>
/// <param name="Route">The route it was on.</param>
/// <param name="CashBag">Number on the bag the cash was put into.</param>
/// <param name="Note">In words.</param>
/// <param name="CashCounted">What was counted into the bag, minor units; null where it is counted later.</param>
internal sealed record CloseVisitRequest(
    Guid? Id, IReadOnlyList<VisitLine>? Lines, Guid? Place = null, Guid? Route = null, string? CashBag = null, string? Note = null,
    long? CashCounted = null);

/// <summary>
/// Somebody was at a machine and is done: what was found, thrown away, taken back and put in moves at once, in the machine and in
/// the van, or not at all.
/// </summary>
internal sealed class CloseVisit(AutomatDb db, CollectCash collect, ChannelOutbox channels, Actor actor, TimeProvider clock)
{
    private const int MostLines = 500;
    private const int MostPieces = 10_000;
    private const long MostCounted = 100_000_000;

    public static void Map(IEndpointRouteBuilder visits) => visits.MapPost("", async (
            string machine, CloseVisitRequest request, CloseVisit close, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            var visit = await close.RunAsync(caller, machine, request, ct);
            return TypedResults.Ok(new { id = visit.Id.Value, difference = visit.Difference, closed_at = visit.ClosedAt });
        })
        .RequirePermission(Permission.CatalogWrite).WithName(nameof(CloseVisit)).WithSummary("Say what was found, filled and removed at a machine");

    /// <summary>Closes a visit; closed before, it is answered as it was.</summary>
    /// <exception cref="FieldsException"><c>visit_invalid</c>.</exception>
    /// <exception cref="RuleException"><c>machine_unknown</c>, <c>place_unknown</c>, <c>slot_unknown</c>, <c>slot_full</c>, <c>stock_short</c>.</exception>
    public async Task<RestockVisit> RunAsync(ClaimsPrincipal caller, string machine, CloseVisitRequest request, CancellationToken ct)
    {
        var own = await db.OwnMachineAsync(caller, machine, ct);
        var weighed = await db.WeighedSlotsAsync(own.OrganizationId, machine, ct);
        FieldsException.ThrowIfAny("visit_invalid", FaultsIn(request, caller.Allows(Permission.SalesWrite), weighed));
        var id = new Id<RestockVisit>(request.Id!.Value);
        var visit = await OnceAsync(own, id, request, weighed, ct);
        // Its own name is the visit's: sent again after a crash in between, the bag is booked then, and never twice.
        if (request.CashCounted is { } counted && visit.CashBag is { } bag)
        {
            await collect.RunAsync(caller, own.Id.Value, new CollectCashRequest(bag, counted, visit.ClosedAt, null), visit.BagKey, ct);
        }

        return visit;
    }

    private async Task<RestockVisit> OnceAsync(
        Machine own, Id<RestockVisit> id, CloseVisitRequest request, IReadOnlySet<string> weighed, CancellationToken ct)
    {
        if (await FindAsync(own, id, ct) is { } before) return before;
        try
        {
            return await CloseAsync(own, id, request, weighed, ct);
        }
        catch (DbUpdateException twice) when (twice.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            db.ChangeTracker.Clear();
            return await FindAsync(own, id, ct) ?? throw new RuleException("visit_unknown", "There is another visit of this name.");
        }
    }

    private async Task<RestockVisit> CloseAsync(
        Machine machine, Id<RestockVisit> id, CloseVisitRequest request, IReadOnlySet<string> weighed, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var place = request.Place is { } van ? await PlaceStock.LockAsync(db, machine.OrganizationId, van, clock, ct) : null;
        var slots = await SlotStock.LockAsync(db, machine.Id, ct);
        var lines = request.Lines!;
        var difference = 0;
        var found = new List<(string, int)>();
        foreach (var line in lines)
        {
            var off = (line.Found ?? slots.Find(line.Slot).Stock) - slots.Find(line.Slot).Stock;
            found.Add((line.Slot, off));
            if (!weighed.Contains(line.Slot)) difference += off; // it counts pieces
        }

        StockMove Because(MovementKind kind, string? note = null) => new(kind, actor.Id, id.Value, note);
        await slots.MoveAsync(Because(MovementKind.Count), found, ct);
        await slots.MoveAsync(Because(MovementKind.Spoil), lines.Select(l => (l.Slot, -l.Bad)), ct);
        foreach (var line in lines)
        {
            if (place is not null) await place.PutAsync(slots.Find(line.Slot).ProductId, null, line.Removed, ct);
        }

        await slots.MoveAsync(Because(MovementKind.Return), lines.Select(l => (l.Slot, -l.Removed)), ct);
        if (place is not null) await TakeAsync(place, slots, lines, Because(MovementKind.Count, "More was there than the books had."), ct);
        await slots.MoveAsync(Because(MovementKind.Fill), lines.Select(l => (l.Slot, l.Filled)), ct);
        var visit = new RestockVisit
        {
            Id = id,
            OrganizationId = machine.OrganizationId,
            MachineId = machine.Id,
            RouteId = request.Route is { } route ? new Id<RestockRoute>(route) : null,
            PlaceId = place?.Place.Id,
            ClosedAt = clock.GetUtcNow().ToUniversalTime(),
            ClosedBy = actor.Id,
            CashBag = Trimmed(request.CashBag),
            Note = Trimmed(request.Note),
            Lines = lines,
            Difference = difference,
        };
        db.Add(visit);
        db.Note(machine.OrganizationId, "machine.restocked", "restock_visit", visit.Id.ToString());
        await channels.AddAsync(
            machine.OrganizationId, ChannelTopic.Stock,
            _ => FormattableString.Invariant(
                $"{machine.Name}: {Things(l => l.Filled)} put in, {Things(l => l.Removed)} taken out, {Things(l => l.Bad)} thrown away"),
            ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return visit;

        // What was weighed is one thing.
        int Things(Func<VisitLine, int> of) => lines.Sum(l => weighed.Contains(l.Slot) ? Math.Sign(of(l)) : of(l));
    }

    /// <summary>Takes what was put in out of the van. More was there than the books had: whoever stands before it is right.</summary>
    private async Task TakeAsync(PlaceStock place, SlotStock slots, IReadOnlyList<VisitLine> lines, StockMove more, CancellationToken ct)
    {
        var wanted = lines.Where(l => l.Filled > 0).GroupBy(l => slots.Find(l.Slot).ProductId).Select(g => (Product: g.Key, Pieces: g.Sum(l => l.Filled))).ToList();
        var isShort = false;
        foreach (var (product, pieces) in wanted)
        {
            var missing = pieces - await place.LevelAsync(product, ct);
            if (missing <= 0) continue;
            await place.PutAsync(product, null, missing, ct);
            isShort = true;
        }

        if (isShort)
        {
            await db.SayAsync(more, ct);
            await db.SaveChangesAsync(ct);
        }

        foreach (var (product, pieces) in wanted) await place.TakeAsync(product, pieces, ct);
    }

    private Task<RestockVisit?> FindAsync(Machine machine, Id<RestockVisit> id, CancellationToken ct) => db.Set<RestockVisit>().AsNoTracking()
        .SingleOrDefaultAsync(v => v.Id == id && v.MachineId == machine.Id && v.OrganizationId == machine.OrganizationId, ct);

    private static Dictionary<string, string> FaultsIn(CloseVisitRequest request, bool mayCount, IReadOnlySet<string> weighed)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.Id is null || request.Id == Guid.Empty) faults["id"] = "Needed: an id of your own for this visit.";
        if (request.CashBag?.Length > 40 || request.CashBag?.Any(char.IsControl) is true) faults["cash_bag"] = "At most 40 characters in one line.";
        if (request.CashCounted is { } counted && (!mayCount || counted is < 0 or > MostCounted || string.IsNullOrWhiteSpace(request.CashBag)))
        {
            faults["cash_counted"] = $"0 to {MostCounted} minor units, with the number on the bag, by somebody who may write sales.";
        }

        if (request.Note?.Length > 200) faults["note"] = "At most 200 characters.";
        if (request.Lines is not { Count: <= MostLines } lines)
        {
            faults["lines"] = $"Needed: a list of up to {MostLines} slots.";
            return faults;
        }

        if (lines.Select(l => l?.Slot).Distinct(StringComparer.Ordinal).Count() != lines.Count) faults["lines"] = "Name each slot once.";
        foreach (var line in lines)
        {
            var most = line?.Slot is { } slot && weighed.Contains(slot) ? LayoutRules.MostGrams : MostPieces;
            if (line?.Slot is null || Wrong(line.Found, most) || Wrong(line.Filled, most) || Wrong(line.Removed, most) || Wrong(line.Bad, most))
            {
                faults[$"lines.{line?.Slot}"] = string.Create(CultureInfo.InvariantCulture, $"Whole pieces or grams from 0 to {most}.");
            }
        }

        return faults;

        static bool Wrong(int? pieces, int most) => pieces < 0 || pieces > most;
    }

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
