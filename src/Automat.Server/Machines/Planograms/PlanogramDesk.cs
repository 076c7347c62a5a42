using Automat.Domain.Planograms;
using Automat.Server.Audit;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Planograms;

/// <summary>Puts together what the pages about a machine's layout show.</summary>
internal sealed class PlanogramDesk(AutomatDb db, EditDraft edit, LayoutTemplates templates, IActorNames names)
{
    private const int MostGoods = 60;
    private const int MostMachines = 200;
    private const int VersionsOnPage = 25;
    private const int LongestSearch = 100;

    /// <summary>The editor.</summary>
    /// <param name="context">Who looks.</param>
    /// <param name="id">The machine.</param>
    /// <param name="search">Which products are looked for.</param>
    /// <param name="open">The slot whose form is open.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<PlanogramView> EditorAsync(HttpContext context, string id, string? search, string? open, CancellationToken ct)
    {
        var state = await edit.LookAsync(context.User, id, ct);
        var machine = state.Machine;
        var mayWrite = context.User.Allows(Permission.CatalogWrite) && machine.State is not MachineState.Retired;
        var sought = search?.Trim() is { Length: > 0 } text ? text[..Math.Min(text.Length, LongestSearch)] : null;
        var goods = mayWrite ? await GoodsAsync(machine, sought, ct) : [];
        var changes = state.Difference;
        var opened = mayWrite ? state.Slots.FirstOrDefault(s => s.Code == open) : null;
        return new PlanogramView(machine.Id.Value, machine.Name, RowsOf(state, mayWrite), [.. goods.Take(MostGoods).Select(p => Goods(p, machine))])
        {
            MayWrite = mayWrite,
            HasDraft = state.Draft is not null,
            Changes = changes.Count,
            Faults = state.Faults.Count,
            ChangedMeanwhile = state.Meanwhile.Count > 0,
            ChangedAt = state.Draft?.ChangedAt,
            ChangedBy = state.Draft is { } draft ? (await names.OfAsync([draft.ChangedBy], ct)).GetValueOrDefault(draft.ChangedBy) : null,
            Search = sought,
            MoreGoods = goods.Count > MostGoods,
            Open = opened is null ? null : FormOf(opened, machine, state.Goods.IsByWeight(opened.Product)),
            Machines = mayWrite ? await OthersAsync(machine, ct) : [],
            Templates = mayWrite ? [.. (await templates.AllAsync(context.User, ct)).Select(t => new Choice(t.Id.ToString(), t.Name))] : [],
        };
    }

    /// <summary>What publishing would do.</summary>
    public async Task<ReviewView> ReviewAsync(HttpContext context, string id, CancellationToken ct)
    {
        var state = await edit.LookAsync(context.User, id, ct);
        return new ReviewView(
            state.Machine.Id.Value, state.Machine.Name, state.Draft?.Revision, Say(state, state.Difference, state.Present.Fills),
            Say(state, state.Meanwhile, new Dictionary<string, SlotFill>()), state.Faults)
        {
            MayWrite = context.User.Allows(Permission.CatalogWrite) && state.Machine.State is not MachineState.Retired,
        };
    }

    /// <summary>The layouts a machine had, so many at a time.</summary>
    public async Task<HistoryView> HistoryAsync(HttpContext context, string id, int? before, CancellationToken ct)
    {
        var machine = await db.OwnMachineAsync(context.User, id, ct);
        var query = db.Set<PlanogramVersion>().AsNoTracking().Where(v => v.MachineId == machine.Id);
        if (before is { } number) query = query.Where(v => v.Number < number);
        var page = await query.OrderByDescending(v => v.Number).Take(VersionsOnPage + 1).ToListAsync(ct);
        var known = await names.OfAsync([.. page.Select(v => v.PublishedBy).OfType<string>().Distinct(StringComparer.Ordinal)], ct);
        var layouts = page.ConvertAll(v => StoredLayout.Read(v.Slots));
        var versions = page.Take(VersionsOnPage).Select((v, at) => new VersionView(
            v.Number, PlanogramWords.OriginText(v.Origin), v.Source,
            v.PublishedBy is { } by ? known.GetValueOrDefault(by) ?? by : null, v.PublishedAt, v.Note, layouts[at].Count,
            at + 1 < layouts.Count ? [.. Layout.Difference(layouts[at + 1], layouts[at]).Select(d => d.Code)] : null)).ToList();
        return new HistoryView(
            machine.Id.Value, machine.Name, versions,
            page.Count > VersionsOnPage ? $"/panel/machines/{machine.Id}/planogram/history?before={versions[^1].Number}" : null)
        {
            MayWrite = context.User.Allows(Permission.CatalogWrite) && machine.State is not MachineState.Retired,
        };
    }

    /// <summary>The product of that number in the machine's organisation; null when there is none.</summary>
    public Task<Product?> ProductAsync(Machine machine, int number, CancellationToken ct) => db.Set<Product>().AsNoTracking()
        .SingleOrDefaultAsync(p => p.OrganizationId == machine.OrganizationId && p.Number == number, ct);

