namespace Automat.Domain.Meters;

/// <summary>
/// What a machine's counters say about coins and notes, in minor units of its currency, all since the same moment. What the
/// machine does not tell is zero.
/// </summary>
public sealed record CashMeters
{
    /// <summary>Put in, by customers and by hand.</summary>
    public long In { get; init; }

    /// <summary>Of that into the cash box.</summary>
    public long Box { get; init; }

    /// <summary>Of that as notes.</summary>
    public long Notes { get; init; }

    /// <summary>Of that into the coin tubes.</summary>
    public long Tubes { get; init; }

    /// <summary>Coins given out, by hand included.</summary>
    public long Dispensed { get; init; }

    /// <summary>Of that by hand.</summary>
    public long DispensedByHand { get; init; }

    /// <summary>Of <see cref="In"/>, filled into the tubes by hand.</summary>
    public long Filled { get; init; }

    /// <summary>Kept because no change could be given.</summary>
    public long Overpaid { get; init; }

    /// <summary>Cash that was loaded onto cards.</summary>
    public long LoadedToCards { get; init; }

    /// <summary>Sales for coins and notes.</summary>
    public long Sold { get; init; }

    /// <summary>Whether the machine counts what is filled in by hand.</summary>
    public bool TellsFills { get; init; }

    /// <summary>Whether the machine tells of coins and notes at all; without that there is nothing to compare.</summary>
    public bool Tells { get; init; } = true;

    /// <summary>
    /// What customers put in and did not get back, less what that was for. Zero in a machine that counts rightly; the identity
    /// is <c>(in − filled) − (dispensed − by hand) = sold + overpaid + loaded onto cards + residual</c>.
    /// </summary>
    public long Residual => In - Filled - (Dispensed - DispensedByHand) - Sold - Overpaid - LoadedToCards;
}
