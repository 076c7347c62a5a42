using Automat.Domain.Meters;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Meters;

public sealed class CashReconciliationTests
{
    private static readonly CashMeters First = new()
    {
        In = 9850,
        Box = 4250,
        Tubes = 3600,
        Notes = 2000,
        Dispensed = 1730,
        Overpaid = 50,
        Sold = 8070,
    };

    private static readonly CashMeters Second = First with { In = 9960, Tubes = 3710, Sold = 8180 };

    private enum What
    {
        Sale,
        SaleWithChange,
        Overpaid,
        Fill,
        ByHand,
        CardLoad,
        Box,
        Note,
    }

    [Fact]
    public void The_example_pair_leaves_nothing_to_explain()
    {
        var span = CashReconciliation.Between(First, Second);

        Assert.Equal((110L, 110L, 0L, 0L), (span.Taken, span.Sold, span.Residual, span.InBoxAndNotes));
        Assert.Empty(span.Parts);
        Assert.Equal(0, CashReconciliation.Since(First).Residual);
        Assert.Equal(0, CashReconciliation.Since(new CashMeters { In = 1330, Box = 400, Tubes = 630, Notes = 300, Dispensed = 400, Sold = 930 }).Residual);
    }

    [Fact]
    public void Each_cause_is_named_with_its_amount()
    {
        var after = Second with
        {
            In = Second.In + 500 + 70 + 300,
            Filled = 500,
            Tubes = Second.Tubes + 500,
            Overpaid = 120,
            LoadedToCards = 300,
            Dispensed = Second.Dispensed + 200,
            DispensedByHand = 200,
            TellsFills = true,
        };

        var span = CashReconciliation.Between(First, after);

        Assert.Equal(
            [new(DifferenceCause.ManualFill, 300), new(DifferenceCause.CardLoad, 300), new Difference(DifferenceCause.Overpaid, 70)],
            span.Parts);
        Assert.Equal(0, span.Residual);
    }

    [Fact]
    public void Coins_in_the_tubes_of_a_machine_that_counts_no_fills_are_presumed_to_be_one()
    {
        var after = Second with { In = Second.In + 500, Tubes = Second.Tubes + 500 };

        Assert.Equal([new Difference(DifferenceCause.ManualFill, 500, Presumed: true)], CashReconciliation.Between(First, after).Parts);
        Assert.Equal(500, CashReconciliation.Between(First, after with { TellsFills = true }).Residual);
    }

    [Fact]
    public void Money_that_nobody_can_explain_is_left_standing()
    {
        var span = CashReconciliation.Between(First, Second with { Sold = Second.Sold + 250 });

        Assert.Equal([new Difference(DifferenceCause.Unexplained, -250)], span.Parts);
        Assert.Equal(-250, span.Residual);
    }

    [Fact]
    public void What_was_always_off_is_an_offset_and_no_news()
    {
        var always = CashReconciliation.Shared([-730, -730, -980]);

        Assert.Equal(-730, always);
        var span = CashReconciliation.Since(new CashMeters { In = 1_000, Sold = 1_980 }, always);
        Assert.Equal([new(DifferenceCause.ConstantOffset, -730), new Difference(DifferenceCause.Unexplained, -250)], span.Parts);
        Assert.Equal(0, CashReconciliation.Shared([100, -100]));
        Assert.Equal(0, CashReconciliation.Shared([100, 0]));
        Assert.Equal(0, CashReconciliation.Shared([]));
    }

    [Fact]
    public void A_counter_that_ran_out_of_digits_is_not_money()
    {
        var before = new CashMeters { In = 99_999_950, Sold = 9_000 };

        var span = CashReconciliation.Between(before, new CashMeters { In = 60, Sold = 9_110 });

        Assert.Equal(0, span.Residual);
        Assert.Equal([new Difference(DifferenceCause.RollOver, -100_000_000)], span.Parts);
        Assert.Equal(span.Gap, span.Parts.Sum(p => p.Amount));
    }

    [Fact]
    public void A_restarted_counter_makes_the_span_an_estimate()
    {
        var span = CashReconciliation.Between(First, new CashMeters { In = 300, Tubes = 300, Sold = 300 });

        Assert.True(span.Estimate);
        Assert.Equal(0, span.Residual);
        Assert.Equal(300, span.Sold);
    }

    [Theory]
    [InlineData(100, 250, 150, MeterMove.Counted)]
    [InlineData(250, 250, 0, MeterMove.Counted)]
    [InlineData(9_990, 10, 20, MeterMove.RolledOver)]
    [InlineData(999_900, 400, 500, MeterMove.RolledOver)]
    [InlineData(99_999_999, 0, 1, MeterMove.RolledOver)]
    [InlineData(12_470, 300, 300, MeterMove.Restarted)]
    [InlineData(9_990, 5_000, 5_000, MeterMove.Restarted)]
    [InlineData(12_000_000_000, 7, 7, MeterMove.Restarted)]
    public void A_counter_that_shows_less_either_rolled_over_or_was_restarted(long before, long after, long amount, MeterMove move)
    {
        var step = MeterStep.Between(before, after);

        Assert.Equal((amount, move), (step.Amount, step.Move));
    }

