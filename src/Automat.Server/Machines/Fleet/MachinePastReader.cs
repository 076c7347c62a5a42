using System.Globalization;
using Automat.Server.Data;
using Automat.Server.Machines.Planograms;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Fleet;

/// <summary>What happened to a machine: when it could be reached, what it got, and what others know of it.</summary>
internal sealed class MachinePastReader(AutomatDb db, IEnumerable<IMachinePast> others, IStringLocalizer<Texts> texts, TimeProvider clock)
{
    private const int Days = 14;
    private const int MostOutages = 5_000;
    private const int Most = 30;

    /// <summary>How many percent of each of the last days it could be reached.</summary>
    public async Task<IReadOnlyList<ChartSeries>> ReachableAsync(Machine machine, HttpContext reader, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var zone = reader.Zone() ?? TimeZoneInfo.Utc;
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        var from = reader.StartOf(today.AddDays(1 - Days)).ToUniversalTime();
        var outages = await db.Set<Outage>().AsNoTracking()
            .Where(o => o.MachineId == machine.Id && (o.To == null || o.To > from)).OrderByDescending(o => o.From).Take(MostOutages).ToListAsync(ct);
        var points = new List<ChartPoint>();
        for (var day = today.AddDays(1 - Days); day <= today; day = day.AddDays(1))
        {
            var begin = Later(reader.StartOf(day), machine.CreatedAt);
            var end = Earlier(reader.StartOf(day.AddDays(1)), now);
            if (end <= begin) continue; // before it was registered
            var away = outages.Sum(o => Math.Max((Earlier(o.To ?? now, end) - Later(o.From, begin)).TotalSeconds, 0));
            var percent = Math.Round((decimal)Math.Clamp(1 - (away / (end - begin).TotalSeconds), 0, 1) * 100, 1);
            points.Add(new ChartPoint(
                day.ToString(texts["Format.Day"], CultureInfo.CurrentCulture), percent, $"{percent.ToString("0.#", CultureInfo.CurrentCulture)} %"));
        }

        return [new ChartSeries(texts["Machine.Reachable"], points)];
    }

    /// <summary>The newest of all that happened, newest first.</summary>
    public async Task<IReadOnlyList<TimelineItem>> ReadAsync(Machine machine, HttpContext reader, CancellationToken ct)
    {
        var items = new List<TimelineItem>
        {
            new(machine.CreatedAt, texts["Past.Registered"]),
        };
        var outages = await db.Set<Outage>().AsNoTracking().Where(o => o.MachineId == machine.Id)
            .OrderByDescending(o => o.From).Take(Most).ToListAsync(ct);
        foreach (var outage in outages)
        {
            items.Add(new TimelineItem(outage.From, texts[ReasonKey(outage.Reason)], Tone: "bad"));
            if (outage.To is { } back) items.Add(new TimelineItem(back, texts["Past.Back", Length(back - outage.From)], Tone: "good"));
        }

        if (reader.User.Allows(Permission.CatalogRead))
        {
            var versions = await db.Set<PlanogramVersion>().AsNoTracking().Where(v => v.MachineId == machine.Id)
                .OrderByDescending(v => v.Number).Take(Most).Select(v => new { v.Number, v.PublishedAt, v.Note }).ToListAsync(ct);
            items.AddRange(versions.Select(v => new TimelineItem(
                v.PublishedAt, texts["Past.Planogram", v.Number], v.Note, "idle", $"/panel/machines/{machine.Id}/planogram/history")));
        }

        foreach (var other in others)
        {
            items.AddRange((await other.LatestAsync(machine, Most, ct)).Select(
                h => new TimelineItem(h.At, WordKey(h.Word) is { } key ? texts[key] : h.Word, h.Detail, h.Tone)));
        }

        return [.. items.OrderByDescending(i => i.At).Take(Most)];
    }

    private string Length(TimeSpan time) => time.TotalMinutes < 1
        ? texts["Length.Seconds", (int)time.TotalSeconds]
        : time.TotalHours < 2 ? texts["Length.Minutes", (int)time.TotalMinutes] : texts["Length.Hours", (int)time.TotalHours];

    private static string ReasonKey(string reason) => reason switch
    {
        "machine_silent" => "Past.Silent",
        "server_restarted" => "Past.Restarted",
        _ => "Past.Offline",
    };

    private static string? WordKey(string word) => word switch
    {
        "fault" => "Past.Fault",
        "fault_cleared" => "Past.FaultCleared",
        "door_opened" => "Past.DoorOpened",
        "door_closed" => "Past.DoorClosed",
        "power_on" => "Past.PowerOn",
        "cash_sale" => "Past.CashSale",
        "vend_failed" => "Past.VendFailed",
        "vend_reset" => "Past.VendReset",
        _ => null,
    };

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
