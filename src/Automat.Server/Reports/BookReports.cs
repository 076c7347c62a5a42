using System.Globalization;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Payments;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Automat.Server.Reports;

/// <summary>
/// Reports made from the books and from what went wrong: failures by slot, what the provider holds, credit on chips. Read
/// under the reader's own rights.
/// </summary>
internal sealed class BookReports(AutomatDb db, IPaymentProvider provider)
{
    /// <summary>Makes a report.</summary>
    /// <param name="organization">Whose.</param>
    /// <param name="kind">Which.</param>
    /// <param name="period">Of which days.</param>
    /// <param name="ct">Gives up.</param>
    public Task<Report> MakeAsync(Id<Organization> organization, ReportKind kind, Period period, CancellationToken ct) => kind switch
    {
        ReportKind.Failures => FailuresAsync(organization, period, ct),
        ReportKind.Settlement => SettlementAsync(organization, period, ct),
        _ => CreditAsync(organization, ct),
    };

    /// <summary>Sales that ended otherwise than they should, by machine and slot, with the commonest reason.</summary>
    private async Task<Report> FailuresAsync(Id<Organization> organization, Period period, CancellationToken ct)
    {
        var rows = await db.ReadRowsAsync(
            """
            select f.machine_id, m.name, f.slot, max(f.name), f.currency, sum(f.failed)::bigint, sum(f.given_back)::bigint,
                sum(f.refunded)::bigint, nullif((array_agg(f.reason order by f.failed + f.given_back desc, f.reason))[1], '')
            from (select machine_id, slot, currency, reason, max(name) as name, sum(failed) as failed, sum(given_back) as given_back,
                    sum(refunded) as refunded
                from failure_days where organization_id = $1 and day between $2 and $3 group by machine_id, slot, currency, reason) f
                left join machines m on m.id = f.machine_id
            group by f.machine_id, m.name, f.slot, f.currency order by sum(f.failed + f.given_back) desc, f.machine_id, f.slot limit $4
            """,
            r => (
                Machine: r.GetString(0), Name: r.IsDBNull(1) ? r.GetString(0) : r.GetString(1), Slot: Text(r, 2), Product: Text(r, 3),
                Currency: r.GetString(4), Failed: r.GetInt64(5), Refunded: r.GetInt64(6), Amount: r.GetInt64(7), Reason: r.IsDBNull(8) ? null : r.GetString(8)),
            ct, organization.Value, period.From, period.To, ReportRows.Most + 1);
        return new Report(
            [
                new("Key.Machine", CellKind.Text), new("Key.Slot", CellKind.Text), new("Key.Product", CellKind.Text),
                new("Column.Failed", CellKind.Count), new("Column.GivenBack", CellKind.Count), new("Column.Refunded", CellKind.Money), new("Column.Reason", CellKind.Text),
            ],
            [
                .. rows.Take(ReportRows.Most).Select(r => new ReportRow(
                    [r.Name, r.Slot, r.Product, r.Failed, r.Refunded, new Amount(r.Amount, r.Currency), r.Reason],
                    $"/panel/sales?machine={Uri.EscapeDataString(r.Machine)}&status=cancelled")),
            ],
            [], [])
        {
            IsCut = rows.Count > ReportRows.Most,
        };
    }

