namespace Automat.Simulator.Faults;

/// <summary>How much goes wrong in a run, and how much has.</summary>
/// <param name="rates">The probabilities.</param>
public sealed class Weather(FaultRates rates)
{
    private readonly long[] struck = new long[FaultRates.Kinds.Count];
    private volatile bool calm;

    /// <summary>The probabilities.</summary>
    public FaultRates Rates { get; } = rates;

    /// <summary>Nothing goes wrong any more: the run is ending, and what is open is to be settled.</summary>
    public bool IsCalm => calm;

    /// <summary>From now on nothing goes wrong.</summary>
    public void Calm() => calm = true;

    /// <summary>How often this struck, at any machine.</summary>
    public long Struck(FaultKind kind) => Interlocked.Read(ref struck[(int)kind]);

    internal void Strike(FaultKind kind) => Interlocked.Increment(ref struck[(int)kind]);
}

/// <summary>
/// What goes wrong at one machine. Each kind has dice of its own, so that whether the n-th request is lost depends on the
/// seed alone and not on how threads happened to run.
/// </summary>
public sealed class FaultPlan
{
    private readonly Weather weather;
    private readonly Dice[] dice;
    private readonly Dice amounts;

    /// <summary>The plan of one machine.</summary>
    public FaultPlan(int seed, string machine, Weather weather)
    {
        this.weather = weather;
        dice = [.. FaultRates.Kinds.Select(kind => new Dice(seed, machine, "fault " + FaultRates.NameOf(kind)))];
        amounts = new Dice(seed, machine, "fault amounts");
    }

    /// <summary>Whether this strikes now.</summary>
    public bool Strikes(FaultKind kind)
    {
        var strikes = dice[(int)kind].Next() < weather.Rates.Of(kind);
        if (!strikes || weather.IsCalm) return false;
        weather.Strike(kind);
        return true;
    }

    /// <summary>How long or how much, for a fault that struck.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) => amounts.Between(least, most);
}
