using Automat.Domain.Goods;

namespace Automat.Domain.Planograms;

/// <summary>The products a layout can name, and whether its machine can have those that are sold by weight.</summary>
/// <param name="Measures">What each is counted in, by number.</param>
/// <param name="AreWeighed">Whether somebody weighs goods there.</param>
public sealed record LayoutGoods(IReadOnlyDictionary<int, Measure> Measures, bool AreWeighed)
{
    /// <summary>Whether there is a product of that number.</summary>
    public bool Contains(int product) => Measures.ContainsKey(product);

    /// <summary>Whether it is sold by weight.</summary>
    public bool IsByWeight(int product) => Measures.TryGetValue(product, out var measure) && measure is Measure.Weight;
}
