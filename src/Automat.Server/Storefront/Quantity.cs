using System.Globalization;
using Automat.Domain.Goods;

namespace Automat.Server.Storefront;

/// <summary>How much of a product, as pages show it and forms take it: whole pieces, or kilograms to the gram.</summary>
/// <param name="Count">Pieces, or grams.</param>
/// <param name="IsByWeight">Whether it is weighed.</param>
public readonly record struct Quantity(int Count, bool IsByWeight)
{
    /// <summary>So many pieces.</summary>
    public static implicit operator Quantity(int pieces) => new(pieces, IsByWeight: false);

    /// <summary>In the words of the current request's culture: <c>12</c>, <c>0.250 kg</c>.</summary>
    public override string ToString() =>
        IsByWeight ? Weights.Text(Count, CultureInfo.CurrentCulture) : Count.ToString(CultureInfo.CurrentCulture);

    /// <summary>As a field shows it: <c>12</c>, <c>0.25</c>.</summary>
    public string Typed =>
        IsByWeight ? Weights.Typed(Count, CultureInfo.CurrentCulture) : Count.ToString(CultureInfo.InvariantCulture);

    /// <summary>What the keyboard of a phone is to offer for it.</summary>
    public string InputMode => IsByWeight ? "decimal" : "numeric";

    /// <summary>What somebody typed: whole pieces, or kilograms with at most three decimals; null when it is neither.</summary>
    public static int? Read(string? typed, bool byWeight)
    {
        if (byWeight) return Weights.Read(typed, CultureInfo.CurrentCulture.NumberFormat, out var grams) is null ? grams : null;
        return int.TryParse(typed?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pieces) ? pieces : null;
    }
}
