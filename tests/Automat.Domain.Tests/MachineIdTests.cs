namespace Automat.Domain.Tests;

public sealed class MachineIdTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("SNACK-1")]
    [InlineData("cab_07")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void A_name_of_letters_digits_hyphens_and_underscores_is_taken_as_it_is(string text)
    {
        Assert.Equal(text, MachineId.Parse(text).Value);
        Assert.Equal(text, MachineId.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("#")]
    [InlineData("+")]
    [InlineData("cab/+")]
    [InlineData("cab/#")]
    [InlineData("$SYS")]
    [InlineData("cab/07")]
    [InlineData("..")]
    [InlineData("cab%2F07")]
    [InlineData("cab 07")]
    [InlineData("cab\n07")]
    [InlineData("cab\007")]
    [InlineData("cäb")]
    [InlineData("cab７")] // a digit, but not one of ours
    [InlineData("';--")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public void A_name_that_could_widen_a_topic_or_a_path_is_refused(string text)
    {
        Assert.False(MachineId.TryParse(text, out _));
        Assert.Equal("machine_id_invalid", Assert.Throws<RuleException>(() => MachineId.Parse(text)).Code);
    }

    [Fact]
    public void Nothing_is_no_machine()
    {
        Assert.False(MachineId.TryParse(null, out _));
        Assert.Throws<InvalidOperationException>(() => default(MachineId).Value);
    }
}
