using System.Runtime.InteropServices;

namespace Automat.Domain.Planograms;

/// <summary>One slot of a layout: what is meant to lie there and what it costs. How much lies there is no matter of a layout.</summary>
/// <param name="Code">The slot's code in its machine, such as <c>A1</c>.</param>
/// <param name="Product">The product's number in the organisation.</param>
/// <param name="Price">Minor units of the machine's currency, tax included.</param>
/// <param name="Capacity">How many fit; null where nothing can run out.</param>
/// <param name="ParLevel">How many are meant to be there after a visit.</param>
/// <param name="MinLevel">With fewer than these it is time for a visit.</param>
public sealed record PlannedSlot(string Code, int Product, long Price, int? Capacity, int? ParLevel, int? MinLevel);

/// <summary>What a slot holds right now, which limits what a layout can ask of it.</summary>
/// <param name="Product">The product's number.</param>
/// <param name="Stock">How many are there.</param>
/// <param name="Reserved">How many of these are promised to somebody.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SlotFill(int Product, int Stock, int Reserved);

/// <summary>What is to become different about one slot.</summary>
/// <param name="Code">The slot's code.</param>
/// <param name="Before">How it is; null when there is no such slot yet.</param>
/// <param name="After">How it is to be; null when it goes.</param>
public sealed record SlotDifference(string Code, PlannedSlot? Before, PlannedSlot? After)
{
    /// <summary>Whether something else is to lie there than now.</summary>
    public bool ChangesProduct => Before?.Product != After?.Product;
}
