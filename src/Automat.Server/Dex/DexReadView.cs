using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Meters;
using Automat.Protocol.Dex;

namespace Automat.Server.Dex;

/// <summary>An audit file as staff see it.</summary>
internal sealed record DexReadView(
    Guid Id, string Machine, string Serial, string Source, DateTimeOffset ReceivedAt, string Status, string? Outcome,
    DateTime? MachineTime, string? Version, string Check, int SegmentsCounted, int? SegmentsSaid,
    IReadOnlyList<DexWarning> Warnings, IReadOnlyList<DexFinding> Findings, long CashValue, long CashCount, long CardValue,
    long CardCount, IReadOnlyList<DexSale> Booked, IReadOnlyList<BookedSale> Known, IReadOnlyList<BookedSale> Denied,
    IReadOnlyList<SlotSales> Foreign, IReadOnlyList<string> SoldOut, IReadOnlyList<string> ToRestock, long? OutagesSinceReset)
{
    public static DexReadView Of(DexRead read)
    {
        var file = DexReader.Read(read.Content);
        var audit = DexAuditReader.Read(file);
        var plan = read.Plan is null ? null : DexPlan.FromJson(read.Plan);
        return new DexReadView(
            read.Id.Value, read.MachineId.Value, read.Serial, Word(read.Source.ToString()), read.ReceivedAt, Word(read.Status.ToString()),
            plan?.Outcome, audit.ReadAt, file.Version, Word(file.Check.ToString()), file.Counted, file.Said, audit.Warnings,
            plan?.Findings ?? [], plan?.CashValue ?? 0, plan?.CashCount ?? 0, plan?.CardValue ?? 0, plan?.CardCount ?? 0,
            plan?.Sales ?? [], plan?.Known ?? [], plan?.Denied ?? [], plan?.Foreign ?? [],
            [.. audit.Products.Where(p => p is { Level: 0, Absent: false }).Select(p => p.Selection)],
            [.. audit.Products.Where(p => p is { Level: > 0, Absent: false } && p.Level <= p.Minimum).Select(p => p.Selection)],
            audit.Outages.Reset);
    }

    private static string Word(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}

/// <summary>A selection's price and stock: what we want, and what the machine has confirmed.</summary>
/// <param name="Slot">The slot, or the machine's selection where the planogram knows none.</param>
/// <param name="Name">What the machine calls what lies there.</param>
/// <param name="Wanted">The slot's price, minor units; null without a slot.</param>
/// <param name="Confirmed">The price the machine says it asks, minor units; null when it does not tell.</param>
/// <param name="Stock">What the server counts; null without a slot or a limit.</param>
/// <param name="Level">What the machine counts; null when it does not tell.</param>
internal sealed record DexPriceView(string Slot, string Name, long? Wanted, long? Confirmed, int? Stock, int? Level)
{
    /// <summary>Whether the machine asks another price than we want.</summary>
    public bool Differs => Wanted is not null && Confirmed is not null && Wanted != Confirmed;

    public static IReadOnlyList<DexPriceView> Of(DexAudit audit, Currency currency, IReadOnlyList<Machines.Slot> slots)
    {
        var meters = new DexMeters(audit, currency);
        var codes = slots.Select(s => s.Code).ToList();
        return
        [
            .. from product in audit.Products
               where !product.Absent
               let slot = slots.FirstOrDefault(s => s.Code == DecidePlan.SlotOf(product.Selection, codes))
               select new DexPriceView(
                   slot?.Code ?? product.Selection, product.Name, slot?.Price, product.Price is { } price ? meters.Money(price) : null,
                   slot?.Capacity is null ? null : slot.Stock, product.Level),
        ];
    }
}
