namespace Automat.Server.Temperatures;

/// <summary>Names the texts of this module's pages.</summary>
public sealed class Texts;

/// <summary>How warm it was within an hour, all sensors together.</summary>
/// <param name="From">When the hour began.</param>
/// <param name="Lowest">Hundredths of a degree.</param>
/// <param name="Mean">Hundredths of a degree.</param>
/// <param name="Highest">Hundredths of a degree.</param>
/// <param name="Minutes">Minutes with readings; 60 when none is missing.</param>
public sealed record TemperatureHourView(DateTimeOffset From, int Lowest, int Mean, int Highest, int Minutes);

/// <summary>A day of a machine's temperatures.</summary>
/// <param name="Machine">The machine's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Day">The day, by the machine's own clock.</param>
/// <param name="Hours">Hours with readings, in order.</param>
/// <param name="Points">The line of the chart, as an SVG path; null with too few readings.</param>
public sealed record TemperatureView(
    string Machine, string Name, DateOnly Day, IReadOnlyList<TemperatureHourView> Hours, string? Points)
{
    /// <summary>Where the chart begins.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>Where it ends.</summary>
    public DateTimeOffset Until { get; init; }

    /// <summary>The coldest reading of the day.</summary>
    public int? Lowest => Hours.Count > 0 ? Hours.Min(h => h.Lowest) : null;

    /// <summary>The warmest reading of the day.</summary>
    public int? Highest => Hours.Count > 0 ? Hours.Max(h => h.Highest) : null;
}
