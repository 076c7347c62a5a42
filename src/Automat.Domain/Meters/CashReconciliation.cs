using System.Runtime.InteropServices;

namespace Automat.Domain.Meters;

/// <summary>Why two ways of counting the same money differ.</summary>
public enum DifferenceCause
{
    /// <summary>It has always been off by this much: the counters were not set to zero together.</summary>
    ConstantOffset,

    /// <summary>Coins filled in or taken out by hand, which are nobody's purchase.</summary>
    ManualFill,

    /// <summary>Cash loaded onto cards: it is in the machine, and was no sale.</summary>
    CardLoad,

    /// <summary>Money kept because no change could be given.</summary>
    Overpaid,

    /// <summary>A counter ran out of digits.</summary>
    RollOver,

    /// <summary>A counter was set to zero between the reads.</summary>
    Restart,

    /// <summary>None of these: somebody has to look.</summary>
    Unexplained,
}

/// <summary>A part of a difference and why it is.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Amount">How much of it, minor units.</param>
/// <param name="Presumed">The machine did not say so itself; it fits what it did say.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Difference(DifferenceCause Cause, long Amount, bool Presumed = false);

/// <summary>One time span of a machine's cash: what came in, what it was for, and what is left to explain.</summary>
/// <param name="Taken">What customers and staff put in, less what the machine gave out; minor units.</param>
/// <param name="Sold">What was sold for cash in the same time, as the machine counts.</param>
/// <param name="Gap">The difference of the two as plain subtraction of the reads would have it.</param>
/// <param name="Parts">The gap, split by cause; the amounts add up to exactly it.</param>
/// <param name="Residual">What is unexplained; zero in a machine that counts rightly.</param>
/// <param name="InBoxAndNotes">What a driver should find in cash box and note stacker.</param>
/// <param name="ByHand">Coins taken out of the tubes by hand, which a driver may have put into the bag too.</param>
/// <param name="Estimate">A counter was restarted, so the numbers are no more than a lower bound.</param>
public sealed record CashSpan(
    long Taken, long Sold, long Gap, IReadOnlyList<Difference> Parts, long Residual, long InBoxAndNotes, long ByHand, bool Estimate);

/// <summary>Holds a machine's own counters against each other, the ledger and what a driver counted. Pure; minor units throughout.</summary>
public static class CashReconciliation
{
    /// <summary>The span between two reads, from the counters since the machine was initialised.</summary>
    public static CashSpan Between(CashMeters before, CashMeters after)
    {
        long lost = 0;
        var (rolled, restarted) = (false, false);
        var span = new CashMeters
        {
            In = Step(before.In, after.In, 1),
            Box = Step(before.Box, after.Box, 0),
            Notes = Step(before.Notes, after.Notes, 0),
            Tubes = Step(before.Tubes, after.Tubes, 0),
            Dispensed = Step(before.Dispensed, after.Dispensed, -1),
            DispensedByHand = Step(before.DispensedByHand, after.DispensedByHand, 0),
            Filled = Step(before.Filled, after.Filled, 0),
            Overpaid = Step(before.Overpaid, after.Overpaid, 0),
            LoadedToCards = Step(before.LoadedToCards, after.LoadedToCards, 0),
            Sold = Step(before.Sold, after.Sold, -1),
            TellsFills = after.TellsFills,
            Tells = before.Tells && after.Tells,
        };
        return Explain(span, rolled ? lost : 0, restarted, offset: 0);

        long Step(long from, long to, int weight)
        {
            var step = MeterStep.Between(from, to);
            restarted |= step.Move is MeterMove.Restarted;
            rolled |= step.Move is MeterMove.RolledOver;
            lost += weight * step.Lost;
            return step.Amount;
        }
    }

    /// <summary>
    /// All that a machine has counted since one moment, such as its last reset. What its counters were always off by, if that
    /// is known from an earlier read, is named so.
    /// </summary>
    public static CashSpan Since(CashMeters meters, long alwaysOffBy = 0) => Explain(meters, lost: 0, restarted: false, alwaysOffBy);

    /// <summary>
    /// Splits the residual of one machine at several reads: what is the same in all of them is a constant offset.
    /// </summary>
    /// <returns>The part of each residual that all share; zero when they have different signs or one is zero.</returns>
    public static long Shared(IReadOnlyList<long> residuals)
    {
        if (residuals.Count == 0) return 0;
        if (residuals.All(r => r > 0)) return residuals.Min();
        return residuals.All(r => r < 0) ? residuals.Max() : 0;
    }

    /// <summary>What a driver counted, less what box and notes should have held; coins taken from the tubes may be in the bag.</summary>
    /// <returns>The difference split by cause; empty when there is none.</returns>
    public static IReadOnlyList<Difference> Counted(long counted, CashSpan span)
    {
        var difference = counted - span.InBoxAndNotes;
        if (difference == 0) return [];
        var fromTubes = Math.Clamp(difference, 0, span.ByHand);
        List<Difference> parts = [];
        if (fromTubes != 0) parts.Add(new Difference(DifferenceCause.ManualFill, fromTubes, Presumed: true));
        if (difference != fromTubes) parts.Add(new Difference(span.Estimate ? DifferenceCause.Restart : DifferenceCause.Unexplained, difference - fromTubes));
        return parts;
    }

    private static CashSpan Explain(CashMeters span, long lost, bool restarted, long offset)
    {
        var taken = span.In - span.Dispensed;
        var parts = new List<Difference>();
        Add(DifferenceCause.RollOver, -lost);
        Add(DifferenceCause.ManualFill, span.Filled - span.DispensedByHand);
        Add(DifferenceCause.CardLoad, span.LoadedToCards);
        Add(DifferenceCause.Overpaid, span.Overpaid);
        var residual = span.Residual;
        if (offset != 0 && Math.Sign(offset) == Math.Sign(residual) && Math.Abs(offset) <= Math.Abs(residual))
        {
            Add(DifferenceCause.ConstantOffset, offset);
            residual -= offset;
        }

        if (restarted)
        {
            Add(DifferenceCause.Restart, residual);
            residual = 0;
        }
        else if (!span.TellsFills && residual > 0 && residual <= span.Tubes && span.Tells)
        {
            // Coins that went into the tubes and bought nothing: a machine that does not count fills was filled.
            parts.Add(new Difference(DifferenceCause.ManualFill, residual, Presumed: true));
            residual = 0;
        }
        else
        {
            Add(DifferenceCause.Unexplained, residual);
        }

        return new CashSpan(taken, span.Sold, taken - span.Sold - lost, parts, residual, span.Box + span.Notes, span.DispensedByHand, restarted);

        void Add(DifferenceCause cause, long amount)
        {
            if (amount != 0) parts.Add(new Difference(cause, amount));
        }
    }
}
