using Automat.Simulator.Faults;

namespace Automat.Simulator.Tests;

/// <summary>What goes wrong is decided by the seed and nothing else.</summary>
public sealed class FaultPlanTests
{
    private const int Looks = 2_000;

    [Fact]
    public void The_same_seed_decides_the_same_for_every_kind_of_fault()
    {
        foreach (var kind in FaultRates.Kinds)
        {
            Assert.Equal(Decisions(Plan(7, "m-1"), kind), Decisions(Plan(7, "m-1"), kind));
        }
    }

    [Fact]
    public void Another_seed_or_another_machine_decides_otherwise()
    {
        var one = Decisions(Plan(7, "m-1"), FaultKind.Duplicate);

        Assert.NotEqual(one, Decisions(Plan(8, "m-1"), FaultKind.Duplicate));
        Assert.NotEqual(one, Decisions(Plan(7, "m-2"), FaultKind.Duplicate));
    }

    [Fact]
    public void How_often_one_kind_is_asked_for_changes_nothing_for_another()
    {
        var quiet = Plan(7, "m-1");
        var busy = Plan(7, "m-1");
        for (var i = 0; i < 123; i++) busy.Strikes(FaultKind.Delay);

        Assert.Equal(Decisions(quiet, FaultKind.RequestLost), Decisions(busy, FaultKind.RequestLost));
    }

    [Fact]
    public async Task Threads_that_ask_side_by_side_get_the_same_decisions_between_them()
    {
        var alone = Decisions(Plan(7, "m-1"), FaultKind.Duplicate).Count(struck => struck);
        var shared = Plan(7, "m-1");

        var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            Enumerable.Range(0, Looks / 8).Count(_ => shared.Strikes(FaultKind.Duplicate)))));

        Assert.Equal(alone, counts.Sum());
    }

    [Fact]
    public void A_rate_is_how_often_it_strikes()
    {
        var rates = FaultRates.None.With(FaultKind.Delay, 0.2);
        var struck = Decisions(new FaultPlan(7, "m-1", new Weather(rates)), FaultKind.Delay).Count(s => s);

        Assert.InRange(struck, Looks * 0.15, Looks * 0.25);
        Assert.DoesNotContain(true, Decisions(new FaultPlan(7, "m-1", new Weather(rates)), FaultKind.PowerCut));
    }

    [Fact]
    public void When_it_is_calm_nothing_strikes_and_what_struck_before_is_counted()
    {
        var weather = new Weather(FaultRates.None.With(FaultKind.Delay, 1));
        var plan = new FaultPlan(7, "m-1", weather);

        Assert.True(plan.Strikes(FaultKind.Delay));
        weather.Calm();
        Assert.False(plan.Strikes(FaultKind.Delay));
        Assert.Equal(1, weather.Struck(FaultKind.Delay));
    }

    [Fact]
    public void Single_rates_are_laid_over_a_preset()
    {
        var rates = FaultRates.Preset("some").Reading(["answer-lost=0.5", "power-cut=0"]);

        Assert.Equal(0.5, rates.Of(FaultKind.AnswerLost));
        Assert.Equal(0, rates.Of(FaultKind.PowerCut));
        Assert.Equal(FaultRates.Some.Of(FaultKind.Delay), rates.Of(FaultKind.Delay));
    }

    [Theory]
    [InlineData("answer-lost")]
    [InlineData("answer-lost=2")]
    [InlineData("answer-lost=-1")]
    [InlineData("answer-lost=often")]
    [InlineData("gremlins=0.1")]
    public void What_is_no_rate_is_refused_with_a_sentence(string written) =>
        Assert.Throws<FormatException>(() => FaultRates.None.Reading([written]));

    [Fact]
    public void There_are_three_presets_and_no_fourth() =>
        Assert.Throws<FormatException>(() => FaultRates.Preset("plenty"));

    private static FaultPlan Plan(int seed, string machine) => new(seed, machine, new Weather(FaultRates.Many));

    private static List<bool> Decisions(FaultPlan plan, FaultKind kind) =>
        [.. Enumerable.Range(0, Looks).Select(_ => plan.Strikes(kind))];
}
