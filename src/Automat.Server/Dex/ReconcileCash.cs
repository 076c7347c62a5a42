using System.Security.Claims;
using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Meters;
using Automat.Protocol.Dex;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Dex;

/// <summary>A part of a difference.</summary>
/// <param name="Cause">A stable word: constant_offset, manual_fill, card_load, overpaid, roll_over, restart, unexplained.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="Presumed">The machine did not say so itself; it fits what it did say.</param>
internal sealed record DifferenceView(string Cause, long Amount, bool Presumed)
{
    public static IReadOnlyList<DifferenceView> Of(IReadOnlyList<Difference> parts) =>
        [.. parts.Select(p => new DifferenceView(JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Cause.ToString()), p.Amount, p.Presumed))];
}

/// <summary>The books, the machine and the bag held against each other for one span of time.</summary>
/// <param name="From">The audit file it begins with.</param>
/// <param name="To">The one it ends with.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Taken">What went into the machine less what it gave out, as it counts; minor units.</param>
/// <param name="Sold">Cash sales as it counts.</param>
/// <param name="Gap">The difference of the two by plain subtraction.</param>
/// <param name="Causes">The gap by cause; they add up to exactly it.</param>
/// <param name="Residual">What is unexplained.</param>
/// <param name="LifetimeResidual">What was never explained since the machine was initialised: its constant offset.</param>
/// <param name="LifetimeCauses">All that was ever put in less what it was for, by cause; the constant offset by its name.</param>
/// <param name="ResidualSinceReset">The same sum by the counters since the machine's last reset; null when it has none.</param>
/// <param name="Booked">Cash sales in the books for the same span.</param>
/// <param name="BookedLess">What the machine counted and the books lack; zero when they agree.</param>
/// <param name="Expected">What cash box and notes should hold.</param>
/// <param name="Counted">What was counted; null without a collection.</param>
/// <param name="CountedCauses">Why the two differ.</param>
/// <param name="Denied">Sales the books have and the machine denies.</param>
/// <param name="Foreign">Sales the machine counted and the books lack.</param>
/// <param name="Estimate">A counter was set to zero, so the numbers are a lower bound.</param>
internal sealed record ReconciliationView(
    Guid From, Guid To, string Currency, long Taken, long Sold, long Gap, IReadOnlyList<DifferenceView> Causes, long Residual,
    long LifetimeResidual, IReadOnlyList<DifferenceView> LifetimeCauses, long? ResidualSinceReset, long Booked, long BookedLess, long Expected, long? Counted, IReadOnlyList<DifferenceView> CountedCauses,
    IReadOnlyList<BookedSale> Denied, IReadOnlyList<SlotSales> Foreign, bool Estimate);

/// <summary>Holds the books, the machine's counters and the bag against each other.</summary>
internal sealed class ReconcileCash(AutomatDb db)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/collections/{id:guid}/reconciliation", async (
            string machine, Guid id, ReconcileCash reconcile, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(await reconcile.OfCollectionAsync(await db.OwnMachineAsync(caller, machine, ct), id, ct)))
            .RequirePermission(Permission.SalesRead).WithName("ReconcileCollection")
            .WithSummary("Hold books, machine and bag against each other since the collection before");
        routes.MapGet("/dex/{id:guid}/reconciliation", async (
            string machine, Guid id, ReconcileCash reconcile, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(await reconcile.OfReadAsync(await db.OwnMachineAsync(caller, machine, ct), id, ct)))
            .RequirePermission(Permission.SalesRead).WithName("ReconcileDex")
            .WithSummary("Hold books and machine against each other since the audit file before");
    }

    /// <summary>Since the file before.</summary>
    /// <exception cref="RuleException"><c>dex_unknown</c>; <c>dex_first</c> for a controller's first file.</exception>
    public async Task<ReconciliationView> OfReadAsync(Machine machine, Guid id, CancellationToken ct)
    {
        var to = await UploadDex.FindAsync(db, machine, id, ct);
        var before = to.Plan is null ? null : DexPlan.FromJson(to.Plan).Before;
        if (before is not { } first || !DexPlan.FromJson(to.Plan!).Counts) throw First();
        return await BetweenAsync(machine, await UploadDex.FindAsync(db, machine, first, ct), to, counted: null, ct);
    }

    /// <summary>Since the collection before; the first since the machine's first file.</summary>
    /// <exception cref="RuleException"><c>collection_unknown</c>; <c>dex_first</c> when there are no two files to hold against each other.</exception>
    public async Task<ReconciliationView> OfCollectionAsync(Machine machine, Guid id, CancellationToken ct)
    {
        var wanted = new Id<CashCollection>(id);
        var collection = await db.Set<CashCollection>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == wanted && c.MachineId == machine.Id, ct)
            ?? throw new RuleException("collection_unknown", $"{machine.Name} has no such collection.");
        if (collection.ReadId is not { } read) throw First();
        var to = await UploadDex.FindAsync(db, machine, read.Value, ct);
        var earlier = await db.Set<CashCollection>().AsNoTracking()
            .Where(c => c.MachineId == machine.Id && c.CollectedAt < collection.CollectedAt && c.ReadId != null)
            .OrderByDescending(c => c.CollectedAt).FirstOrDefaultAsync(ct);
        var chain = await db.DexChainAsync(machine.Id, to.Serial, ct);
        var from = earlier?.ReadId is { } last ? await UploadDex.FindAsync(db, machine, last.Value, ct) : chain.Count > 0 ? chain[0] : null;
        if (from is null || from.Serial != to.Serial || from.Id.Value.CompareTo(to.Id.Value) >= 0) throw First();
        return await BetweenAsync(machine, from, to, collection.Counted, ct);
    }

    private async Task<ReconciliationView> BetweenAsync(Machine machine, DexRead from, DexRead to, long? counted, CancellationToken ct)
    {
        var latest = Meters(to, machine);
        var (before, after) = (Meters(from, machine).Cash, latest.Cash);
        var always = CashReconciliation.Shared([before.Residual, after.Residual]);
        var span = CashReconciliation.Between(before, after);
        var reads = (await db.Set<DexRead>().AsNoTracking()
            .Where(r => r.MachineId == machine.Id && r.Serial == to.Serial && r.Status == DexReadStatus.Done
                && (Guid)(object)r.Id > from.Id.Value && (Guid)(object)r.Id <= to.Id.Value)
            .OrderBy(r => r.Id).Select(r => new { r.Id, r.Plan }).ToListAsync(ct)).ConvertAll(r => (r.Id, Plan: DexPlan.FromJson(r.Plan!)));
        var ids = reads.ConvertAll(r => r.Id);
        var booked = await db.Set<DexVend>().Where(v => ids.Contains(v.ReadId)).SumAsync(v => v.Amount, ct);
        return new ReconciliationView(
            from.Id.Value, to.Id.Value, machine.Currency.Code, span.Taken, span.Sold, span.Gap, DifferenceView.Of(span.Parts), span.Residual,
            always, DifferenceView.Of(CashReconciliation.Since(after, always).Parts), latest.CashSinceReset?.Residual, booked, span.Sold - booked, span.InBoxAndNotes, counted,
            counted is { } bag ? DifferenceView.Of(CashReconciliation.Counted(bag, span)) : [],
            reads.Count > 0 ? reads[^1].Plan.Denied : [], [.. reads.SelectMany(r => r.Plan.Foreign)], span.Estimate);
    }

    private static DexMeters Meters(DexRead read, Machine machine) => new(DexAuditReader.Read(read.Content), machine.Currency);

    private static RuleException First() => new("dex_first", "There are no two audit files of this controller to hold against each other.");
}
