using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Automat.Domain;

/// <summary>A currency of ISO 4217: its three letters and how many decimals its minor unit has.</summary>
public readonly record struct Currency
{
    // ISO 4217 table A.1; two decimals unless listed here. Funds, metals and test codes are left out on purpose.
    private const string NoDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
    private const string ThreeDecimals = "BHD IQD JOD KWD LYD OMR TND";
    private const string FourDecimals = "CLF UYW";
    private const string TwoDecimals =
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP "
        + "CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR "
        + "IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN "
        + "NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP "
        + "STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";

    private static readonly FrozenDictionary<string, int> Decimals = Table();

    private readonly string? code;

    private Currency(string code) => this.code = code;

    /// <summary>The euro.</summary>
    public static Currency Eur { get; } = new("EUR");

    /// <summary>Three upper-case letters.</summary>
    public string Code => code ?? throw new InvalidOperationException("A currency was never set.");

    /// <summary>Decimals of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD.</summary>
    public int MinorDigits => Decimals[Code];

    /// <summary>How many minor units make one major unit: 100 for EUR.</summary>
    public long MinorPerMajor => MinorDigits switch { 0 => 1, 2 => 100, 3 => 1_000, _ => 10_000 };

    /// <summary>Reads a code in either case.</summary>
    /// <exception cref="RuleException"><c>currency_unknown</c> when ISO 4217 does not list it.</exception>
    public static Currency Parse(string text) => TryParse(text, out var currency)
        ? currency
        : throw new RuleException("currency_unknown", $"'{text}' is not a currency of ISO 4217.");

    /// <summary>Reads a code in either case; false when ISO 4217 does not list it.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Currency currency)
    {
        currency = default;
        if (text is not { Length: 3 }) return false;
        var upper = text.ToUpperInvariant();
        if (!Decimals.ContainsKey(upper)) return false;
        currency = new Currency(string.Intern(upper));
        return true;
    }

    /// <summary>The three letters.</summary>
    public override string ToString() => Code;

    private static FrozenDictionary<string, int> Table()
    {
        var all = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (codes, decimals) in new[] { (TwoDecimals, 2), (NoDecimals, 0), (ThreeDecimals, 3), (FourDecimals, 4) })
        {
            foreach (var one in codes.Split(' ')) all.Add(one, decimals);
        }

        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
