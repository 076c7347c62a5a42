using System.Collections.Frozen;

namespace Automat.StripeSandbox.Requests;

/// <summary>The currencies Stripe charges in, and how many decimals their minor unit has.</summary>
internal static class Currencies
{
    private static readonly FrozenSet<string> Known = """
        usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf
        clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel ghs gip gmd gnf gtq gyd hkd hnl htg huf idr
        ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr
        mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd
        shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw
        """.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> WithoutDecimals =
        "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".Split(' ')
        .ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> WithThree =
        "bhd jod kwd omr tnd".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The currency a parameter names, in lower case.</summary>
    /// <exception cref="StripeException">Missing, or nothing Stripe charges in.</exception>
    public static string Required(StripeParams from, string name = "currency")
    {
        var currency = from.Required(name).ToLowerInvariant();
        if (Known.Contains(currency)) return currency;
        throw StripeException.Invalid(
            $"Invalid currency: {currency}. Stripe currently supports these currencies: {string.Join(", ", Known)}",
            from.PathOf(name));
    }

    public static int Decimals(string currency) =>
        WithoutDecimals.Contains(currency) ? 0 : WithThree.Contains(currency) ? 3 : 2;

    /// <summary>An amount as people read it: <c>12.50 EUR</c>.</summary>
    public static string Show(long amount, string currency)
    {
        var decimals = Decimals(currency);
        var scale = decimals switch { 0 => 1m, 3 => 1000m, _ => 100m };
        return (amount / scale).ToString("N" + decimals, System.Globalization.CultureInfo.InvariantCulture)
            + " " + currency.ToUpperInvariant();
    }
}
