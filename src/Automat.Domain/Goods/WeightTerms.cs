namespace Automat.Domain.Goods;

/// <summary>How much of a product by weight one order may take, in grams; what is null limits nothing.</summary>
/// <param name="Least">At least so much.</param>
/// <param name="Most">At most so much.</param>
/// <param name="Step">In multiples of so much.</param>
public sealed record WeightTerms(int? Least, int? Most, int? Step)
{
    /// <summary>The most an order may take.</summary>
    public int Limit => Math.Min(Most ?? Weights.MostInPurchase, Weights.MostInPurchase);

    /// <summary>What a field for it suggests: the least, else the step, else a quarter of a kilogram.</summary>
    public int Usual => Least ?? Math.Min(Step ?? Weights.Kilogram / 4, Limit);

    /// <summary>Why so much cannot be ordered; null when it can.</summary>
    public WeightFault? FaultOf(int grams)
    {
        if (grams <= 0) return WeightFault.Nothing;
        if (grams < Least) return WeightFault.TooLittle;
        if (grams > Limit) return WeightFault.TooMuch;
        return Step is { } step && grams % step != 0 ? WeightFault.OffStep : null;
    }

    /// <summary>Whether there is an amount that fulfils all of it.</summary>
    public bool IsPossible =>
        Least is null or (> 0 and <= Weights.MostInPurchase) && Most is null or (> 0 and <= Weights.MostInPurchase)
        && Step is null or (> 0 and <= Weights.MostInPurchase) && (Least ?? 1) <= Limit
        && (Step is not { } step || ((Least ?? step) % step == 0 && (Most ?? step) % step == 0 && step <= Limit));
}
