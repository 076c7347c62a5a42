namespace Automat.Domain.Tests;

[Trait("Accepts", "S2-27")]
public sealed class CurrencyTests
{
    [Theory]
    [InlineData("EUR", 2, 100)]
    [InlineData("JPY", 0, 1)]
    [InlineData("ISK", 0, 1)]
    [InlineData("BHD", 3, 1_000)]
    [InlineData("UYW", 4, 10_000)]
    public void A_currency_knows_its_decimals(string code, int digits, long minorPerMajor)
    {
        var currency = Currency.Parse(code);

        Assert.Equal((digits, minorPerMajor), (currency.MinorDigits, currency.MinorPerMajor));
    }

    [Fact]
    public void Upper_and_lower_case_name_the_same_currency()
    {
        Assert.Equal(Currency.Eur, Currency.Parse("eur"));
        Assert.Equal("EUR", Currency.Parse("eUr").ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("EU")]
    [InlineData("EURO")]
    [InlineData("XXX")]
    [InlineData("XAU")]
    [InlineData("ABC")]
    [InlineData("ıls")] // a dotless i is no I, in whatever language the server runs
    public void What_ISO_4217_does_not_list_is_no_currency(string text)
    {
        Assert.False(Currency.TryParse(text, out _));
        Assert.Equal("currency_unknown", Assert.Throws<RuleException>(() => Currency.Parse(text)).Code);
    }

    [Fact]
    public void Nothing_is_no_currency()
    {
        Assert.False(Currency.TryParse(null, out _));
        Assert.Throws<InvalidOperationException>(() => default(Currency).Code);
    }
}
