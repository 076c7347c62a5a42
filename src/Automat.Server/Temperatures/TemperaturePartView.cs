using Automat.Server.Panel;

namespace Automat.Server.Temperatures;

/// <summary>The last day of a machine's temperatures, for its page.</summary>
/// <param name="Machine">The machine's id.</param>
/// <param name="Series">A line for each sensor, of the hours in which all of them were heard.</param>
public sealed record TemperaturePartView(string Machine, IReadOnlyList<ChartSeries> Series);
