using Automat.Domain;
using Automat.Domain.Goods;
using Automat.Server.Data;
using Automat.Server.Storefront;

namespace Automat.Server.Reports;

/// <summary>How long slots stood empty, and what they would have sold by their own pace: from the days, and from what is empty now.</summary>
internal sealed class SoldOutReport(AutomatDb db, TimeProvider clock)
{
    private const string Days =
        """
        select d.machine_id, coalesce(m.name, d.machine_id), d.slot, p.name, coalesce(m.currency, ''), d.seconds, d.missed,
            coalesce(case when s.product_id = d.product_id then s.price end, p.price, 0), coalesce(p.measure = 'Weight', false)
        from (select machine_id, slot, product_id, sum(seconds) as seconds, sum(missed) as missed from sold_out_days
                where organization_id = $1 and day between $2 and $3 group by 1, 2, 3) d
            left join machines m on m.id = d.machine_id
            left join products p on p.id = d.product_id
            left join slots s on s.machine_id = d.machine_id and s.code = d.slot
        """;

    // What somebody means to be empty, or cannot sell anyhow, misses nothing.
    private const string Now =
        """
        select c.machine_id, m.name, c.slot, p.name, m.currency, c.since, c.stocked_seconds, c.pieces, s.price, p.measure = 'Weight'
        from slot_clocks c
            join slots s on s.machine_id = c.machine_id and s.code = c.slot and s.capacity is not null and s.par_level is distinct from 0
            join machines m on m.id = c.machine_id and m.state <> 'Retired'
            join products p on p.id = c.product_id
        where c.organization_id = $1 and c.level <= 0 and c.since is not null and c.since < $2
        limit 20000
        """;

    /// <summary>Makes the report.</summary>
    /// <param name="organization">Whose.</param>
    /// <param name="period">Of which days.</param>
    /// <param name="startOf">When a day begins for the reader.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<Report> MakeAsync(Id<Organization> organization, Period period, Func<DateOnly, DateTimeOffset> startOf, CancellationToken ct)
    {
        var (from, end) = (startOf(period.From).ToUniversalTime(), startOf(period.To.AddDays(1)).ToUniversalTime());
        var now = clock.GetUtcNow().ToUniversalTime();
        var to = end < now ? end : now;
        var empty = await db.ReadRowsAsync(
            Days,
            r => new Row(
                r.GetString(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? "" : r.GetString(3), r.GetString(4), r.GetDouble(5), r.GetDouble(6),
                r.GetInt64(7), r.GetBoolean(8)),
            ct, organization.Value, period.From, period.To);
        if (from < to)
        {
            empty.AddRange(await db.ReadRowsAsync(
                Now,
                r =>
                {
                    var since = r.GetFieldValue<DateTimeOffset>(5);
                    var seconds = (to - (since > from ? since : from)).TotalSeconds;
                    var pace = SoldOutRule.PaceOf(r.GetDouble(6), r.GetDouble(7));
                    return new Row(
                        r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), seconds, seconds * pace, r.GetInt64(8),
                        r.GetBoolean(9));
                },
                ct, organization.Value, to));
        }

        List<Row> rows =
        [
            .. empty.GroupBy(r => (r.Machine, r.Slot, r.Product)).Select(g => g.First() with
            {
                Seconds = g.Sum(r => r.Seconds), Missed = g.Sum(r => r.Missed),
            }).OrderByDescending(r => r.Money.Minor).ThenByDescending(r => r.Seconds).ThenBy(r => r.Machine, StringComparer.Ordinal)
                .ThenBy(r => r.Slot, StringComparer.Ordinal),
        ];
        return new Report(
            [
                new("Key.Machine", CellKind.Text), new("Key.Slot", CellKind.Text), new("Key.Product", CellKind.Text),
                new("Column.Hours", CellKind.Fraction), new("Column.MissedPieces", CellKind.Fraction), new("Column.MissedMoney", CellKind.Money),
            ],
            [
                .. rows.Take(ReportRows.Most).Select(r => new ReportRow(
                    [r.Name, r.Slot, r.Product, Hours(r.Seconds), r.IsByWeight ? new Weight((long)Math.Round(r.Missed)) : Pieces(r.Missed), r.Money], $"/panel/machines/{Uri.EscapeDataString(r.Machine)}")),
            ],
            [
                .. rows.Where(r => r.Currency.Length > 0).GroupBy(r => r.Currency).Select(g => new ReportRow(
                    ["", null, null, Hours(g.Sum(r => r.Seconds)), Pieces(g.Where(r => !r.IsByWeight).Sum(r => r.Missed)), new Amount(g.Sum(r => r.Money.Minor), g.Key)])),
            ],
            [.. rows.Take(ReportRows.MostBars).Select(r => new ReportBar($"{r.Name} · {r.Slot}", r.Money, null))])
        {
            IsCut = rows.Count > ReportRows.Most,
            Notes = [new ReportNote("Note.Estimate")],
        };
    }

    private static Fraction Hours(double seconds) => new(Math.Round((decimal)(seconds / 3600), 1));

    private static Fraction Pieces(double missed) => new(Math.Round((decimal)missed, 1));

    private sealed record Row(
        string Machine, string Name, string Slot, string Product, string Currency, double Seconds, double Missed, long Price,
        bool IsByWeight)
    {
        /// <summary>What the pieces, or grams, would have brought at today's price.</summary>
        public Amount Money => new((long)Math.Round(Missed * Price / (IsByWeight ? Weights.Kilogram : 1)), Currency);
    }
}
