using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Planograms;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Planograms;

/// <summary>A machine's draft beside what the machine has now.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Draft">The draft; null while nobody works at one.</param>
/// <param name="Present">What the machine has now.</param>
/// <param name="Slots">The layout as it is to be: the draft's, or the present one.</param>
/// <param name="Products">The products of both.</param>
/// <param name="Goods">What these are counted in, and whether the machine can have them.</param>
/// <param name="Faults">What is wrong with it.</param>
internal sealed record DraftState(
    Machine Machine, PlanogramDraft? Draft, PresentLayout Present, IReadOnlyList<PlannedSlot> Slots,
    IReadOnlyDictionary<int, Product> Products, LayoutGoods Goods, IReadOnlyList<LayoutFault> Faults)
{
    /// <summary>What publishing would change.</summary>
    public IReadOnlyList<SlotDifference> Difference { get; } = Layout.Difference(Present.Layout, Slots);

    /// <summary>What was changed at the machine since the draft was begun; it must be looked at before anything is published.</summary>
    public IReadOnlyList<SlotDifference> Meanwhile { get; } =
        Draft is null ? [] : Layout.Difference(StoredLayout.Read(Draft.Original), Present.Layout);
}

/// <summary>Works at a machine's draft. Nothing of it reaches the machine before it is published.</summary>
internal sealed class EditDraft(AutomatDb db, DriverRegistry drivers, TimeProvider clock)
{
    /// <summary>The draft beside what the machine has now.</summary>
    /// <exception cref="RuleException"><c>machine_unknown</c>.</exception>
    public async Task<DraftState> LookAsync(ClaimsPrincipal caller, string id, CancellationToken ct)
    {
        var machine = await db.OwnMachineAsync(caller, id, ct);
        var draft = await db.Set<PlanogramDraft>().AsNoTracking().SingleOrDefaultAsync(d => d.MachineId == machine.Id, ct);
        return await StateAsync(machine, draft, await PresentLayout.ReadAsync(db, machine, ct), ct);
    }

    /// <summary>Changes the draft; one is begun with what the machine has where there is none.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="id">The machine.</param>
    /// <param name="change">What becomes of the layout.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="RuleException"><c>machine_unknown</c>, <c>machine_retired</c>, <c>layout_too_large</c>, and what the change throws.</exception>
    public async Task<PlanogramDraft> RunAsync(
        ClaimsPrincipal caller, string id, Func<IReadOnlyList<PlannedSlot>, IReadOnlyList<PlannedSlot>> change, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var machine = await db.LockedMachineAsync(caller, id, ct);
        if (machine.State is MachineState.Retired) throw new RuleException("machine_retired", $"{machine.Name} is retired.");
        var known = await db.Set<PlanogramDraft>().AsNoTracking().SingleOrDefaultAsync(d => d.MachineId == machine.Id, ct);
        var before = known is null ? (await PresentLayout.ReadAsync(db, machine, ct)).Layout : StoredLayout.Read(known.Slots);
        var after = change(before);
        if (after.Count > Layout.MostSlots) throw new RuleException("layout_too_large", $"A machine has at most {Layout.MostSlots} slots.");
        if (known is not null && Layout.AreSame(before, after)) return known;
        var draft = new PlanogramDraft
        {
            MachineId = machine.Id,
            OrganizationId = machine.OrganizationId,
            Original = known?.Original ?? StoredLayout.Write(before),
            Slots = StoredLayout.Write(after),
            Revision = (known?.Revision ?? 0) + 1,
            ChangedBy = caller.ActorOf(),
            ChangedAt = clock.GetUtcNow(),
        };
        if (known is null) db.Add(draft);
        else db.Replace(known, draft);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return draft;
    }

    /// <summary>Lays the draft over what was changed at the machine meanwhile; where both changed a slot, the draft stays.</summary>
    /// <exception cref="RuleException"><c>machine_unknown</c>, <c>draft_unknown</c>.</exception>
    public async Task CatchUpAsync(ClaimsPrincipal caller, string id, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var machine = await db.LockedMachineAsync(caller, id, ct);
        var known = await db.Set<PlanogramDraft>().AsNoTracking().SingleOrDefaultAsync(d => d.MachineId == machine.Id, ct) ?? throw None(machine);
        var present = (await PresentLayout.ReadAsync(db, machine, ct)).Layout;
        var merged = Layout.Over(StoredLayout.Read(known.Original), StoredLayout.Read(known.Slots), present);
        db.Replace(known, known with
        {
            Original = StoredLayout.Write(present),
            Slots = StoredLayout.Write(merged),
            Revision = known.Revision + 1,
            ChangedBy = caller.ActorOf(),
            ChangedAt = clock.GetUtcNow(),
        });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Throws the draft away; where there is none, nothing happens.</summary>
    /// <exception cref="RuleException"><c>machine_unknown</c>.</exception>
    public async Task DiscardAsync(ClaimsPrincipal caller, string id, CancellationToken ct)
    {
        var machine = await db.OwnMachineAsync(caller, id, ct);
        var known = await db.Set<PlanogramDraft>().SingleOrDefaultAsync(d => d.MachineId == machine.Id, ct);
        if (known is null) return;
        db.Remove(known);
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Puts a draft together with what it is about.</summary>
    private async Task<DraftState> StateAsync(
        Machine machine, PlanogramDraft? draft, PresentLayout present, CancellationToken ct)
    {
        var slots = draft is null ? present.Layout : StoredLayout.Read(draft.Slots);
        var original = draft is null ? [] : StoredLayout.Read(draft.Original);
        var products = await LayoutProducts.OfAsync(db, machine, [.. slots, .. original, .. present.Layout], ct);
        var goods = LayoutProducts.GoodsOf(machine, drivers, products);
        return new DraftState(machine, draft, present, slots, products, goods, LayoutRules.FaultsIn(slots, goods, present.Fills));
    }

    internal static RuleException None(Machine machine) => new("draft_unknown", $"Nobody works at a draft for {machine.Name}.");
}
