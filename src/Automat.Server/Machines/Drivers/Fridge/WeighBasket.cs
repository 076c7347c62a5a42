using System.Globalization;
using Automat.Domain;
using Automat.Domain.Doors;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>
/// Brings a told basket to its end: finds out which slots it means, holds it against the scale, and has it settled or looked at.
/// The visit says <see cref="DoorStatus.Weighing"/> until that is done, so that a crash on the way loses nothing; doing it twice
/// settles once.
/// </summary>
internal sealed class WeighBasket(
    IServiceScopeFactory scopes, Visits visits, IBaskets baskets, LiveDoors doors, FridgeMeter meter)
{
    private static readonly Dictionary<string, string> NoNames = new(StringComparer.Ordinal);

    /// <summary>Settles a basket, or leaves it to a person.</summary>
    public async Task RunAsync(Machine machine, FridgeSettings own, DoorVisit visit, CancellationToken ct)
    {
        if (visit.Status is not DoorStatus.Weighing) return;
        var session = visit.Session();
        // Staff name slots; everybody else names things as the fridge does.
        var names = session.Source is BasketSource.Staff ? NoNames : own.Skus;
        var (lines, unknown) = await LinesAsync(machine, names, session.Items ?? [], ct);
        var told = session.Evidence ?? "told";
        var verdict = unknown is not null ? new BasketVerdict(NeedsReview: true, [], "sku_unknown", Expected: null)
            : session.Source is BasketSource.Staff ? new BasketVerdict(NeedsReview: false, lines, "decided", Expected: null)
            : BasketWeights.Check(session.Items is null ? null : lines, session.Lighter, own.Weights, told);
        // An agent that was awaited and stayed away leaves only the controller's word, which never was to count.
        if (told == "agent_silent" && !verdict.NeedsReview) verdict = verdict with { NeedsReview = true, Evidence = told };
        if (verdict.NeedsReview) await ReviewAsync(visit, verdict, unknown, ct);
        else await SettleAsync(machine, visit, verdict, ct);
        if (!DoorLife.IsAtTheDoor(visit.Status)) Leave(machine, visit);
    }

    /// <summary>What items mean: slots of this fridge. Null in place of an unknown name is never free and never a guess.</summary>
    /// <returns>The lines, and the first name nobody knows.</returns>
    public async Task<(IReadOnlyList<WeighedLine> Lines, string? Unknown)> LinesAsync(
        Machine machine, IReadOnlyDictionary<string, string> names, IReadOnlyList<TakenItem> items, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(machine.OrganizationId);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var shelf = await (from slot in db.Set<Slot>().AsNoTracking()
                           join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                           where slot.MachineId == machine.Id
                           orderby slot.Code
                           select new { slot.Code, slot.Price, product.Number, product.Weight, product.WeightTolerance })
            .ToListAsync(ct);
        var lines = new Dictionary<string, WeighedLine>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var name = names.FirstOrDefault(s => s.Key.Equals(item.Sku, StringComparison.OrdinalIgnoreCase)).Value ?? item.Sku;
            var found = shelf.Find(s => s.Code.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? shelf.Find(s => s.Number.ToString(CultureInfo.InvariantCulture) == name);
            if (found is null || item.Quantity is < 1 or > 1_000) return ([], item.Sku);
            var before = lines.GetValueOrDefault(found.Code)?.Quantity ?? 0;
            lines[found.Code] = new WeighedLine(
                found.Code, before + item.Quantity, found.Weight, found.WeightTolerance, found.Price);
        }

        return ([.. lines.Values.OrderBy(line => line.Slot, StringComparer.Ordinal)], null);
    }

    private async Task ReviewAsync(DoorVisit visit, BasketVerdict verdict, string? unknown, CancellationToken ct)
    {
        await baskets.ReportUnknownAsync(visit.VendId, verdict.Evidence, ct);
        var (change, after) = await visits.ChangeAsync(visit.OrganizationId, visit.VendId, (now, _) =>
        {
            if (now.Status is not DoorStatus.Weighing) return DoorChange.Nothing(now.Session());
            now.Keep(DoorRules.ToReview(now.Session(), verdict.Evidence));
            now.Weighed(verdict.Expected);
            return new DoorChange(now.Session(), News: true);
        }, ("server", unknown is null ? $"review {verdict.Evidence}" : $"review {verdict.Evidence} {unknown}"), ct);
        visit.Keep(after.Session());
        if (change.News) meter.Reviewed(verdict.Evidence);
    }

    private async Task SettleAsync(Machine machine, DoorVisit visit, BasketVerdict verdict, CancellationToken ct)
    {
        var pieces = verdict.Lines.Select(line => new BasketPiece(line.Slot, line.Quantity)).ToList();
        BasketEnd end;
        try
        {
            end = await baskets.SettleAsync(visit.VendId, pieces, verdict.Evidence, ct);
        }
        catch (RuleException refused) when (refused.Code is "slot_unknown" or "quantity_invalid" or "hold_unknown")
        {
            // Such as a slot that was filled after the customer agreed to the prices.
            await ReviewAsync(visit, verdict with { NeedsReview = true, Evidence = refused.Code }, null, ct);
            return;
        }

        var (change, after) = await visits.ChangeAsync(visit.OrganizationId, visit.VendId, (now, _) =>
        {
            if (now.Status is not DoorStatus.Weighing) return DoorChange.Nothing(now.Session());
            now.Keep(DoorRules.End(now.Session(), end.Charged, verdict.Evidence));
            now.Weighed(verdict.Expected);
            return new DoorChange(now.Session(), News: true);
        }, ("server", $"settled {verdict.Evidence} {Visits.TextOf(pieces)}"), ct);
        visit.Keep(after.Session());
        if (change.News) meter.Ended(end.Charged ? pieces.Sum(p => p.Quantity) : 0, new Money(end.Total, machine.Currency));
    }

    private void Leave(Machine machine, DoorVisit visit)
    {
        var door = doors.Of(machine.Id);
        if (door.Visit == visit.VendId) door.Visit = null;
    }
}
