using Automat.Domain;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Reports;

/// <summary>
/// Computes what days came to. It follows the ledger, because every step of a sale that moves money is in it: the days of the
/// sales that new entries name are computed anew from those sales, whole days at a time. So the days are exact whatever came
/// late or was given back long after, and computing them all again gives the same.
/// </summary>
internal static class SalesDays
{
    private const int BatchSize = 20_000;

    private const string DayOf =
        """
        with sold as (
            select id, machine_id, tender_kind, currency, status, delivered, refunded, lines, reserved_at, coalesce(reason, '') as reason,
                -- Delivered after it was called off, and never paid: a loss, whose tax is owed all the same.
                late and tender_kind not in ('Chip', 'FreeVend') as lost
            from vends
            where organization_id = $1 and reserved_at >= ($2::date::timestamp at time zone $3)
                and reserved_at < (($2::date + 1)::timestamp at time zone $3)
                and status in ('Committed', 'PartlyRefunded', 'Refunded', 'Cancelled')),
        lines as (
            select v.id, v.machine_id, v.tender_kind, v.currency, v.delivered, v.refunded, v.lost, v.reason, a.ord,
                left(coalesce(a.l ->> 'Slot', ''), 16) as slot,
                coalesce((a.l ->> 'Product')::uuid, '00000000-0000-0000-0000-000000000000') as product,
                left(a.l ->> 'Name', 200) as name, left(coalesce(a.l ->> 'Category', ''), 100) as category,
                (a.l ->> 'TaxBasisPoints')::int as rate,
                -- What was weighed is one thing of so many grams, at prices per kilogram that are rounded once, half a unit upwards.
                case when w.is_by_weight then 1 else (a.l ->> 'Quantity')::bigint end as pieces,
                case when w.is_by_weight then (a.l ->> 'Quantity')::bigint else 0 end as grams,
                case when w.is_by_weight then div((a.l ->> 'Quantity')::numeric * (a.l ->> 'UnitPrice')::numeric + 500, 1000)::bigint
                    else (a.l ->> 'Quantity')::bigint * (a.l ->> 'UnitPrice')::bigint end as total,
                c.cost as unit_cost,
                case when w.is_by_weight then div((a.l ->> 'Quantity')::numeric * c.cost + 500, 1000)::bigint
                    else (a.l ->> 'Quantity')::bigint * c.cost end as line_cost
            from sold v cross join lateral jsonb_array_elements(v.lines) with ordinality a(l, ord)
                cross join lateral (select coalesce((a.l ->> 'IsByWeight')::boolean, false) as is_by_weight) w
                -- What a piece cost when it was sold; null where nobody had said.
                left join lateral (select p.cost from product_costs p where p.product_id = (a.l ->> 'Product')::uuid
                    and p.since <= v.reserved_at order by p.since desc limit 1) c on true
            where v.status <> 'Cancelled'),
        -- A sale's tax is that of a rate's lines together; each line has what it adds to it, so that no cent is lost.
        running as (
            select *, sum(total) over (partition by id order by ord) as upto,
                sum(total) over (partition by id, rate order by ord) as rate_upto
            from lines),
        taxed as (
            select *, div(rate_upto * rate * 2 + 10000 + rate, 2 * (10000 + rate)) as tax_upto,
                div((rate_upto - total) * rate * 2 + 10000 + rate, 2 * (10000 + rate)) as tax_before
            from running),
        parts as (
            select *, tax_upto - tax_before as tax,
                div(refunded * upto, nullif(delivered, 0)) - div(refunded * (upto - total), nullif(delivered, 0)) as back,
                case when lost then 0
                    else div(tax_upto * refunded, nullif(delivered, 0)) - div(tax_before * refunded, nullif(delivered, 0)) end as tax_back
            from taxed),
        priced as (select *, total - tax - coalesce(back, 0) + coalesce(tax_back, 0) as net from parts),
        taxes as (
            select id, sum(tax) as tax, sum(net) filter (where unit_cost is not null) as net, sum(line_cost) as cost,
                sum(net) filter (where unit_cost is null) as without
            from priced group by id),
        machines as (
            insert into machine_days (organization_id, day, machine_id, tender, currency, sales, failed, given_back, gross, tax, refunded,
                net, cost, net_without_cost)
            select $1, $2, v.machine_id, v.tender_kind, v.currency, count(*) filter (where v.status <> 'Cancelled'),
                count(*) filter (where v.status = 'Cancelled'), count(*) filter (where v.status <> 'Cancelled' and v.refunded > 0),
                coalesce(sum(v.delivered) filter (where v.status <> 'Cancelled'), 0), coalesce(sum(t.tax), 0),
                coalesce(sum(v.refunded) filter (where v.status <> 'Cancelled'), 0), coalesce(sum(t.net), 0), coalesce(sum(t.cost), 0),
                coalesce(sum(t.without), 0)
            from sold v left join taxes t on t.id = v.id
            group by v.machine_id, v.tender_kind, v.currency),
        failures as (
            insert into failure_days (organization_id, day, machine_id, slot, reason, currency, name, failed, given_back, refunded)
            select $1, $2, machine_id, slot, reason, currency, max(name), count(*) filter (where failed), count(*) filter (where not failed),
                sum(back)
            from (
                select machine_id, left(coalesce(l ->> 'Slot', ''), 16) as slot, reason, currency, left(l ->> 'Name', 200) as name,
                    true as failed, 0::numeric as back
                from sold cross join lateral jsonb_array_elements(lines) l where status = 'Cancelled'
                union all select machine_id, slot, reason, currency, name, false, back from priced where refunded > 0) gone
            group by machine_id, slot, reason, currency)
        insert into product_days (organization_id, day, product_id, name, category, tender, tax_basis_points, currency, pieces, gross,
            tax, refunded, tax_refunded, net, cost, net_without_cost, pieces_without_cost, grams)
        select $1, $2, product, name, category, tender_kind, rate, currency, sum(pieces), sum(total), sum(tax), coalesce(sum(back), 0),
            coalesce(sum(tax_back), 0), coalesce(sum(net) filter (where unit_cost is not null), 0), coalesce(sum(line_cost), 0),
            coalesce(sum(net) filter (where unit_cost is null), 0), coalesce(sum(pieces) filter (where unit_cost is null), 0),
            sum(grams)
        from priced group by product, name, category, tender_kind, rate, currency
        """;

