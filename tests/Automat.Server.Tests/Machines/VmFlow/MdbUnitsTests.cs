using Automat.Domain;
using Automat.Server.Machines.Drivers.VmFlow;

namespace Automat.Server.Tests.Machines.VmFlow;

/// <summary>Money becomes exactly one credit, or is not sold (rules 4 and 6 of the firmware's behaviour).</summary>
public sealed class MdbUnitsTests
{
    [Theory]
    [InlineData("EUR", 150, 1, 2, 150, 150)]
    [InlineData("EUR", 150, 5, 2, 150, 30)]
    [InlineData("EUR", 150, 10, 2, 150, 15)]
    [InlineData("EUR", 65_534, 1, 2, 65_534, 65_534)]
    [InlineData("EUR", 150, 1, 1, 150, 15)]
    [InlineData("JPY", 120, 10, 0, 12_000, 12)]
    [InlineData("KWD", 1_250, 1, 2, 125, 125)]
    public void A_price_is_a_whole_number_of_units(
        string currency, long amount, int scale, int decimals, long cents, int units) =>
        Assert.Equal(new BoardCredit(cents, units), CreditOf(currency, amount, scale, decimals));

    [Theory]
    [InlineData("EUR", 65_535, 1, 2)] // the board takes it for "unknown", which pays for anything
    [InlineData("EUR", 65_536, 1, 2)] // and this would wrap round to nothing
    [InlineData("EUR", 131_222, 1, 2)]
    [InlineData("EUR", 152, 5, 2)]
    [InlineData("EUR", 155, 1, 1)]
    [InlineData("EUR", 0, 1, 2)]
    [InlineData("EUR", -150, 1, 2)]
    [InlineData("KWD", 1_255, 1, 2)]
    public void A_price_that_is_none_is_not_given(string currency, long amount, int scale, int decimals) =>
        Assert.Null(CreditOf(currency, amount, scale, decimals));

    [Fact]
    public void Firmware_that_cuts_gets_the_exact_price_or_the_price_is_not_sold()
    {
        var settings = new VmFlowSettings { CutsAmounts = true };
        var given = 0;
        for (var price = 5; price <= 2_000; price += 5)
        {
            if (MdbUnits.CreditOf(new Money(price, Currency.Parse("EUR")), settings) is not { } credit) continue;
            given++;
            Assert.Equal(price, credit.Units);
            Assert.Equal(price, (int)(credit.Cents * 0.01 / 1 / 0.01)); // as that firmware counts
        }

        Assert.InRange(given, 350, 399);
        Assert.Equal(115, MdbUnits.CreditOf(new Money(115, Currency.Parse("EUR")), settings)!.Value.Cents);
        Assert.Null(MdbUnits.CreditOf(new Money(205, Currency.Parse("EUR")), settings));
    }

    [Theory]
    [InlineData("EUR", 150, 150L)]
    [InlineData("JPY", 12_000, 120L)]
    [InlineData("JPY", 12_050, null)]
    [InlineData("KWD", 125, 1_250L)]
    public void What_a_board_tells_in_hundredths_is_minor_units(string currency, long cents, long? minor) =>
        Assert.Equal(minor, MdbUnits.MinorOf(cents, Currency.Parse(currency)));

    private static BoardCredit? CreditOf(string currency, long amount, int scale, int decimals) => MdbUnits.CreditOf(
        new Money(amount, Currency.Parse(currency)), new VmFlowSettings { Scale = scale, Decimals = decimals });
}
