using System.Collections.Frozen;

namespace Automat.Server.Payments.Stripe;

/// <summary>
/// Minor units as ISO 4217 counts them, to and from the units Stripe counts in. They differ in a few currencies
/// (docs.stripe.com/currencies: "Zero-decimal currencies", "Three-decimal currencies", "Special cases").
/// </summary>
/// <remarks>
/// HUF and TWD need nothing here: Stripe charges them with two decimals like ISO does and rounds payouts only. BIF,
/// CLP, JPY and the like have no decimals in either. Currencies with three decimals are counted alike, but the last
/// digit must be zero.
/// </remarks>
internal static class StripeAmounts
{
    // No decimals in ISO 4217; Stripe still writes two, always 00.
    private static readonly FrozenSet<string> _hundredfold = FrozenSet.Create(StringComparer.Ordinal, "ISK", "UGX");

    // Two decimals in ISO 4217 (an ariary is five iraimbilanja, none of them in use); Stripe writes whole ariary.
    private static readonly FrozenSet<string> _hundredth = FrozenSet.Create(StringComparer.Ordinal, "MGA");

    private static readonly FrozenSet<string> _threeDecimals =
        FrozenSet.Create(StringComparer.Ordinal, "BHD", "JOD", "KWD", "OMR", "TND");

    /// <summary>Our amount in Stripe's units.</summary>
    /// <exception cref="ProviderRefusedException">Stripe has no way to say this amount.</exception>
    public static long ToStripe(long amount, string currency)
    {
        if (amount < 0) throw new ArgumentOutOfRangeException(nameof(amount), amount, "An amount is not negative.");
        RequireCode(currency);

        if (_hundredfold.Contains(currency)) return checked(amount * 100);
        if (_hundredth.Contains(currency)) return amount % 100 == 0 ? amount / 100 : throw NotSayable(amount, currency);
        if (_threeDecimals.Contains(currency) && amount % 10 != 0) throw NotSayable(amount, currency);
        return amount;
    }

    /// <summary>Stripe's amount in our minor units.</summary>
    /// <exception cref="ProviderAnswerException">It has a fraction that the currency has not.</exception>
    public static long FromStripe(long amount, string currency)
    {
        if (_hundredth.Contains(currency)) return checked(amount * 100);
        if (!_hundredfold.Contains(currency)) return amount;
        return amount % 100 == 0
            ? amount / 100
            : throw new ProviderAnswerException($"Stripe says {amount} {currency}, a fraction this currency has not.");
    }

    /// <summary>Stripe writes codes in lower case.</summary>
    public static string ToStripe(string currency)
    {
        RequireCode(currency);
        return currency.ToLowerInvariant();
    }

    private static void RequireCode(string currency)
    {
        if (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper))
            throw new ArgumentException("A currency is three upper-case letters.", nameof(currency));
    }

    private static ProviderRefusedException NotSayable(long amount, string currency) => new(
        "amount_not_representable", $"Stripe cannot charge {amount} minor units of {currency} exactly.", "amount");
}
