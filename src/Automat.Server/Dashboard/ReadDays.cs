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
        // Days without a sale at all are from before the first one, or a holiday: they say nothing about usual days.
        DateTimeOffset[] days = [.. starts.Select(day => day.ToUniversalTime())];
        var rows = await db.Database.SqlQuery<Row>(
            $"""
            select case when grouping(hour) = 0 then hour end as hour, case when grouping(machine_id) = 0 then machine_id end as machine,
                coalesce(sum(taken), 0)::bigint as taken, count(*)::int as sales, count(distinct day)::int as days
            from (select day, v.machine_id, v.delivered - v.refunded as taken,
                    floor(extract(epoch from v.reserved_at - day) / 3600)::int as hour
                from unnest({days}) day
                join vends v on v.organization_id = {organization.Value} and v.reserved_at >= day and v.reserved_at < day + interval '1 day'
                where v.status in ('Committed', 'PartlyRefunded', 'Refunded')) sold
            group by grouping sets ((hour), (machine_id), ())
            """).ToListAsync(ct);
        var all = rows.Single(row => row.Hour is null && row.Machine is null);
        if (all.Sales == 0) return DayFigures.None;
        var hours = new double[25];
        foreach (var row in rows.Where(row => row.Hour is >= 0 and < 25)) hours[row.Hour!.Value] = (double)row.Taken / all.Days;
        return new DayFigures(
            hours,
            rows.Where(row => row.Machine is not null).ToDictionary(row => MachineId.Parse(row.Machine!), row => (double)row.Taken / all.Days),
            (double)all.Sales / all.Days);
    }

    private sealed record Row(int? Hour, string? Machine, long Taken, int Sales, int Days);
}
