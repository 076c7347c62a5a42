using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests;

[Trait("Accepts", "S2-27")]
public sealed class TaxRateTests
{
    [Theory]
    [InlineData(1900, 119, 19)]
    [InlineData(1900, 100, 16)] // 15.966
    [InlineData(700, 150, 10)] // 9.813
    [InlineData(810, 350, 26)] // 26.226
    [InlineData(0, 500, 0)]
    [InlineData(10_000, 3, 2)] // 1.5: a half goes away from zero
    [InlineData(10_000, -3, -2)]
    [InlineData(1900, 0, 0)]
    public void The_tax_inside_a_price_is_rounded_to_the_minor_unit(int rate, long gross, long tax)
    {
        Assert.Equal(tax, new TaxRate(rate).TaxIn(gross));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10_001)]
    public void A_rate_outside_nothing_to_a_hundred_percent_is_refused(int rate)
    {
        Assert.Equal("tax_rate_invalid", Assert.Throws<RuleException>(() => new TaxRate(rate)).Code);
    }

    [Theory]
    [InlineData(1900, "19")]
    [InlineData(810, "8.1")]
    [InlineData(525, "5.25")]
    [InlineData(0, "0")]
    public void A_rate_is_named_as_on_a_receipt(int rate, string name) => Assert.Equal(name, new TaxRate(rate).ToString());

    [Fact]
    public void Tax_and_net_are_the_price_and_the_tax_fits_the_rate_to_half_a_cent() =>
        Prop.ForAll(
            Gen.Choose(0, 10_000).Zip(Gen.Choose(-2_000_000_000, 2_000_000_000)).ToArbitrary(),
            drawn =>
            {
                var (points, gross) = drawn;
                var tax = new TaxRate(points).TaxIn(gross);
                var net = gross - tax;
                // tax / gross = rate / (1 + rate), at most half a unit away
                var exact = (decimal)gross * points / (10_000 + points);
                return Math.Abs(tax - exact) <= 0.5m && tax == -new TaxRate(points).TaxIn(-gross)
                    && Math.Abs(tax) <= Math.Abs((long)gross) && net + tax == gross;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Even_the_largest_amount_has_a_tax() =>
        Assert.Equal(1_472_639_232_775_132_272, new TaxRate(1900).TaxIn(long.MaxValue));
}
