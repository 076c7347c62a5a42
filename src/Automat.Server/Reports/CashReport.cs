using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Storefront;

namespace Automat.Server.Reports;

/// <summary>
/// Who answers for which cash: by machine what was sold for coins and notes, what came out of bags, whether the last bag held what
/// the books had since the one before, and what is still inside by the books, as of now.
/// </summary>
internal sealed class CashReport(AutomatDb db)
{
    private const string Machines =
        """
        select coalesce(s.machine_id, c.machine_id, b.machine_id), coalesce(s.currency, c.currency, b.currency), coalesce(s.sold, 0),
            coalesce(c.counted, 0), coalesce(c.bags, 0), coalesce(b.inside, 0), l.collected_at, l.due, l.counted
        from (select machine_id, currency, sum(sold)::bigint as sold
                from (
                    select machine_id, currency, cash as sold from machine_spans
                        where organization_id = $1 and ((length = 28 and first >= $4 and first < $5)
                            or (length = 7 and first >= $3 and first < $4) or (length = 7 and first >= $5 and first < $6))
                    union all select machine_id, currency, gross from machine_days
                        where organization_id = $1 and day >= $2 and day < $3 and tender = 'Cash'
                    union all select machine_id, currency, gross from machine_days
                        where organization_id = $1 and day >= $6 and day < $7 and tender = 'Cash') parts
                group by 1, 2 having sum(sold) <> 0) s
            full join (select machine_id, currency, sum(counted)::bigint as counted, count(*) as bags from cash_collections
                where organization_id = $1 and collected_at >= $8 and collected_at < $9 group by 1, 2) c
                on c.machine_id = s.machine_id and c.currency = s.currency
            full join (select substr(account, 6) as machine_id, currency, -amount as inside from balances
                where organization_id = $1 and account >= 'cash:' and account < 'cash;' and amount <> 0) b
                on b.machine_id = coalesce(s.machine_id, c.machine_id) and b.currency = coalesce(s.currency, c.currency)
            -- The last bag, against what the books had for it: all they had less what the bag before had left behind.
            left join lateral (
                select n.collected_at, n.counted, n.expected - case when p.id is null then 0
                    else p.expected - case when p.created_at <= n.collected_at then p.counted else 0 end end as due
                from cash_collections n left join lateral (
                    select o.id, o.expected, o.counted, o.created_at from cash_collections o
                    where o.machine_id = n.machine_id and o.collected_at < n.collected_at order by o.collected_at desc limit 1) p on true
                where n.machine_id = coalesce(s.machine_id, c.machine_id, b.machine_id) order by n.collected_at desc limit 1) l on true
        order by 6 desc, 1 limit $10
        """;

    /// <summary>Makes the report.</summary>
    /// <param name="organization">Whose.</param>
    /// <param name="period">Of which days.</param>
    /// <param name="startOf">When a day begins for the reader.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<Report> MakeAsync(Id<Organization> organization, Period period, Func<DateOnly, DateTimeOffset> startOf, CancellationToken ct)
    {
        var parts = Parts.Of(period);
        var rows = await db.ReadRowsAsync(
            Machines,
            r => new Row(
                r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5),
                r.IsDBNull(6) ? null : r.GetFieldValue<DateTimeOffset>(6), r.IsDBNull(7) ? null : r.GetInt64(7), r.IsDBNull(8) ? null : r.GetInt64(8)),
            ct, organization.Value, parts.From, parts.Weeks, parts.FourWeeks, parts.WeeksAgain, parts.DaysAgain, parts.Until,
            startOf(period.From).ToUniversalTime(), startOf(period.To.AddDays(1)).ToUniversalTime(), ReportRows.Most + 1);
        var names = await db.MachineNamesAsync(organization, ct);
        var zone = startOf(period.To).Offset;
        return new Report(
            [
                new("Key.Machine", CellKind.Text), new("Column.CashSold", CellKind.Money), new("Column.Counted", CellKind.Money),
                new("Column.Bags", CellKind.Count), new("Column.LastBag", CellKind.Text), new("Column.Due", CellKind.Money),
                new("Column.LastCounted", CellKind.Money), new("Column.Difference", CellKind.Money), new("Column.Inside", CellKind.Money),
            ],
            [.. rows.Take(ReportRows.Most).Select(r => RowOf(r, names.GetValueOrDefault(r.Machine, r.Machine), zone))],
            [.. rows.GroupBy(r => r.Currency).Select(g => SumOf(g.Key, [.. g]))],
            [
                .. rows.Take(ReportRows.MostBars).Select(r => new ReportBar(
                    names.GetValueOrDefault(r.Machine, r.Machine), new Amount(r.Inside, r.Currency), null)),
            ])
        {
            IsCut = rows.Count > ReportRows.Most,
            Notes = rows.Exists(r => r.Due is not null) ? [new ReportNote("Note.Cash")] : [],
        };
    }

    private static ReportRow RowOf(Row row, string name, TimeSpan zone) => new(
        [
            name, row.Money(row.Sold), row.Money(row.Counted), row.Bags,
            row.LastAt is { } last ? DateOnly.FromDateTime(last.ToOffset(zone).DateTime).Written() : null,
            row.Due is { } due ? row.Money(due) : null, row.LastCounted is { } counted ? row.Money(counted) : null,
            row is { Due: { } should, LastCounted: { } found } ? row.Money(found - should) : null, row.Money(row.Inside),
        ],
        $"/panel/dex?machine={Uri.EscapeDataString(row.Machine)}");

    private static ReportRow SumOf(string currency, List<Row> rows)
    {
        // Bags nobody knows the books of are in neither of the two, so that the difference is one of like with like.
        List<Row> known = rows.FindAll(r => r is { Due: not null, LastCounted: not null });
        var (due, counted) = (known.Sum(r => r.Due!.Value), known.Sum(r => r.LastCounted!.Value));
        return new ReportRow(
            [
                "", new Amount(rows.Sum(r => r.Sold), currency), new Amount(rows.Sum(r => r.Counted), currency), rows.Sum(r => r.Bags), null,
                new Amount(due, currency), new Amount(counted, currency), new Amount(counted - due, currency),
                new Amount(rows.Sum(r => r.Inside), currency),
            ]);
    }

    private sealed record Row(
        string Machine, string Currency, long Sold, long Counted, long Bags, long Inside, DateTimeOffset? LastAt, long? Due, long? LastCounted)
    {
        public Amount Money(long minor) => new(minor, Currency);
    }
}
