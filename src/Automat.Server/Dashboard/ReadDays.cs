using System.Collections.Concurrent;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Dashboard;

/// <summary>
/// What an organisation sold today, and what it usually sells on such a day of the week. The usual is the mean of the last four
/// such days and does not change any more: it is read once a day.
/// </summary>
internal sealed class ReadDays
{
    private const int Weeks = 4;
    private const int MostRemembered = 1_000;

    private readonly ConcurrentDictionary<(Id<Organization>, DateTimeOffset), DayFigures> usual = new();

    /// <summary>The day so far.</summary>
    /// <param name="db">The organisation's rows.</param>
    /// <param name="organization">Whose.</param>
    /// <param name="day">The reader's day.</param>
    /// <param name="startOf">When a day begins for the reader.</param>
    /// <param name="ct">Stops reading.</param>
    public static Task<DayFigures> TodayAsync(
        AutomatDb db, Id<Organization> organization, DateOnly day, Func<DateOnly, DateTimeOffset> startOf, CancellationToken ct) =>
        ReadAsync(db, organization, [day], startOf, ct);

    /// <summary>What such a day usually brings.</summary>
    public async ValueTask<DayFigures> UsualAsync(
        AutomatDb db, Id<Organization> organization, DateOnly day, Func<DateOnly, DateTimeOffset> startOf, CancellationToken ct)
    {
        var which = (organization, startOf(day));
        if (usual.TryGetValue(which, out var known)) return known;
        var read = await ReadAsync(
            db, organization, [.. Enumerable.Range(1, Weeks).Select(week => day.AddDays(-7 * week))], startOf, ct);
        if (usual.Count >= MostRemembered) usual.Clear();
        return usual[which] = read;
    }

    private static async Task<DayFigures> ReadAsync(
        AutomatDb db, Id<Organization> organization, DateOnly[] days, Func<DateOnly, DateTimeOffset> startOf, CancellationToken ct)
    {
        // Hours and machines in one look at the sales. Minor units add up exactly as floating numbers too, and the database adds
        // those faster.
        DateTimeOffset[] starts = [.. days.Select(day => startOf(day).ToUniversalTime())];
        DateTimeOffset[] ends = [.. days.Select(day => startOf(day.AddDays(1)).ToUniversalTime())];
        var rows = await db.Database.SqlQuery<SoldRow>(
            $"""
            select day, hour, machine, sum(taken) as taken, count(*)::int as sales
            from (
                select d.day, floor(date_part('epoch', v.reserved_at - d.day) / 3600)::int as hour, v.machine_id as machine,
                    (v.delivered - v.refunded)::float8 as taken
                from unnest({starts}, {ends}) d(day, ends)
                join vends v on v.organization_id = {organization.Value} and v.reserved_at >= d.day and v.reserved_at < d.ends
                where v.status in ('Committed', 'PartlyRefunded', 'Refunded')) sold
            group by grouping sets ((day, hour), (machine))
            """).ToListAsync(ct);
        var hours = rows.FindAll(row => row.Hour is not null);
        if (hours.Count == 0) return DayFigures.None;

        // Days without a sale at all are from before the first one, or a holiday: they say nothing about usual days.
        var counted = (double)hours.Select(row => row.Day).Distinct().Count();
        var course = new double[25];
        foreach (var row in hours.Where(row => row.Hour is >= 0 and < 25)) course[row.Hour!.Value] += row.Taken / counted;
        return new DayFigures(
            course, rows.Where(row => row.Machine is not null).ToDictionary(row => MachineId.Parse(row.Machine!), row => row.Taken / counted),
            hours.Sum(row => row.Sales) / counted);
    }

    /// <summary>What was sold in an hour of a day, or by a machine on all of them.</summary>
    private sealed record SoldRow(DateTimeOffset? Day, int? Hour, string? Machine, double Taken, int Sales);
}
