using System.Globalization;

namespace Automat.Domain;

/// <summary>An amount of money: minor units (cents) and their currency. Never a float, never a bare number.</summary>
/// <param name="Amount">Minor units; negative where money goes the other way.</param>
/// <param name="Currency">The currency they are counted in.</param>
public readonly record struct Money(long Amount, Currency Currency)
{
    /// <summary>No money, in a currency.</summary>
    public static Money Zero(Currency currency) => new(0, currency);

    /// <summary>Adds; overflow throws.</summary>
    /// <exception cref="RuleException"><c>currency_mismatch</c> when the currencies differ.</exception>
    public static Money operator +(Money left, Money right) => new(left.Amount + right.In(left.Currency), left.Currency);

    /// <summary>Subtracts; overflow throws.</summary>
    /// <exception cref="RuleException"><c>currency_mismatch</c> when the currencies differ.</exception>
    public static Money operator -(Money left, Money right) => new(left.Amount - right.In(left.Currency), left.Currency);

    /// <summary>The same amount in the other direction.</summary>
    public static Money operator -(Money money) => new(-money.Amount, money.Currency);

    /// <summary>So many of it.</summary>
    public static Money operator *(Money money, int times) => new(money.Amount * times, money.Currency);

    /// <summary>
    /// Takes a price written in major units, such as 1.50, exactly: 1.15 is 115 cents, never 114.
    /// </summary>
    /// <exception cref="RuleException">
    /// <c>amount_too_precise</c> when the currency has no such minor unit; <c>amount_too_large</c> beyond 64 bits.
    /// </exception>
    public static Money FromMajor(decimal major, Currency currency)
    {
        decimal minor;
        try
        {
            minor = major * currency.MinorPerMajor;
        }
        catch (OverflowException)
        {
            throw TooLarge();
        }

        if (minor != decimal.Truncate(minor))
        {
            throw new RuleException("amount_too_precise",
                $"{major.ToString(CultureInfo.InvariantCulture)} has more decimals than {currency} ({currency.MinorDigits}).");
        }

        return minor is >= long.MinValue and <= long.MaxValue ? new Money((long)minor, currency) : throw TooLarge();

        static RuleException TooLarge() => new("amount_too_large", "That amount is too large.");
    }

    /// <summary>The amount in major units, for showing and for JSON numbers: 150 cents is 1.50.</summary>
    public decimal ToMajor() => (decimal)Amount / Currency.MinorPerMajor;

    /// <summary>The minor units, after checking that they are of this currency.</summary>
    /// <exception cref="RuleException"><c>currency_mismatch</c> when they are not.</exception>
    public long In(Currency currency) => Currency == currency
        ? Amount
        : throw new RuleException("currency_mismatch", $"Amounts of {Currency} and {currency} don't add.");

    /// <summary>For logs and messages, such as <c>1.50 EUR</c>; pages format by the reader's language.</summary>
    public override string ToString() =>
        ToMajor().ToString("F" + Currency.MinorDigits, CultureInfo.InvariantCulture) + " " + Currency.Code;
}
