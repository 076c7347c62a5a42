using System.Globalization;
using System.Text;
using System.Text.Json;
using Automat.Simulator.Faults;
using Automat.Simulator.Judging;
using Automat.Simulator.Machines;

namespace Automat.Simulator.Running;

/// <summary>What a run came to, for people and for programs.</summary>
public sealed record Summary
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>The seed; the same one decides the same.</summary>
    public required int Seed { get; init; }

    /// <summary>Machines by kind.</summary>
    public required IReadOnlyDictionary<string, int> Machines { get; init; }

    /// <summary>Seconds from the first machine to the last word.</summary>
    public required double Seconds { get; init; }

    /// <summary>What was counted.</summary>
    public required IReadOnlyDictionary<string, long> Counts { get; init; }

    /// <summary>Which faults struck how often.</summary>
    public required IReadOnlyDictionary<string, long> Faults { get; init; }

    /// <summary>What the server refused, by code.</summary>
    public required IReadOnlyDictionary<string, long> Refused { get; init; }

    /// <summary>Times in milliseconds.</summary>
    public required IReadOnlyDictionary<string, Percentiles> Latencies { get; init; }

    /// <summary>What the judge found.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Puts a run together.</summary>
    public static Summary Of(SimulationPlan plan, Surroundings world, TimeSpan took, Verdict verdict) => new()
    {
        Seed = world.Seed,
        Machines = plan.Machines.GroupBy(m => m.Kind.Name, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal),
        Seconds = Math.Round(took.TotalSeconds, 1),
        Counts = Enum.GetValues<Count>().ToDictionary(
            c => JsonNamingPolicy.SnakeCaseLower.ConvertName(c.ToString()), world.Figures.Of, StringComparer.Ordinal),
        Faults = FaultRates.Kinds.ToDictionary(FaultRates.NameOf, world.Weather.Struck, StringComparer.Ordinal),
        Refused = world.Figures.Refused,
        Latencies = new Dictionary<string, Percentiles>(StringComparer.Ordinal)
        {
            ["reserve"] = Percentiles.Of(world.Figures.Reserve),
            ["commit"] = Percentiles.Of(world.Figures.Commit),
            ["order"] = Percentiles.Of(world.Figures.Order),
        },
        Verdict = verdict,
    };

    /// <summary>For programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>For people.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        text.AppendLine(culture, $"seed {Seed}, {Seconds:0} s, machines: {List(Machines)}");
        text.AppendLine(culture, $"sales in the books    {List(Verdict.Sales)}");
        text.AppendLine(culture, $"at the machines       {Verdict.Dispensed} dispensed; in the books {Verdict.Committed} delivered");
        text.AppendLine(culture,
            $"late and unknown      {Verdict.LateCommits} late commits, {Verdict.ByPolicy} ended by policy, {Verdict.GivenAway} given away");
        text.AppendLine(culture, $"counted               {List(Counts)}");
        text.AppendLine(culture, $"faults                {List(Faults)}");
        text.AppendLine(culture, $"refused               {List(Refused)}");
        foreach (var (what, times) in Latencies) text.AppendLine(culture, $"{what,-21} {times}");
        foreach (var invariant in Verdict.Invariants)
        {
            text.AppendLine(culture, $"  {(invariant.Broken is null ? invariant.Checked ? "holds" : "?    " : "BROKEN")}  {invariant.Name}");
            if (invariant.Broken is { } broken) text.AppendLine(culture, $"          {broken} (seed {Seed})");
        }

        return text.ToString();
    }

    private static string List<T>(IReadOnlyDictionary<string, T> of) => of.Count == 0
        ? "none"
        : string.Join(", ", of.Where(o => o.Value is not 0L).Select(o => $"{o.Key} {o.Value}"));
}

/// <summary>Some percentiles, in milliseconds.</summary>
/// <param name="Taken">How many were measured.</param>
/// <param name="P50">Half were no slower.</param>
/// <param name="P95">Ninety-five of a hundred were no slower.</param>
/// <param name="P99">Ninety-nine of a hundred were no slower.</param>
public sealed record Percentiles(int Taken, double? P50, double? P95, double? P99)
{
    /// <summary>Reads them off.</summary>
    public static Percentiles Of(Latencies measured) => new(
        measured.Taken, Round(measured.Percentile(50)), Round(measured.Percentile(95)), Round(measured.Percentile(99)));

    /// <inheritdoc/>
    public override string ToString() => Taken == 0
        ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"p50 {P50} ms, p95 {P95} ms, p99 {P99} ms ({Taken})");

    private static double? Round(double? value) => value is { } v ? Math.Round(v, 1) : null;
}
