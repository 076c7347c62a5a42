using System.Runtime.InteropServices;

namespace Automat.Domain.Meters;

/// <summary>What a counter did between two reads.</summary>
public enum MeterMove
{
    /// <summary>It went on, or stood still.</summary>
    Counted,

    /// <summary>It reached its last digit and began again at zero.</summary>
    RolledOver,

    /// <summary>It was set to zero, by a new controller or by hand; what it counted before that is not known.</summary>
    Restarted,
}

/// <summary>How far a counter went between two reads.</summary>
/// <param name="Amount">How far: exact unless it was restarted, then at least so far.</param>
/// <param name="Move">How.</param>
/// <param name="Lost">What the plain difference of the two reads lacks: the counter's size once it rolled over.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MeterStep(long Amount, MeterMove Move, long Lost = 0)
{
    /// <summary>
    /// How far a counter went from one read to the next. A counter that shows less than before either rolled over, which it
    /// does when its digits are used up, or was restarted. It is taken for rolled over only when it stood in the last tenth
    /// of its digits before and stands in the first tenth after.
    /// </summary>
    /// <param name="before">What it showed.</param>
    /// <param name="after">What it shows.</param>
    public static MeterStep Between(long before, long after)
    {
        if (after >= before) return new MeterStep(after - before, MeterMove.Counted);
        foreach (var size in Sizes)
        {
            if (before >= size) continue;
            if (before < size - (size / 10) || after >= size / 10) break;
            return new MeterStep(size - before + after, MeterMove.RolledOver, size);
        }

        return new MeterStep(after, MeterMove.Restarted);
    }

    /// <summary>Sizes counters have: four to ten decimal digits. Binary ones lie too close to say.</summary>
    private static readonly long[] Sizes =
        [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000];
}
