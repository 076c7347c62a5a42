using Automat.Domain;
using Automat.Domain.Planograms;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Planograms;

/// <summary>
/// What somebody typed about one slot or several: price, room, par and least. With several, what is left empty stays as it is
/// and a hyphen takes a number away; with one, the form says it all.
/// </summary>
/// <param name="Codes">The slots.</param>
/// <param name="Price">As typed.</param>
/// <param name="Capacity">As typed.</param>
/// <param name="Par">As typed.</param>
/// <param name="Min">As typed.</param>
/// <param name="IsWhole">Whether what is empty means none.</param>
internal sealed record SlotForm(IReadOnlyList<string> Codes, string Price, string Capacity, string Par, string Min, bool IsWhole)
{
    private const int Longest = 20;

    /// <summary>Reads a form.</summary>
    public static SlotForm Read(IFormCollection form)
    {
        var one = form["slot"].ToString();
        return new SlotForm(
            one.Length > 0 ? [one] : [.. form["codes"].OfType<string>().Distinct(StringComparer.Ordinal).Take(Layout.MostSlots)],
            Text("price"), Text("capacity"), Text("par"), Text("min"), one.Length > 0);

        string Text(string field) => form[field].ToString().Trim() is var typed && typed.Length > Longest ? typed[..Longest] : typed;
    }

    /// <summary>The slot's form as it is shown again.</summary>
    public SlotFormView View(SlotWrongs wrong) => new(Codes[0], Price, Capacity, Par, Min) { Wrong = wrong };

    /// <summary>Lays what was typed over a slot; what cannot be read stays, and is told as wrong.</summary>
    public PlannedSlot Over(PlannedSlot slot, Currency currency, LayoutGoods goods)
    {
        var byWeight = goods.IsByWeight(slot.Product);
        return slot with
        {
            Price = Price.Length == 0 ? slot.Price : PlanogramWords.PriceIn(Price, currency) ?? slot.Price,
            Capacity = Count(Capacity, byWeight, slot.Capacity),
            ParLevel = Count(Par, byWeight, slot.ParLevel),
            MinLevel = Count(Min, byWeight, slot.MinLevel),
        };
    }

    /// <summary>What is wrong with what was typed, and with what it would make of a slot.</summary>
    public SlotWrongs WrongsOf(IReadOnlyList<LayoutFault> faults, Currency currency, bool byWeight, IStringLocalizer<Texts> texts)
    {
        List<string> price = [], capacity = [], par = [], min = [];
        if ((IsWhole || Price.Length > 0) && PlanogramWords.PriceIn(Price, currency) is null) price.Add(texts["Fault.NoPrice"]);
        foreach (var (typed, list) in new[] { (Capacity, capacity), (Par, par), (Min, min) })
        {
            if (!PlanogramWords.TryCount(typed, byWeight, out _)) list.Add(texts[byWeight ? "Fault.NoWeight" : "Fault.NoNumber"]);
        }

        foreach (var fault in faults)
        {
            var list = fault.Kind switch
            {
                LayoutFaultKind.PriceOutOfRange => price,
                LayoutFaultKind.CapacityOutOfRange or LayoutFaultKind.CapacityBelowStock => capacity,
                LayoutFaultKind.ParAboveCapacity => par,
                LayoutFaultKind.MinimumAbovePar => min,
                // No field of this form mends the others; the layout shows them.
                LayoutFaultKind.CodeInvalid or LayoutFaultKind.CodeTwice or LayoutFaultKind.TooManySlots
                    or LayoutFaultKind.ProductUnknown or LayoutFaultKind.Promised or LayoutFaultKind.NeedsWeighing => null,
            };
            list?.Add(texts.Say(fault));
        }

        return new SlotWrongs(price, capacity, par, min);
    }

    private int? Count(string typed, bool byWeight, int? before) =>
        typed.Length == 0 && !IsWhole ? before : PlanogramWords.TryCount(typed, byWeight, out var count) ? count : before;
}
