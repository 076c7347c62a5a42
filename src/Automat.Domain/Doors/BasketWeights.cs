namespace Automat.Domain.Doors;

/// <summary>So many from one slot, with what one of them weighs and costs.</summary>
/// <param name="Slot">The slot's code.</param>
/// <param name="Quantity">Pieces.</param>
/// <param name="UnitWeight">Milligrams of one piece; null when nobody has said.</param>
/// <param name="Tolerance">How far one piece may be off, in milligrams.</param>
/// <param name="UnitPrice">Minor units of one piece.</param>
public sealed record WeighedLine(string Slot, int Quantity, long? UnitWeight, long Tolerance, long UnitPrice);

/// <summary>How exactly a basket has to fit the scale; milligrams.</summary>
/// <param name="ScaleTolerance">How far the scale itself may be off.</param>
/// <param name="ReviewAbove">A basket that is off by more than this is looked at by a person.</param>
/// <param name="SettleUnweighed">Baskets that cannot be weighed are settled as told, and not looked at.</param>
public sealed record WeightLimits(long ScaleTolerance, long ReviewAbove, bool SettleUnweighed);

/// <summary>What is to become of a basket.</summary>
/// <param name="NeedsReview">A person has to look at it.</param>
/// <param name="Lines">What is charged; nothing when empty.</param>
/// <param name="Evidence">Why, in a stable word.</param>
/// <param name="Expected">What the told basket weighs, in milligrams; null when unknown.</param>
public sealed record BasketVerdict(
    bool NeedsReview, IReadOnlyList<WeighedLine> Lines, string Evidence, long? Expected);

/// <summary>
/// Holds a told basket against the scale. What fits is charged as told. What is a little off is charged in the customer's
/// favour: never more than was told, and of that only what the scale misses, the dearest pieces left out first. What is far
/// off is charged by a person.
/// </summary>
public static class BasketWeights
{
    /// <summary>Checks a basket.</summary>
    /// <param name="told">What was told; null when nobody named anything.</param>
    /// <param name="lighter">How much lighter the fridge became, in milligrams; null when unknown.</param>
    /// <param name="limits">How exactly it has to fit.</param>
    /// <param name="evidence">How the basket came to be told, kept where the scale agrees.</param>
    public static BasketVerdict Check(
        IReadOnlyList<WeighedLine>? told, long? lighter, WeightLimits limits, string evidence)
    {
        IReadOnlyList<WeighedLine> lines = told ?? [];
        if (lines.Any(line => line.UnitWeight is null) || lighter is not { } measured)
        {
            // Without a scale nothing can be said against a basket, and nothing for one that nobody named.
            return told is not null && limits.SettleUnweighed
                ? new BasketVerdict(NeedsReview: false, lines, evidence + "_unweighed", Expected: null)
                : new BasketVerdict(NeedsReview: true, lines, lighter is null ? "weight_missing" : "weight_unknown", Expected: null);
        }

        var expected = lines.Sum(line => line.UnitWeight!.Value * line.Quantity);
        var tolerance = limits.ScaleTolerance + lines.Sum(line => line.Tolerance * line.Quantity);
        var off = Math.Abs(measured - expected);
        if (off <= tolerance) return new BasketVerdict(NeedsReview: false, lines, evidence, expected);
        if (told is null || off > limits.ReviewAbove)
        {
            return new BasketVerdict(
                NeedsReview: true, lines, told is null ? Unsaid(evidence) : measured > expected ? "more_missing" : "less_missing", expected);
        }

        return new BasketVerdict(
            NeedsReview: false, InFavour(lines, measured, limits.ScaleTolerance), evidence + "_in_favour", expected);
    }

    /// <summary>Something is missing, so it was opened after all.</summary>
    private static string Unsaid(string evidence) => evidence == "never_opened" ? "basket_unsaid" : evidence;

    /// <summary>
    /// What of the told basket is charged when it weighs more than what is missing: the dearest pieces are left out until the
    /// rest fits.
    /// </summary>
    private static List<WeighedLine> InFavour(IReadOnlyList<WeighedLine> lines, long measured, long scale)
    {
        var kept = lines.OrderByDescending(line => line.UnitPrice).ThenBy(line => line.Slot, StringComparer.Ordinal).ToList();
        for (var dearest = 0; dearest < kept.Count && !Fits(kept, measured, scale);)
        {
            if (kept[dearest].Quantity == 0) dearest++;
            else kept[dearest] = kept[dearest] with { Quantity = kept[dearest].Quantity - 1 };
        }

        return [.. kept.Where(line => line.Quantity > 0).OrderBy(line => line.Slot, StringComparer.Ordinal)];
    }

    private static bool Fits(List<WeighedLine> lines, long measured, long scale) =>
        lines.Sum(line => (line.UnitWeight!.Value - line.Tolerance) * line.Quantity) <= Math.Max(measured, 0) + scale;
}
