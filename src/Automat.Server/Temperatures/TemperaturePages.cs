using System.Globalization;
using System.Text;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Temperatures;

/// <summary>The temperature log as an inspector wants to see it: a day on a page, and any time as a file.</summary>
internal sealed class TemperaturePages(AutomatDb db, TimeProvider clock)
{
    private const int MostDays = 366;

    private const int MostRows = 600_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/panel/machines/{id}/temperature", async (
            string id, string? day, TemperaturePages pages, HttpContext context, CancellationToken ct) =>
            Pages.Show<TemperaturePage>(await pages.ViewAsync(context, id, day, ct)))
            .RequirePermission(Permission.MachineRead).ExcludeFromDescription();
        routes.MapGet("/api/v1/machines/{id}/temperatures.csv", async (
            string id, string? from, string? to, TemperaturePages pages, HttpContext context, CancellationToken ct) =>
            await pages.FileAsync(context, id, from, to, ct))
            .RequirePermission(Permission.MachineRead).WithTags("Machines").WithName("GetTemperatures")
            .WithSummary("How warm a machine was, minute by minute, as CSV; days from and to by the machine's own clock, both included");
    }

    private async Task<TemperatureView> ViewAsync(HttpContext context, string id, string? asked, CancellationToken ct)
    {
        var machine = await db.OwnMachineAsync(context.User, id, ct);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(machine.TimeZone);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).DateTime);
        var day = DayIn(asked) ?? today;
        var (from, to) = (BeginOf(day, zone), BeginOf(day.AddDays(1), zone));
        var minutes = await db.Set<TemperatureMinute>().AsNoTracking()
            .Where(m => m.MachineId == machine.Id && m.Minute >= from && m.Minute < to).OrderBy(m => m.Minute).ToListAsync(ct);
        var hours = minutes.GroupBy(m => (m.Minute - from).Ticks / TimeSpan.TicksPerHour).Select(hour => new TemperatureHourView(
            from + TimeSpan.FromHours(hour.Key), hour.Min(m => m.Lowest), (int)Math.Round(hour.Average(m => m.Mean)),
            hour.Max(m => m.Highest), hour.Select(m => m.Minute).Distinct().Count())).ToList();
        var (begin, end) = TemperatureChart.SpanOf(minutes, from, to);
        return new TemperatureView(machine.Id.Value, machine.Name, day, hours, TemperatureChart.PathOf(minutes, begin, end))
        {
            From = begin,
            Until = end,
        };
    }

    private async Task<IResult> FileAsync(HttpContext context, string id, string? asked, string? until, CancellationToken ct)
    {
        var machine = await db.OwnMachineAsync(context.User, id, ct);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(machine.TimeZone);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).DateTime);
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var last = until is null ? today : DayIn(until);
        var first = asked is null ? last?.AddDays(-30) : DayIn(asked);
        if (first is null) faults["from"] = "A day is written like 2026-11-29.";
        if (last is null) faults["to"] = "A day is written like 2026-11-29.";
        if (first > last || last?.DayNumber - first?.DayNumber >= MostDays) faults["from"] = $"1 to {MostDays} days at once.";
        FieldsException.ThrowIfAny("range_invalid", faults);
        var (from, to) = (BeginOf(first!.Value, zone), BeginOf(last!.Value.AddDays(1), zone));
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers.ContentDisposition =
            $"attachment; filename=\"temperatures-{machine.Id}-{first:yyyy-MM-dd}-{last:yyyy-MM-dd}.csv\"";
        context.Response.ContentType = "text/csv; charset=utf-8";
        await context.Response.WriteAsync(
            Csv.Line("minute_utc", "sensor", "lowest_hundredths_celsius", "mean_hundredths_celsius", "highest_hundredths_celsius", "readings"), ct);
        var rows = db.Set<TemperatureMinute>().AsNoTracking()
            .Where(m => m.MachineId == machine.Id && m.Minute >= from && m.Minute < to)
            .OrderBy(m => m.Minute).ThenBy(m => m.Sensor).Take(MostRows).AsAsyncEnumerable();
        var text = new StringBuilder();
        await foreach (var row in rows.WithCancellation(ct))
        {
            text.Append(Csv.Line(row.Minute, row.Sensor, (long)row.Lowest, (long)row.Mean, (long)row.Highest, (long)row.Readings));
            if (text.Length < 32_768) continue;
            await context.Response.WriteAsync(text.ToString(), ct);
            text.Clear();
        }

        await context.Response.WriteAsync(text.ToString(), ct);
        return Results.Empty;
    }

    private static DateOnly? DayIn(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year is > 2000 and < 9000 ? day : null;

    /// <summary>When a day begins by the machine's clock; where that hour does not exist, the next one that does.</summary>
    private static DateTimeOffset BeginOf(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(30);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}

/// <summary>Draws a day of temperatures.</summary>
internal static class TemperatureChart
{
    private const int Width = 720;
    private const int Height = 160;

    /// <summary>What the chart shows: the hours with readings, so that a log that has just begun is a line and not a dot.</summary>
    public static (DateTimeOffset From, DateTimeOffset To) SpanOf(
        IReadOnlyList<TemperatureMinute> minutes, DateTimeOffset from, DateTimeOffset to)
    {
        if (minutes.Count == 0) return (from, to);
        var first = from + TimeSpan.FromHours(Math.Floor((minutes[0].Minute - from).TotalHours));
        var last = from + TimeSpan.FromHours(Math.Floor((minutes[^1].Minute - from).TotalHours) + 1);
        return (first, last < to ? last : to);
    }

    /// <summary>The means as an SVG path in a field of 720 by 160; a gap stays a gap. Null with too few readings.</summary>
    public static string? PathOf(IReadOnlyList<TemperatureMinute> minutes, DateTimeOffset from, DateTimeOffset to)
    {
        if (minutes.Count < 2) return null;
        var (coldest, warmest) = (minutes.Min(m => m.Lowest), minutes.Max(m => m.Highest));
        var (span, range) = ((to - from).TotalMinutes, Math.Max(warmest - coldest, 100));
        var path = new StringBuilder();
        foreach (var sensor in minutes.GroupBy(m => m.Sensor))
        {
            DateTimeOffset? before = null;
            foreach (var minute in sensor)
            {
                var joined = before is { } b && minute.Minute - b <= TimeSpan.FromMinutes(5);
                var (x, y) = ((minute.Minute - from).TotalMinutes / span * Width, Height - ((double)(minute.Mean - coldest) / range * Height));
                path.Append(CultureInfo.InvariantCulture, $"{(joined ? 'L' : 'M')}{x:0.#} {y:0.#}");
                before = minute.Minute;
            }
        }

        return path.ToString();
    }
}
