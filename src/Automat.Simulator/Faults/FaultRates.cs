using System.Globalization;

namespace Automat.Simulator.Faults;

/// <summary>What can go wrong between a machine and the server, or at the machine.</summary>
public enum FaultKind
{
    /// <summary>What the machine says never arrives.</summary>
    RequestLost,

    /// <summary>It arrives and is done, and the answer never comes back.</summary>
    AnswerLost,

    /// <summary>The same thing is said twice.</summary>
    Duplicate,

    /// <summary>A signed request is sent again byte for byte, as somebody who listened would; must be refused.</summary>
    Replay,

    /// <summary>It arrives late.</summary>
    Delay,

    /// <summary>Later events are told before earlier ones.</summary>
    Reorder,

    /// <summary>The machine loses its power in the middle of a sale and comes back with what it had written down.</summary>
    PowerCut,

    /// <summary>The connection breaks.</summary>
    ConnectionDrop,

    /// <summary>The machine stops reading for a while.</summary>
    SlowConsumer,

    /// <summary>Nothing comes out.</summary>
    DispenseFailure,

    /// <summary>The goods are out, and the machine says so only after the money has gone back.</summary>
    LateCommit,

    /// <summary>A request is signed, or a connection opened, with another secret; must be refused.</summary>
    WrongSecret,

    /// <summary>The machine's clock is wrong by minutes when it is switched on.</summary>
    ClockDrift,

    /// <summary>A customer holds a fridge's door open for longer than its lock has patience.</summary>
    DoorHeld,

    /// <summary>A fridge names something else than what was taken.</summary>
    Miscount,
}

/// <summary>How often things go wrong: a probability for each kind, drawn whenever that kind could strike.</summary>
public sealed record FaultRates
{
    private readonly double[] rates = new double[Kinds.Count];

    private FaultRates()
    {
    }

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<FaultKind> Kinds { get; } = Enum.GetValues<FaultKind>();

    /// <summary>Everything works.</summary>
    public static FaultRates None { get; } = new();

    /// <summary>A fleet on ordinary networks in a bad week.</summary>
    public static FaultRates Some { get; } = Of(
        (FaultKind.RequestLost, 0.01), (FaultKind.AnswerLost, 0.01), (FaultKind.Duplicate, 0.02), (FaultKind.Replay, 0.002),
        (FaultKind.Delay, 0.02), (FaultKind.Reorder, 0.05), (FaultKind.PowerCut, 0.005), (FaultKind.ConnectionDrop, 0.01),
        (FaultKind.SlowConsumer, 0.005), (FaultKind.DispenseFailure, 0.02), (FaultKind.LateCommit, 0.003),
        (FaultKind.WrongSecret, 0.002), (FaultKind.ClockDrift, 0.1), (FaultKind.DoorHeld, 0.02), (FaultKind.Miscount, 0.02));

    /// <summary>As much as a short run can bear.</summary>
    public static FaultRates Many { get; } = Of(
        (FaultKind.RequestLost, 0.06), (FaultKind.AnswerLost, 0.08), (FaultKind.Duplicate, 0.15), (FaultKind.Replay, 0.03),
        (FaultKind.Delay, 0.1), (FaultKind.Reorder, 0.3), (FaultKind.PowerCut, 0.06), (FaultKind.ConnectionDrop, 0.06),
        (FaultKind.SlowConsumer, 0.03), (FaultKind.DispenseFailure, 0.12), (FaultKind.LateCommit, 0.04),
        (FaultKind.WrongSecret, 0.03), (FaultKind.ClockDrift, 0.4), (FaultKind.DoorHeld, 0.1), (FaultKind.Miscount, 0.1));

    /// <summary>The probability of a kind, from 0 to 1.</summary>
    public double Of(FaultKind kind) => rates[(int)kind];

    /// <summary>The same with another probability of one kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is none.</exception>
    public FaultRates With(FaultKind kind, double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rate, 1);
        var changed = new FaultRates();
        rates.CopyTo(changed.rates, 0);
        changed.rates[(int)kind] = rate;
        return changed;
    }

    /// <summary>Reads a preset, <c>none</c>, <c>some</c> or <c>many</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static FaultRates Preset(string name) => name switch
    {
        "none" => None,
        "some" => Some,
        "many" => Many,
        _ => throw new FormatException($"There is no preset '{name}': none, some or many."),
    };

    /// <summary>Lays single rates over these, written <c>answer-lost=0.05</c>.</summary>
    /// <exception cref="FormatException">The kind or the number is none.</exception>
    public FaultRates Reading(IEnumerable<string> written) => written.Aggregate(this, (rates, one) => rates.Reading(one));

    private FaultRates Reading(string written)
    {
        var parts = written.Split('=', 2);
        var kind = Kinds.Where(k => NameOf(k) == parts[0]).Select(k => (FaultKind?)k).FirstOrDefault()
            ?? throw new FormatException($"There is no fault '{parts[0]}': {string.Join(", ", Kinds.Select(NameOf))}.");
        return parts.Length == 2
            && double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate <= 1
            ? With(kind, rate)
            : throw new FormatException($"'{written}': a rate is a number from 0 to 1, such as {parts[0]}=0.05.");
    }

    /// <summary>A kind as it is written on the command line.</summary>
    public static string NameOf(FaultKind kind) => string.Concat(
        kind.ToString().Select((c, at) => char.IsUpper(c) ? (at > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));

    private static FaultRates Of(params (FaultKind Kind, double Rate)[] given) =>
        given.Aggregate(None, (rates, one) => rates.With(one.Kind, one.Rate));
}