    [Fact]
    public void What_a_driver_counted_is_held_against_box_and_notes()
    {
        var span = CashReconciliation.Between(First, Second with { Box = First.Box + 900, DispensedByHand = 200, Dispensed = First.Dispensed + 200 });

        Assert.Empty(CashReconciliation.Counted(900, span));
        Assert.Equal([new Difference(DifferenceCause.Unexplained, -5)], CashReconciliation.Counted(895, span));
        Assert.Equal([new Difference(DifferenceCause.ManualFill, 200, Presumed: true)], CashReconciliation.Counted(1_100, span));
        Assert.Equal(230, CashReconciliation.Counted(1_130, span).Sum(d => d.Amount));
    }

    /// <summary>A machine that counts rightly, whatever happens to it, wherever its counters stand, is explained to the last cent.</summary>
    [Fact]
    public void A_machine_that_counts_rightly_is_always_explained() => Prop.ForAll(Histories, history =>
    {
        var (start, steps) = history;
        var before = Wrapped(start);
        var meters = start;
        foreach (var (what, amount) in steps) meters = Do(meters, what, amount);
        var span = CashReconciliation.Between(before, Wrapped(meters));

        return span.Residual == 0 && !span.Estimate
            && span.Sold == meters.Sold - start.Sold
            && span.InBoxAndNotes == meters.Box - start.Box + meters.Notes - start.Notes
            && span.Parts.Sum(p => p.Amount) == span.Gap
            && span.Parts.All(p => p.Cause is not DifferenceCause.Unexplained);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    /// <summary>Whatever two reads say, the parts add up to the whole difference: nothing is explained away.</summary>
    [Fact]
    public void The_parts_always_add_up_to_the_difference() => Prop.ForAll(
        Gen.Choose(0, 2_000_000).ArrayOf(20).ToArbitrary(), numbers =>
        {
            var (before, after) = (Any(numbers, 0), Any(numbers, 10));
            var span = CashReconciliation.Between(before, after);
            var since = CashReconciliation.Since(after, alwaysOffBy: numbers[0] - 1_000_000);

            return span.Parts.Sum(p => p.Amount) == span.Gap
                && since.Parts.Sum(p => p.Amount) == since.Gap;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    private static Arbitrary<(CashMeters Start, (What, int)[] Steps)> Histories { get; } =
        (from near in Gen.Elements(0L, 5_000L, 99_995_000L, 99_999_990L)
         from steps in (from what in Gen.Elements(Enum.GetValues<What>()) from amount in Gen.Choose(1, 50) select (what, amount * 10)).ArrayOf(30)
         select (new CashMeters
         {
             In = near,
             Box = near / 2,
             Tubes = near / 4,
             Notes = near / 8,
             Sold = near,
             Dispensed = near / 3,
             TellsFills = true,
         }, steps)).ToArbitrary();

    private static CashMeters Do(CashMeters m, What what, int amount) => what switch
    {
        What.Sale => m with { In = m.In + amount, Tubes = m.Tubes + amount, Sold = m.Sold + amount },
        What.SaleWithChange => m with { In = m.In + amount + 50, Box = m.Box + amount + 50, Dispensed = m.Dispensed + 50, Sold = m.Sold + amount },
        What.Overpaid => m with { In = m.In + amount + 20, Box = m.Box + amount + 20, Sold = m.Sold + amount, Overpaid = m.Overpaid + 20 },
        What.Fill => m with { In = m.In + amount, Tubes = m.Tubes + amount, Filled = m.Filled + amount },
        What.ByHand => m with { Dispensed = m.Dispensed + amount, DispensedByHand = m.DispensedByHand + amount },
        What.CardLoad => m with { In = m.In + amount, Notes = m.Notes + amount, LoadedToCards = m.LoadedToCards + amount },
        What.Box => m with { In = m.In + amount, Box = m.Box + amount, Sold = m.Sold + amount },
        What.Note => m with { In = m.In + amount, Notes = m.Notes + amount, Sold = m.Sold + amount },
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };

    /// <summary>As an eight-digit display shows it.</summary>
    private static CashMeters Wrapped(CashMeters m) => m with
    {
        In = m.In % 100_000_000,
        Box = m.Box % 100_000_000,
        Tubes = m.Tubes % 100_000_000,
        Notes = m.Notes % 100_000_000,
        Sold = m.Sold % 100_000_000,
        Dispensed = m.Dispensed % 100_000_000,
    };

    private static CashMeters Any(int[] n, int at) => new()
    {
        In = n[at],
        Box = n[at + 1],
        Tubes = n[at + 2],
        Notes = n[at + 3],
        Dispensed = n[at + 4],
        DispensedByHand = n[at + 5],
        Filled = n[at + 6],
        Overpaid = n[at + 7],
        LoadedToCards = n[at + 8],
        Sold = n[at + 9],
        TellsFills = n[at] % 2 == 0,
    };
}
