namespace Automat.Server.Panel;

/// <summary>What a chart draws in one colour.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Points">Its points, from left to right. All series of a chart have points of the same labels.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points);

/// <summary>One bar, or one point of a line.</summary>
/// <param name="Label">What stands below it.</param>
/// <param name="Value">How high it is.</param>
/// <param name="Text">The value as people read it, with its unit or currency.</param>
public sealed record ChartPoint(string Label, decimal Value, string Text);
