using Automat.Domain;

namespace Automat.Server.Dashboard;

/// <summary>What was sold on a day, or usually is.</summary>
/// <param name="Hours">Minor units by hour of the reader's day, from 0; a day has up to 25.</param>
/// <param name="Machines">Minor units by machine.</param>
/// <param name="Sales">How many sales.</param>
internal sealed record DayFigures(IReadOnlyList<double> Hours, IReadOnlyDictionary<MachineId, double> Machines, double Sales)
{
    /// <summary>Nothing.</summary>
    public static DayFigures None { get; } = new(new double[25], new Dictionary<MachineId, double>(), 0);

    /// <summary>Minor units altogether.</summary>
    public double Total => Hours.Sum();

    /// <summary>Minor units up to a moment, of the hour at hand its share.</summary>
    /// <param name="gone">How much of the day has gone.</param>
    public double Until(TimeSpan gone)
    {
        var full = Math.Min((int)gone.TotalHours, Hours.Count);
        var sum = Hours.Take(full).Sum();
        return full < Hours.Count ? sum + (Hours[full] * (gone.TotalHours - full)) : sum;
    }
}
