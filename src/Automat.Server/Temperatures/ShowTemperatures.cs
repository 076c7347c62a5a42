using System.Globalization;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Temperatures;

/// <summary>Shows a machine's temperatures in its page; nothing where it has no sensor.</summary>
internal sealed class ShowTemperatures(AutomatDb db, IStringLocalizer<Texts> texts, TimeProvider clock) : IMachinePart
{
    private const int MostSensors = 4;

    private static readonly TimeSpan Shown = TimeSpan.FromHours(24);

    public int Order => 30;

    public async Task<MachinePart?> ShowAsync(Machine machine, HttpContext reader, CancellationToken ct)
    {
        var from = clock.GetUtcNow() - Shown;
        var hours = await db.Set<TemperatureMinute>().AsNoTracking().Where(m => m.MachineId == machine.Id && m.Minute >= from)
            .GroupBy(m => new { m.Sensor, m.Minute.Date, m.Minute.Hour })
            .Select(hour => new { hour.Key.Sensor, From = hour.Min(m => m.Minute), Sum = hour.Sum(m => m.Sum), Readings = hour.Sum(m => m.Readings) })
            .ToListAsync(ct);
        if (hours.Count == 0) return null;
        var sensors = hours.GroupBy(h => h.Sensor).OrderBy(s => s.Key, StringComparer.Ordinal).Take(MostSensors).ToList();
        // All lines of a chart have the same points: the hours every sensor was heard in.
        var common = sensors.Select(s => s.Select(h => HourOf(h.From)).ToHashSet()).Aggregate((one, other) => [.. one.Intersect(other)]).Order().ToList();
        if (common.Count < 2) return null;
        var series = sensors.Select(sensor => new ChartSeries(sensor.Key, [.. common.Select(at =>
        {
            var hour = sensor.First(h => HourOf(h.From) == at);
            var degrees = Math.Round((decimal)hour.Sum / Math.Max(hour.Readings, 1) / 100m, 1);
            return new ChartPoint(reader.Moment(at, "t"), degrees, $"{degrees.ToString("0.0", CultureInfo.CurrentCulture)} °C");
        })])).ToList();
        return MachinePart.Of<TemperaturePart>("temperatures", texts["Temperature.Part"], new TemperaturePartView(machine.Id.Value, series));
    }

    private static DateTimeOffset HourOf(DateTimeOffset at) => new(at.UtcDateTime.Date.AddHours(at.UtcDateTime.Hour), TimeSpan.Zero);
}
