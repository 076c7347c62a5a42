using System.Globalization;

namespace Automat.Server.Storefront;

/// <summary>Money as a page shows it.</summary>
/// <param name="Minor">Whole minor units (cents, yen, fils).</param>
/// <param name="Currency">ISO 4217 code, upper case.</param>
public sealed record Amount(long Minor, string Currency)
{
    /// <summary>How many decimals the currency has by ISO 4217.</summary>
    public int Digits => Currency switch
    {
        "BIF" or "CLP" or "DJF" or "GNF" or "ISK" or "JPY" or "KMF" or "KRW" or "PYG" or "RWF" or "UGX" or "VND"
            or "VUV" or "XAF" or "XOF" or "XPF" => 0,
        "BHD" or "IQD" or "JOD" or "KWD" or "LYD" or "OMR" or "TND" => 3,
        _ => 2,
    };

    /// <summary>The amount in the words of a culture: <c>2,40 €</c> in German, <c>€2.40</c> in English.</summary>
    public string Format(CultureInfo culture)
    {
        var format = (NumberFormatInfo)culture.NumberFormat.Clone();
        format.CurrencySymbol = Symbol;
        format.CurrencyDecimalDigits = Digits;
        // "€2.40" but "CHF 2.40": letters need air.
        if (Symbol.Length > 1 && format.CurrencyPositivePattern == 0)
            (format.CurrencyPositivePattern, format.CurrencyNegativePattern) = (2, 12);

        var scale = Digits switch { 0 => 1m, 3 => 1000m, _ => 100m };
        return (Minor / scale).ToString("C", format);
    }

    /// <summary>The amount in the words of the current request's culture.</summary>
    public override string ToString() => Format(CultureInfo.CurrentCulture);

    /// <summary>The amount as the price of a piece, or of a kilogram: <c>12,90 €/kg</c>.</summary>
    public string Per(bool kilogram) => kilogram ? $"{this}/kg" : ToString();

    private string Symbol => Currency switch
    {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        "JPY" => "¥",
        _ => Currency,
    };
}