    private static readonly string[] WithoutADay =
    [
        "delete from machine_days where organization_id = $1 and day = $2",
        "delete from tender_days where organization_id = $1 and day = $2",
        "delete from product_days where organization_id = $1 and day = $2",
        "delete from failure_days where organization_id = $1 and day = $2",
    ];

    private static readonly string[] WithoutAny =
    [
        "delete from machine_days where organization_id = $1",
        "delete from machine_spans where organization_id = $1",
        "delete from tender_days where organization_id = $1",
        "delete from product_days where organization_id = $1",
        "delete from failure_days where organization_id = $1",
    ];

    // What reports of many days would add up each time: all machines' sales of a day, a machine's of a week, and its weeks.
    private const string DaySums =
        """
        insert into tender_days (organization_id, day, tender, currency, sales, failed, gross, tax, refunded, net, cost, net_without_cost)
        select $1, day, tender, currency, sum(sales), sum(failed), sum(gross), sum(tax), sum(refunded), sum(net), sum(cost),
            sum(net_without_cost)
        from machine_days where organization_id = $1 and day = $2 group by day, tender, currency
        """;

    private const string WeekSums =
        """
        insert into machine_spans (organization_id, length, first, machine_id, currency, sales, failed, gross, tax, refunded, net, cost,
            net_without_cost, cash)
        select $1, $2, $3, machine_id, currency, sum(sales), sum(failed), sum(gross), sum(tax), sum(refunded), sum(net), sum(cost),
            sum(net_without_cost), coalesce(sum(gross) filter (where tender = 'Cash'), 0)
        from machine_days where organization_id = $1 and day >= $3 and day < $3 + $2 group by machine_id, currency
        """;

    private const string SumsOfWeeks =
        """
        insert into machine_spans (organization_id, length, first, machine_id, currency, sales, failed, gross, tax, refunded, net, cost,
            net_without_cost, cash)
        select $1, $2, $3, machine_id, currency, sum(sales), sum(failed), sum(gross), sum(tax), sum(refunded), sum(net), sum(cost),
            sum(net_without_cost), sum(cash)
        from machine_spans where organization_id = $1 and length = $4 and first >= $3 and first < $3 + $2 group by machine_id, currency
        """;

    /// <summary>Computes every day whose sales moved since the last time. Several may do so at once: the mark's row orders them.</summary>
    /// <param name="connection">Open, under the crossing role.</param>
    /// <param name="organization">Whose.</param>
    /// <param name="now">The moment that is noted.</param>
    /// <param name="ct">Ends it after a batch.</param>
    public static async Task CatchUpAsync(NpgsqlConnection connection, Id<Organization> organization, DateTimeOffset now, CancellationToken ct)
    {
        while (await TakeAsync(connection, organization, now, ct))
        {
            // A full batch: there may be more.
        }
    }

