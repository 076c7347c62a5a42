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
    /// <param name="start">When the day began for the reader.</param>
    /// <param name="ct">Stops reading.</param>
    public static Task<DayFigures> TodayAsync(AutomatDb db, Id<Organization> organization, DateTimeOffset start, CancellationToken ct) =>
        ReadAsync(db, organization, [start], ct);

    /// <summary>What such a day usually brings.</summary>
    public async ValueTask<DayFigures> UsualAsync(AutomatDb db, Id<Organization> organization, DateTimeOffset start, CancellationToken ct)
    {
        if (usual.TryGetValue((organization, start), out var known)) return known;
        var read = await ReadAsync(db, organization, [.. Enumerable.Range(1, Weeks).Select(week => start.AddDays(-7 * week))], ct);
        if (usual.Count >= MostRemembered) usual.Clear();
        return usual[(organization, start)] = read;
    }

    private static async Task<DayFigures> ReadAsync(
        AutomatDb db, Id<Organization> organization, DateTimeOffset[] starts, CancellationToken ct)
    {
        // Days without a sale at all are from before the first one, or a holiday: they say nothing about usual days. Minor units add
        // up exactly as floating numbers too, and the database adds those faster.
        DateTimeOffset[] days = [.. starts.Select(day => day.ToUniversalTime())];
        var hours = await db.Database.SqlQuery<HourRow>(
            $"""
            select day, floor(date_part('epoch', v.reserved_at - day) / 3600)::int as hour, sum((v.delivered - v.refunded)::float8) as taken,
                count(*)::int as sales
            from unnest({days}) day
            join vends v on v.organization_id = {organization.Value} and v.reserved_at >= day and v.reserved_at < day + interval '1 day'
            where v.status in ('Committed', 'PartlyRefunded', 'Refunded')
            group by 1, 2
            """).ToListAsync(ct);
        if (hours.Count == 0) return DayFigures.None;
        var machines = await db.Database.SqlQuery<MachineRow>(
            $"""
            select v.machine_id as machine, sum((v.delivered - v.refunded)::float8) as taken
            from unnest({days}) day
            join vends v on v.organization_id = {organization.Value} and v.reserved_at >= day and v.reserved_at < day + interval '1 day'
            where v.status in ('Committed', 'PartlyRefunded', 'Refunded')
            group by 1
            """).ToListAsync(ct);
        var counted = (double)hours.Select(row => row.Day).Distinct().Count();
        var course = new double[25];
        foreach (var row in hours.Where(row => row.Hour is >= 0 and < 25)) course[row.Hour] += row.Taken / counted;
        return new DayFigures(
            course, machines.ToDictionary(row => MachineId.Parse(row.Machine), row => row.Taken / counted), hours.Sum(row => row.Sales) / counted);
    }

    private sealed record HourRow(DateTimeOffset Day, int Hour, double Taken, int Sales);

    private sealed record MachineRow(string Machine, double Taken);
}