    /// <summary>What came to the payment provider, what went from it, and what it should hold, by the closings of the ledger.</summary>
    private async Task<Report> SettlementAsync(Id<Organization> organization, Period period, CancellationToken ct)
    {
        var rows = await db.ReadRowsAsync(
            """
            select c.day, k.key, coalesce((k.value -> 'movements' -> $4 ->> 'debited')::bigint, 0),
                coalesce((k.value -> 'movements' -> $4 ->> 'credited')::bigint, 0), -coalesce((k.value -> 'balances' ->> $4)::bigint, 0),
                coalesce((k.value -> 'balances' ->> 'refunds')::bigint, 0)
            from closings c, lateral jsonb_each(c.body::jsonb -> 'currencies') k
            where c.organization_id = $1 and c.day between $2 and $3
            order by c.day desc, k.key limit $5
            """,
            r => (
                Day: r.GetFieldValue<DateOnly>(0), Currency: r.GetString(1), In: r.GetInt64(2), Out: r.GetInt64(3), Holds: r.GetInt64(4),
                Owed: r.GetInt64(5)),
            ct, organization.Value, period.From, period.To, provider.Name, ReportRows.Most + 1);
        return new Report(
            [
                new("Key.Day", CellKind.Text), new("Column.In", CellKind.Money), new("Column.Out", CellKind.Money),
                new("Column.Holds", CellKind.Money), new("Column.OwedBack", CellKind.Money),
            ],
            [
                .. rows.Take(ReportRows.Most).Select(r => new ReportRow(
                    [
                        r.Day.Written(), new Amount(r.In, r.Currency), new Amount(r.Out, r.Currency),
                        new Amount(r.Holds, r.Currency), new Amount(r.Owed, r.Currency),
                    ],
                    $"/panel/ledger?account={Uri.EscapeDataString(provider.Name)}&from={r.Day:yyyy-MM-dd}&to={r.Day:yyyy-MM-dd}")),
            ],
            [
                .. rows.GroupBy(r => r.Currency).Select(g => new ReportRow(
                    [
                        "", new Amount(g.Sum(r => r.In), g.Key), new Amount(g.Sum(r => r.Out), g.Key), new Amount(g.First().Holds, g.Key),
                        new Amount(g.First().Owed, g.Key),
                    ])),
            ],
            [
                .. rows.Take(period.Days).Reverse().Select(r => new ReportBar(
                    r.Day.ToString("d MMM", CultureInfo.CurrentCulture), new Amount(r.Holds, r.Currency), null)),
            ],
            IsCourse: true)
        {
            IsCut = rows.Count > ReportRows.Most,
        };
    }

    /// <summary>Credit customers may still spend, by group of chips, as of now.</summary>
    private async Task<Report> CreditAsync(Id<Organization> organization, CancellationToken ct)
    {
        var rows = await db.ReadRowsAsync(
            """
            select coalesce(g.name, ''), b.currency, count(*) filter (where b.amount > 0), coalesce(sum(b.amount) filter (where b.amount > 0), 0)::bigint,
                count(*) filter (where b.amount < 0), coalesce(-sum(b.amount) filter (where b.amount < 0), 0)::bigint
            from balances b
                join chips c on c.id = substr(b.account, 6)::uuid
                left join chip_groups g on g.id = c.group_id
            where b.organization_id = $1 and b.account >= 'chip:' and b.account < 'chip;' and b.amount <> 0
            group by 1, 2 order by 4 desc, 1 limit $2
            """,
            r => (Group: r.GetString(0), Currency: r.GetString(1), Chips: r.GetInt64(2), Credit: r.GetInt64(3), Owing: r.GetInt64(4), Owed: r.GetInt64(5)),
            ct, organization.Value, ReportRows.Most);
        return new Report(
            [
                new("Key.Group", CellKind.Text), new("Column.Chips", CellKind.Count), new("Column.Credit", CellKind.Money),
                new("Column.Owing", CellKind.Count), new("Column.Owed", CellKind.Money),
            ],
            [
                .. rows.Select(r => new ReportRow(
                    [r.Group.Length > 0 ? r.Group : "–", r.Chips, new Amount(r.Credit, r.Currency), r.Owing, new Amount(r.Owed, r.Currency)],
                    "/panel/chips")),
            ],
            [
                .. rows.GroupBy(r => r.Currency).Select(g => new ReportRow(
                    ["", g.Sum(r => r.Chips), new Amount(g.Sum(r => r.Credit), g.Key), g.Sum(r => r.Owing), new Amount(g.Sum(r => r.Owed), g.Key)])),
            ],
            [.. rows.Take(ReportRows.MostBars).Select(r => new ReportBar(r.Group.Length > 0 ? r.Group : "–", new Amount(r.Credit, r.Currency), null))]);
    }

    private static string Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? "" : reader.GetString(column);
}