    private static async Task<bool> TakeAsync(
        NpgsqlConnection connection, Id<Organization> organization, DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var zone = await ZoneAsync(connection, organization, ct);
        await ExecuteAsync(
            connection, "insert into report_marks (organization_id, sequence, zone, at) values ($1, 0, $2, $3) on conflict do nothing", ct,
            organization.Value, zone, now.ToUniversalTime());
        var (done, counted) = await MarkAsync(connection, organization, ct);
        if (counted != zone)
        {
            // The machines moved: days begin at other hours, so all are counted anew.
            foreach (var forget in WithoutAny) await ExecuteAsync(connection, forget, ct, organization.Value);
            done = 0;
        }

        var head = await NumberAsync(
            connection, "select coalesce(max(sequence), 0) from ledger_heads where organization_id = $1", ct, organization.Value);
        var upTo = Math.Min(head, done + BatchSize);
        List<DateOnly> moved = await DaysAsync(connection, organization, (done, upTo), zone, ct);
        moved = [.. moved.Union(await PricedLaterAsync(connection, organization, ct))];
        foreach (var day in moved)
        {
            foreach (var forget in WithoutADay) await ExecuteAsync(connection, forget, ct, organization.Value, day);
            await ExecuteAsync(connection, DayOf, ct, organization.Value, day, zone);
            await ExecuteAsync(connection, DaySums, ct, organization.Value, day);
        }

        foreach (var length in Spans.Lengths)
        {
            foreach (var first in moved.Select(day => Spans.StartOf(day, length)).Distinct())
            {
                await ExecuteAsync(
                    connection, "delete from machine_spans where organization_id = $1 and length = $2 and first = $3", ct, organization.Value,
                    length, first);
                if (length == Spans.Week) await ExecuteAsync(connection, WeekSums, ct, organization.Value, length, first);
                else await ExecuteAsync(connection, SumsOfWeeks, ct, organization.Value, length, first, Spans.Week);
            }
        }

        await ExecuteAsync(
            connection, "update report_marks set sequence = $2, zone = $3, at = $4 where organization_id = $1", ct, organization.Value, upTo, zone,
            now.ToUniversalTime());
        await transaction.CommitAsync(ct);
        return upTo < head;
    }

    /// <summary>The days of the sales that entries name.</summary>
    private static async Task<List<DateOnly>> DaysAsync(
        NpgsqlConnection connection, Id<Organization> organization, (long Done, long UpTo) entries, string zone, CancellationToken ct)
    {
        if (entries.UpTo <= entries.Done) return [];
        await using var command = Command(
            connection,
            """
            select distinct (v.reserved_at at time zone $4)::date
            from (select distinct (e.payload::jsonb -> 'details' ->> 'vend')::uuid as id
                from ledger_entries e where e.organization_id = $1 and e.sequence > $2 and e.sequence <= $3) named
            join vends v on v.id = named.id
            order by 1
            """, organization.Value, entries.Done, entries.UpTo, zone);
        return await ReadDaysAsync(command, ct);
    }

    /// <summary>
    /// Days with goods whose cost somebody has said only since, for the first time: it counts for what was sold before, too. The
    /// rest of them comes with the next round.
    /// </summary>
    private static async Task<List<DateOnly>> PricedLaterAsync(
        NpgsqlConnection connection, Id<Organization> organization, CancellationToken ct)
    {
        await using var command = Command(
            connection,
            """
            select distinct d.day from product_days d
            join product_costs c on c.product_id = d.product_id and c.since = '-infinity'
            where d.organization_id = $1 and d.pieces_without_cost > 0
                and not exists (select from product_costs n where n.product_id = d.product_id and n.cost is null)
            order by 1 desc limit 40
            """, organization.Value);
        return await ReadDaysAsync(command, ct);
    }

    private static async Task<List<DateOnly>> ReadDaysAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        var days = new List<DateOnly>();
        while (await reader.ReadAsync(ct)) days.Add(reader.GetFieldValue<DateOnly>(0));
        return days;
    }

    /// <summary>The zone most of the organisation's machines stand in, as for the closings of the ledger; UTC where it has none.</summary>
    private static async Task<string> ZoneAsync(NpgsqlConnection connection, Id<Organization> organization, CancellationToken ct)
    {
        await using var command = Command(
            connection,
            "select time_zone from machines where organization_id = $1 group by time_zone order by count(*) desc, time_zone limit 1",
            organization.Value);
        return await command.ExecuteScalarAsync(ct) as string ?? "UTC";
    }

    private static async Task<(long Sequence, string Zone)> MarkAsync(
        NpgsqlConnection connection, Id<Organization> organization, CancellationToken ct)
    {
        await using var command = Command(
            connection, "select sequence, zone from report_marks where organization_id = $1 for update", organization.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt64(0), reader.GetString(1));
    }

    private static async Task<long> NumberAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync(ct) as long? ?? 0;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(value is DateOnly
                ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Date }
                : new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
