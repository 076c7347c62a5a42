using Automat.Domain.Goods;

namespace Automat.Domain.Tests.Goods;

[Trait("Accepts", "S2-15")]
public sealed class GoodsTests
{
    [Theory]
    [InlineData("4006381333931", "4006381333931")]
    [InlineData(" 4006381-333931 ", "4006381333931")]
    [InlineData("96385074", "96385074")]
    [InlineData("036000291452", "036000291452")]
    [InlineData("10614141543219", "10614141543219")]
    [InlineData("4006381333932", null)] // the last digit says otherwise
    [InlineData("400638133393", null)]
    [InlineData("123", null)]
    [InlineData("４００６３８１３３３９３１", null)] // digits of another script
    [InlineData(null, null)]
    public void A_bar_code_is_taken_when_its_last_digit_checks_the_others(string? typed, string? number) =>
        Assert.Equal(number, Gtin.Of(typed));

    [Fact]
    public void Any_one_digit_typed_wrong_is_noticed()
    {
        const string Right = "4006381333931";
        for (var at = 0; at < Right.Length; at++)
        {
            for (var digit = '0'; digit <= '9'; digit++)
            {
                var typed = Right[..at] + digit + Right[(at + 1)..];
                Assert.Equal(typed == Right, Gtin.Of(typed) is not null);
            }
        }
    }

    [Fact]
    public void Allergens_stand_in_the_order_of_the_law_each_once_and_others_are_refused()
    {
        Assert.Equal(14, Allergens.All.Count);
        Assert.Equal("gluten,milk", Allergens.Of(["milk", " Gluten ", "milk"]));
        Assert.Equal(["gluten", "milk"], Allergens.In("gluten,milk"));
        Assert.Empty(Allergens.In(Allergens.Of([])));
        Assert.Equal("allergen_unknown", Assert.Throws<RuleException>(() => Allergens.Of(["cat hair"])).Code);
    }
}
