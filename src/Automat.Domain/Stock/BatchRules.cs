using System.Runtime.InteropServices;

namespace Automat.Domain.Stock;

/// <summary>So many pieces that expire on one day.</summary>
/// <param name="ExpiresOn">The last day they may be sold; null where they keep, or nobody said.</param>
/// <param name="Quantity">How many.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Lot(DateOnly? ExpiresOn, int Quantity);

/// <summary>Which pieces go first: those that expire first; what keeps, or what nobody dated, goes last.</summary>
public static class BatchRules
{
    /// <summary>From which lots so many pieces are taken, in order.</summary>
    /// <param name="lots">What there is, in any order.</param>
    /// <param name="quantity">How many are wanted.</param>
    /// <exception cref="RuleException"><c>stock_short</c> when there are not as many.</exception>
    public static IReadOnlyList<Lot> Take(IEnumerable<Lot> lots, int quantity)
    {
        if (quantity < 0) throw new RuleException("stock_invalid", "Less than nothing cannot be taken.");
        var taken = new List<Lot>();
        var left = quantity;
        foreach (var lot in lots.Where(l => l.Quantity > 0).OrderBy(l => l.ExpiresOn ?? DateOnly.MaxValue))
        {
            if (left == 0) break;
            var here = Math.Min(lot.Quantity, left);
            taken.Add(lot with { Quantity = here });
            left -= here;
        }

        return left == 0 ? taken : throw new RuleException("stock_short", $"There are {quantity - left} and not {quantity}.");
    }
}
