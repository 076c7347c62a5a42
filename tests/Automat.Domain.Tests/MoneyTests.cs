using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests;

[Trait("Accepts", "S2-27")]
public sealed class MoneyTests
{
    private static readonly Gen<Currency> AnyCurrency =
        Gen.Elements("EUR", "USD", "JPY", "KRW", "KWD", "TND", "CLF", "UYW").Select(Currency.Parse);

    private static readonly Gen<long> AnyAmount =
        Gen.Choose(int.MinValue, int.MaxValue).Zip(Gen.Choose(0, 1 << 20), (high, low) => ((long)high << 20) + low);

    [Theory]
    [Trait("Accepts", "S0-trap-cents")]
    [Trait("Accepts", "S3-trap-cents")]
    [InlineData("1.15", 115)]
    [InlineData("19.99", 1999)]
    [InlineData("0.29", 29)]
    [InlineData("2.30", 230)]
    [InlineData("4.35", 435)]
    [InlineData("1.1", 110)]
    [InlineData("-0.01", -1)]
    [InlineData("0", 0)]
    [InlineData("1.500000", 150)]
    public void A_price_becomes_exactly_its_cents(string price, long cents)
    {
        Assert.Equal(cents, Money.FromMajor(Price(price), Currency.Eur).Amount);
    }

    [Fact]
    [Trait("Accepts", "S0-trap-cents")]
    public void Every_price_from_nothing_to_two_hundred_euros_becomes_exactly_its_cents()
    {
        for (var cents = 0L; cents <= 20_000; cents++)
        {
            var written = string.Create(CultureInfo.InvariantCulture, $"{cents / 100}.{cents % 100:00}");

            Assert.Equal(cents, Money.FromMajor(Price(written), Currency.Eur).Amount);
        }
    }

    [Theory]
    [InlineData("JPY", "150", 150)]
    [InlineData("EUR", "1.50", 150)]
    [InlineData("KWD", "1.505", 1_505)]
    [InlineData("CLF", "1.5051", 15_051)]
    public void Each_currency_counts_in_its_own_minor_unit(string currency, string price, long minor)
    {
        var money = Money.FromMajor(Price(price), Currency.Parse(currency));

        Assert.Equal(minor, money.Amount);
        Assert.Equal(Price(price), money.ToMajor());
        Assert.Equal($"{price} {currency}", money.ToString());
    }

    [Theory]
    [InlineData("JPY", "1.5")]
    [InlineData("EUR", "1.505")]
    [InlineData("KWD", "1.5055")]
    [InlineData("CLF", "1.50555")]
    public void A_price_finer_than_the_currency_is_refused_and_never_rounded(string currency, string price)
    {
        Assert.Equal("amount_too_precise", Refused(() => Money.FromMajor(Price(price), Currency.Parse(currency))));
    }

    [Theory]
    [InlineData("EUR", "92233720368547758.08")]
    [InlineData("EUR", "79228162514264337593543950335")]
    [InlineData("JPY", "-9223372036854775809")]
    public void A_price_beyond_64_bits_is_refused(string currency, string price)
    {
        Assert.Equal("amount_too_large", Refused(() => Money.FromMajor(Price(price), Currency.Parse(currency))));
    }

    [Theory]
    [InlineData("92233720368547758.07", long.MaxValue)]
    [InlineData("-92233720368547758.08", long.MinValue)]
    public void The_largest_amounts_still_fit(string price, long minor)
    {
        Assert.Equal(minor, Money.FromMajor(Price(price), Currency.Eur).Amount);
    }

    [Fact]
    public void Major_units_and_back_is_the_same_money() =>
        Prop.ForAll(AnyAmount.Zip(AnyCurrency).ToArbitrary(), pair =>
        {
            var money = new Money(pair.Item1, pair.Item2);
            return Money.FromMajor(money.ToMajor(), money.Currency) == money;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Adding_and_taking_away_undo_each_other() =>
        Prop.ForAll(AnyAmount.Two().Zip(AnyCurrency).ToArbitrary(), drawn =>
        {
            var ((left, right), currency) = drawn;
            var (a, b) = (new Money(left, currency), new Money(right, currency));
            return a + b - b == a && a + b == b + a && -(-a) == a && a - b == -(b - a) && a * 3 == a + a + a
                && a + Money.Zero(currency) == a;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Amounts_of_two_currencies_never_meet() =>
        Prop.ForAll(AnyCurrency.Two().Where(c => c.Item1 != c.Item2).ToArbitrary(), drawn =>
        {
            var (a, b) = (new Money(1, drawn.Item1), new Money(1, drawn.Item2));
            return Refused(() => a + b) == "currency_mismatch" && Refused(() => a - b) == "currency_mismatch"
                && Refused(() => new Money(a.In(b.Currency), b.Currency)) == "currency_mismatch";
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_amount_that_would_wrap_around_throws()
    {
        var most = new Money(long.MaxValue, Currency.Eur);
        var least = new Money(long.MinValue, Currency.Eur);
        var cent = new Money(1, Currency.Eur);

        Assert.Throws<OverflowException>(() => most + cent);
        Assert.Throws<OverflowException>(() => least - cent);
        Assert.Throws<OverflowException>(() => -least);
        Assert.Throws<OverflowException>(() => most * 2);
    }

    private static decimal Price(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static string Refused(Func<Money> act) => Assert.Throws<RuleException>(() => act()).Code;
}
