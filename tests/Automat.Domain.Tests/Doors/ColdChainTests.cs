using Automat.Domain.Doors;

namespace Automat.Domain.Tests.Doors;

/// <summary>Goods that were too warm for too long.</summary>
public sealed class ColdChainTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    [Fact]
    [Trait("Accepts", "S1-01")]
    public void A_door_left_open_for_a_moment_breaks_nothing_and_half_an_hour_does()
    {
        var warm = default(ColdChain).Hear(900, 800, Start).Hear(1_000, 800, Start.AddMinutes(10));

        Assert.False(warm.IsBroken(Patience, Start.AddMinutes(30)));
        Assert.True(warm.IsBroken(Patience, Start.AddMinutes(31)));
    }

    [Fact]
    public void Cold_again_begins_anew()
    {
        var cold = default(ColdChain).Hear(900, 800, Start).Hear(800, 800, Start.AddMinutes(20)).Hear(900, 800, Start.AddMinutes(21));

        Assert.False(cold.IsBroken(Patience, Start.AddMinutes(45)));
        Assert.True(cold.IsBroken(Patience, Start.AddMinutes(52)));
    }
}