    private async Task<List<Product>> GoodsAsync(Machine machine, string? search, CancellationToken ct)
    {
        var query = db.Set<Product>().AsNoTracking().Where(p => p.OrganizationId == machine.OrganizationId);
        if (search is not null)
        {
            var pattern = Sql.LikeAnywhere(search);
            query = query.Where(p => EF.Functions.ILike(p.Name, pattern, Sql.LikeEscape) || EF.Functions.ILike(p.Category, pattern, Sql.LikeEscape));
        }

        return await query.OrderBy(p => p.Name).ThenBy(p => p.Number).Take(MostGoods + 1).ToListAsync(ct);
    }

    private async Task<IReadOnlyList<Choice>> OthersAsync(Machine machine, CancellationToken ct) =>
    [
        .. (await db.Set<Machine>().AsNoTracking()
            .Where(m => m.OrganizationId == machine.OrganizationId && m.Id != machine.Id && m.Currency == machine.Currency && m.State != MachineState.Retired)
            .OrderBy(m => m.Name).Take(MostMachines).Select(m => new { m.Id, m.Name }).ToListAsync(ct))
            .Select(m => new Choice(m.Id.Value, $"{m.Name} ({m.Id.Value})")),
    ];

    private static IReadOnlyList<RowView> RowsOf(DraftState state, bool withRoom)
    {
        var changed = state.Difference.ToDictionary(d => d.Code, StringComparer.Ordinal);
        var faults = state.Faults.ToLookup(f => f.Code, StringComparer.Ordinal);
        return
        [
            .. Shelves.Of(state.Slots, withRoom).Select(row => new RowView(row.Name, [.. row.Places.Select(place =>
            {
                if (place.Slot is not { } slot) return new PlaceView(place.Code, null);
                var product = state.Products.GetValueOrDefault(slot.Product);
                var fill = state.Present.Fills.GetValueOrDefault(slot.Code);
                return new PlaceView(slot.Code, slot)
                {
                    Product = product?.Name ?? $"#{slot.Product}",
                    Picture = product?.Picture ?? "/images/products/parcel.svg",
                    IsByWeight = state.Goods.IsByWeight(slot.Product),
                    Price = new Amount(slot.Price, state.Machine.Currency.Code),
                    Stock = fill.Product == slot.Product ? fill.Stock : 0,
                    Change = !changed.TryGetValue(slot.Code, out var difference) ? SlotChange.None
                        : difference.Before is null ? SlotChange.New : SlotChange.Changed,
                    Faults = [.. faults[slot.Code]],
                };
            })])),
        ];
    }

    private static IReadOnlyList<DifferenceView> Say(
        DraftState state, IReadOnlyList<SlotDifference> differences, IReadOnlyDictionary<string, SlotFill> fills)
    {
        return [.. differences.Select(d => new DifferenceView(
            d.Code, Name(d.Before), Name(d.After),
            new Quantity(d is { ChangesProduct: true, Before: not null } ? fills.GetValueOrDefault(d.Code).Stock : 0, IsByWeight(d.Before)),
            [.. Fields(d.Before, d.After).Where(f => f.Before != f.After)]))];

        string? Name(PlannedSlot? slot) =>
            slot is null ? null : state.Products.GetValueOrDefault(slot.Product)?.Name ?? $"#{slot.Product}";

        bool IsByWeight(PlannedSlot? slot) => slot is not null && state.Goods.IsByWeight(slot.Product);

        string? Price(PlannedSlot? slot) => slot is null ? null : new Amount(slot.Price, state.Machine.Currency.Code).Per(IsByWeight(slot));

        IEnumerable<FieldChangeView> Fields(PlannedSlot? before, PlannedSlot? after) =>
        [
            new("Slot.Price", Price(before), Price(after)),
            new("Slot.Capacity", Count(before, before?.Capacity), Count(after, after?.Capacity)),
            new("Slot.Par", Count(before, before?.ParLevel), Count(after, after?.ParLevel)),
            new("Slot.Min", Count(before, before?.MinLevel), Count(after, after?.MinLevel)),
        ];

        string? Count(PlannedSlot? slot, int? number) => number is { } known ? new Quantity(known, IsByWeight(slot)).ToString() : null;
    }

    private static SlotFormView FormOf(PlannedSlot slot, Machine machine, bool byWeight) => new(
        slot.Code, PlanogramWords.Typed(slot.Price, machine.Currency), PlanogramWords.Typed(slot.Capacity, byWeight),
        PlanogramWords.Typed(slot.ParLevel, byWeight), PlanogramWords.Typed(slot.MinLevel, byWeight));

    private static GoodsView Goods(Product product, Machine machine) => new(
        product.Number, product.Name, product.Picture, new Amount(product.Price, machine.Currency.Code).Per(product.IsByWeight));
}
