using System.Globalization;

namespace Automat.Domain.Goods;

/// <summary>Goods that are sold by weight: whole grams, at a price per kilogram. Nothing here knows a fraction.</summary>
public static class Weights
{
    /// <summary>Grams of a kilogram.</summary>
    public const int Kilogram = 1_000;

    /// <summary>Grams of one product that one purchase may have.</summary>
    public const int MostInPurchase = 100 * Kilogram;

    private const int MostDigits = 6;
    private const int Decimals = 3;

    /// <summary>
    /// What so many grams cost: exact, then rounded once to a whole minor unit, half a unit away from zero.
    /// </summary>
    /// <exception cref="OverflowException">It does not fit into 64 bits.</exception>
    public static long PriceOf(long grams, long pricePerKilogram) => checked((long)ExactlyOf(grams, pricePerKilogram));

    /// <summary>The same where it may be too large.</summary>
    internal static Int128 ExactlyOf(long grams, long pricePerKilogram)
    {
        var exact = (Int128)grams * pricePerKilogram;
        var half = exact < 0 ? -Kilogram / 2 : Kilogram / 2;
        return (exact + half) / Kilogram; // integers are cut off towards zero
    }

    /// <summary>A weight as people read it, to the gram: <c>0.250 kg</c>. The space never breaks.</summary>
    public static string Text(long grams, IFormatProvider reader) => ((decimal)grams / Kilogram).ToString("N3", reader) + "\u00a0kg";

    /// <summary>A weight as a field shows it, in kilograms: <c>0.25</c>; read again it is the same.</summary>
    public static string Typed(long grams, IFormatProvider reader) => ((decimal)grams / Kilogram).ToString("0.###", reader);

    /// <summary>
    /// Kilograms as somebody typed them, with a point or a comma and at most three decimals. One thousand is written without a
    /// separator: where the reader's language could mean thousands by it, nothing is guessed.
    /// </summary>
    /// <param name="typed">As typed.</param>
    /// <param name="reader">How the reader writes numbers.</param>
    /// <param name="grams">The weight; nothing when it could not be read.</param>
    /// <returns>Why not; null when it could be read. Zero is read as well.</returns>
    public static WeightFault? Read(string? typed, NumberFormatInfo reader, out int grams)
    {
        ArgumentNullException.ThrowIfNull(reader);
        grams = 0;
        var text = typed?.Trim() ?? "";
        if (text.EndsWith("kg", StringComparison.OrdinalIgnoreCase)) text = text[..^2].TrimEnd();
        if (text.Length is 0 or > 20 || text.Any(c => !char.IsAsciiDigit(c) && c is not ('.' or ','))) return WeightFault.NoNumber;
        var at = text.IndexOfAny(['.', ',']);
        if (at != text.LastIndexOfAny(['.', ','])) return WeightFault.Ambiguous;
        var (whole, part) = at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
        if (whole.Length == 0 || (at >= 0 && part.Length == 0)) return WeightFault.NoNumber;
        // "1.000" where the point separates thousands; "0.250" cannot be meant so.
        if (part.Length == Decimals && whole.Length <= Decimals && whole[0] != '0' && IsOfThousands(text[at], reader)) return WeightFault.Ambiguous;
        if (part.TrimEnd('0').Length > Decimals) return WeightFault.TooPrecise;
        if (whole.TrimStart('0').Length > MostDigits) return WeightFault.TooMuch;
        grams = (int.Parse(whole, NumberStyles.None, CultureInfo.InvariantCulture) * Kilogram)
            + int.Parse(part.TrimEnd('0').PadRight(Decimals, '0'), NumberStyles.None, CultureInfo.InvariantCulture);
        return null;
    }

    private static bool IsOfThousands(char separator, NumberFormatInfo reader) => reader.NumberDecimalSeparator is not [var own] || own != separator;
}
