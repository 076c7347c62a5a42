using System.Globalization;
using System.Linq.Expressions;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Panel;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Reports;

/// <summary>Reports made from days: what was sold, by day, product, machine, place, kind of money and tax rate.</summary>
internal sealed class DayReports(AutomatDb db)
{
    private const int MostRows = 2_000;
    private const int MostBars = 12;

    /// <summary>Makes a report of some days, with as many days before beside it.</summary>
    public async Task<Report> MakeAsync(Id<Organization> organization, ReportKind kind, Period period, CancellationToken ct)
    {
        var (now, before) = kind switch
        {
            ReportKind.Products => (await ProductsAsync(organization, period, ct), await ProductsAsync(organization, period.Before, ct)),
            ReportKind.Taxes => (await TaxesAsync(organization, period, ct), await TaxesAsync(organization, period.Before, ct)),
            ReportKind.Machines or ReportKind.Locations => await PlacesAsync(organization, period, kind is ReportKind.Locations, ct),
            ReportKind.Tenders => (await TendersAsync(organization, period, ct), await TendersAsync(organization, period.Before, ct)),
            _ => (await DaysAsync(organization, period, ct), await DaysBeforeAsync(organization, period.Before, ct)),
        };
        var asOf = await db.Set<ReportMark>().AsNoTracking().Where(m => m.OrganizationId == organization).Select(m => (DateTimeOffset?)m.At)
            .SingleOrDefaultAsync(ct);
        return kind is ReportKind.Days ? Course(period, now, before) with { AsOf = asOf } : Table(kind, now, before) with { AsOf = asOf };
    }

    private async Task<List<Taken>> DaysAsync(Id<Organization> organization, Period period, CancellationToken ct) =>
        (await SumsAsync(Days(organization, period), d => new { d.Day, d.Currency }, ct))
        .ConvertAll(g => new Taken(KeyOf(g.Key.Day), "", g.Key.Currency, g.Sales, g.Failed, g.Gross, g.Tax, g.Refunded)
        {
            Net = g.Net,
            Cost = g.Cost,
            Without = g.Without,
        });

    /// <summary>Of days to compare with, only what they brought.</summary>
    private async Task<List<Taken>> DaysBeforeAsync(Id<Organization> organization, Period period, CancellationToken ct) =>
        (await GrossAsync(Days(organization, period), d => new { d.Day, d.Currency }, ct))
        .ConvertAll(g => Taken.Nothing(g.Key.Currency) with { Key = KeyOf(g.Key.Day), Gross = g.Gross });

    private async Task<List<Taken>> TendersAsync(Id<Organization> organization, Period period, CancellationToken ct) =>
        (await SumsAsync(Days(organization, period), d => new { d.Tender, d.Currency }, ct))
        .ConvertAll(g => new Taken(
            g.Key.Tender.ToString(), ReportTexts.Of(g.Key.Tender), g.Key.Currency, g.Sales, g.Failed, g.Gross, g.Tax, g.Refunded));

    private async Task<(List<Taken> Now, List<Taken> Before)> PlacesAsync(
        Id<Organization> organization, Period period, bool byPlace, CancellationToken ct)
    {
        var now = await OfMachinesAsync(organization, period, ct);
        var before = (await GrossAsync(Machines(organization, period.Before), d => new { d.MachineId, d.Currency }, ct))
            .ConvertAll(g => Taken.Nothing(g.Key.Currency) with { Key = g.Key.MachineId.Value, Gross = g.Gross });
        var ids = now.Concat(before).Select(t => MachineId.Parse(t.Key)).Distinct().ToList();
        var known = await db.Set<Machine>().AsNoTracking().Where(m => ids.Contains(m.Id)).Select(m => new { m.Id, m.Name, m.Location })
            .ToDictionaryAsync(m => m.Id.Value, m => (m.Name, m.Location), StringComparer.Ordinal, ct);
        return (Named(now), Named(before));

        List<Taken> Named(List<Taken> all)
        {
            var named = all.ConvertAll(t => known.TryGetValue(t.Key, out var machine)
                ? t with { Key = byPlace ? machine.Location : t.Key, Name = byPlace ? machine.Location : machine.Name }
                : t with { Name = t.Key });
            return
            [
                .. named.GroupBy(t => (t.Key, t.Currency)).Select(g => g.First() with
                {
                    Pieces = g.Sum(t => t.Pieces), Failed = g.Sum(t => t.Failed), Gross = g.Sum(t => t.Gross), Tax = g.Sum(t => t.Tax),
                    Refunded = g.Sum(t => t.Refunded), Net = g.Sum(t => t.Net), Cost = g.Sum(t => t.Cost), Without = g.Sum(t => t.Without),
                }),
            ];
        }
    }

    private async Task<List<Taken>> OfMachinesAsync(Id<Organization> organization, Period period, CancellationToken ct) =>
        (await SumsAsync(Machines(organization, period), d => new { d.MachineId, d.Currency }, ct))
        .ConvertAll(g => new Taken(g.Key.MachineId.Value, "", g.Key.Currency, g.Sales, g.Failed, g.Gross, g.Tax, g.Refunded)
        {
            Net = g.Net,
            Cost = g.Cost,
            Without = g.Without,
        });

    private async Task<List<Taken>> ProductsAsync(Id<Organization> organization, Period period, CancellationToken ct) =>
        (await Products(organization, period).GroupBy(d => new { d.ProductId, d.Name, d.Currency })
            .Select(g => new
            {
                g.Key,
                Pieces = (long)g.Sum(d => (double)d.Pieces),
                Grams = (long)g.Sum(d => (double)d.Grams),
                Gross = (long)g.Sum(d => (double)d.Gross),
                Tax = (long)g.Sum(d => (double)d.Tax),
                Refunded = (long)g.Sum(d => (double)d.Refunded),
                Net = (long)g.Sum(d => (double)d.Net),
                Cost = (long)g.Sum(d => (double)d.Cost),
                Without = (long)g.Sum(d => (double)d.NetWithoutCost),
            })
            .OrderByDescending(g => g.Gross).Take(MostRows + 1).ToListAsync(ct))
        .ConvertAll(g => new Taken($"{g.Key.ProductId}:{g.Key.Name}", g.Key.Name, g.Key.Currency, g.Pieces, 0, g.Gross, g.Tax, g.Refunded)
        {
            Grams = g.Grams,
            Net = g.Net,
            Cost = g.Cost,
            Without = g.Without,
        });

    private async Task<List<Taken>> TaxesAsync(Id<Organization> organization, Period period, CancellationToken ct) =>
        (await Products(organization, period).GroupBy(d => new { d.TaxBasisPoints, d.Currency })
            .Select(g => new
            {
                g.Key,
                Pieces = (long)g.Sum(d => (double)d.Pieces),
                Gross = (long)g.Sum(d => (double)d.Gross),
                Tax = (long)g.Sum(d => (double)(d.Tax - d.TaxRefunded)),
                Refunded = (long)g.Sum(d => (double)d.Refunded),
            })
            .ToListAsync(ct))
        .ConvertAll(g => new Taken(
            new TaxRate(g.Key.TaxBasisPoints).ToString(), $"{new TaxRate(g.Key.TaxBasisPoints)} %", g.Key.Currency, g.Pieces, 0, g.Gross, g.Tax,
            g.Refunded));

    // Minor units add up exactly as floating numbers too, and the database adds those twice as fast as whole ones.
    private static Task<List<Sums<TKey>>> SumsAsync<TRow, TKey>(IQueryable<TRow> rows, Expression<Func<TRow, TKey>> by, CancellationToken ct)
        where TRow : Takings => rows.GroupBy(by)
        .Select(g => new Sums<TKey>
        {
            Key = g.Key,
            Sales = (long)g.Sum(d => (double)d.Sales),
            Failed = (long)g.Sum(d => (double)d.Failed),
            Gross = (long)g.Sum(d => (double)d.Gross),
            Tax = (long)g.Sum(d => (double)d.Tax),
            Refunded = (long)g.Sum(d => (double)d.Refunded),
            Net = (long)g.Sum(d => (double)d.Net),
            Cost = (long)g.Sum(d => (double)d.Cost),
            Without = (long)g.Sum(d => (double)d.NetWithoutCost),
        }).ToListAsync(ct);

    private static Task<List<Sums<TKey>>> GrossAsync<TRow, TKey>(IQueryable<TRow> rows, Expression<Func<TRow, TKey>> by, CancellationToken ct)
        where TRow : Takings => rows.GroupBy(by)
        .Select(g => new Sums<TKey> { Key = g.Key, Gross = (long)g.Sum(d => (double)d.Gross) }).ToListAsync(ct);

    private IQueryable<TenderDay> Days(Id<Organization> organization, Period period) => db.Set<TenderDay>().AsNoTracking()
        .Where(d => d.OrganizationId == organization && d.Day >= period.From && d.Day <= period.To);

    /// <summary>What machines sold in a period: the spans that lie in it, and the days before and after those.</summary>
    private IQueryable<MachinePart> Machines(Id<Organization> organization, Period period)
    {
        var parts = Parts.Of(period);
        return db.Set<MachineSpan>().AsNoTracking()
            .Where(s => s.OrganizationId == organization
                && ((s.Length == Spans.FourWeeks && s.First >= parts.FourWeeks && s.First < parts.WeeksAgain)
                    || (s.Length == Spans.Week && s.First >= parts.Weeks && s.First < parts.FourWeeks)
                    || (s.Length == Spans.Week && s.First >= parts.WeeksAgain && s.First < parts.DaysAgain)))
            .Select(s => new MachinePart
            {
                OrganizationId = s.OrganizationId,
                MachineId = s.MachineId,
                Currency = s.Currency,
                Sales = s.Sales,
                Failed = s.Failed,
                Gross = s.Gross,
                Tax = s.Tax,
                Refunded = s.Refunded,
                Net = s.Net,
                Cost = s.Cost,
                NetWithoutCost = s.NetWithoutCost,
            })
            .Concat(Days(parts.From, parts.Weeks)).Concat(Days(parts.DaysAgain, parts.Until));

        IQueryable<MachinePart> Days(DateOnly from, DateOnly until) => db.Set<MachineDay>().AsNoTracking()
            .Where(d => d.OrganizationId == organization && d.Day >= from && d.Day < until)
            .Select(d => new MachinePart
            {
                OrganizationId = d.OrganizationId,
                MachineId = d.MachineId,
                Currency = d.Currency,
                Sales = d.Sales,
                Failed = d.Failed,
                Gross = d.Gross,
                Tax = d.Tax,
                Refunded = d.Refunded,
                Net = d.Net,
                Cost = d.Cost,
                NetWithoutCost = d.NetWithoutCost,
            });
    }

    private IQueryable<ProductDay> Products(Id<Organization> organization, Period period) => db.Set<ProductDay>().AsNoTracking()
        .Where(d => d.OrganizationId == organization && d.Day >= period.From && d.Day <= period.To);

    /// <summary>Day by day, those without sales too; beside each the day as long before.</summary>
    private static Report Course(Period period, List<Taken> now, List<Taken> before)
    {
        var currencies = now.Concat(before).Select(t => t.Currency).Distinct()
            .OrderByDescending(c => now.Where(t => t.Currency == c).Sum(t => t.Gross)).ToList();
        var (byDay, byEarlier) = (now.ToDictionary(t => (t.Key, t.Currency)), before.ToDictionary(t => (t.Key, t.Currency)));
        var rows = new List<ReportRow>();
        var bars = new List<ReportBar>();
        for (var i = 0; i < period.Days; i++) // the chart goes on to the right, the table begins with the newest
        {
            var (day, earlier) = (period.From.AddDays(i), period.Before.From.AddDays(i));
            foreach (var currency in currencies)
            {
                var taken = byDay.GetValueOrDefault((KeyOf(day), currency), Taken.Nothing(currency));
                var then = byEarlier.GetValueOrDefault((KeyOf(earlier), currency), Taken.Nothing(currency));
                rows.Add(RowOf(ReportKind.Days, day.Written(), taken, then.Gross));
                if (currency != currencies[0]) continue;
                bars.Add(new ReportBar(day.ToString("d MMM", CultureInfo.CurrentCulture), taken.Money(taken.Gross), then.Money(then.Gross)));
            }
        }

        rows.Reverse();
        return new Report(ColumnsOf(ReportKind.Days), rows, SumsOf(ReportKind.Days, now, before), bars, IsCourse: true)
        {
            Notes = NotesOf(ReportKind.Days, now),
        };
    }

    private static Report Table(ReportKind kind, List<Taken> now, List<Taken> before)
    {
        var then = before.ToDictionary(t => (t.Key, t.Currency), t => t.Gross);
        List<Taken> sorted = [.. now.OrderByDescending(t => t.Gross).ThenBy(t => t.Name, StringComparer.CurrentCulture)];
        var here = now.Select(t => (t.Key, t.Currency)).ToHashSet();
        var gone = before.Where(t => !here.Contains((t.Key, t.Currency))).OrderByDescending(t => t.Gross)
            .Select(t => Taken.Nothing(t.Currency) with { Key = t.Key, Name = t.Name });
        List<Taken> all = [.. sorted, .. gone];
        var shown = all.Take(MostRows).ToList();
        var weighed = now.Exists(t => t.Grams > 0); // most shops weigh nothing
        return new Report(
            ColumnsOf(kind, weighed),
            [.. shown.Select(t => RowOf(kind, NameOf(t), t, then.GetValueOrDefault((t.Key, t.Currency)), weighed, AddressOf(kind, t)))],
            SumsOf(kind, now, before, weighed),
            [
                .. shown.Take(MostBars).Select(t => new ReportBar(
                    NameOf(t), t.Money(t.Gross), t.Money(then.GetValueOrDefault((t.Key, t.Currency))))),
            ])
        {
            IsCut = all.Count > MostRows,
            Notes = NotesOf(kind, now),
        };

        static string NameOf(Taken taken) => taken.Name.Length > 0 ? taken.Name : taken.Key;
    }

    private static string? AddressOf(ReportKind kind, Taken taken) => kind switch
    {
        ReportKind.Machines => $"/panel/sales?machine={Uri.EscapeDataString(taken.Key)}",
        ReportKind.Products => $"/panel/sales?product={Uri.EscapeDataString(taken.Name)}",
        ReportKind.Tenders => $"/panel/sales?tender={System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(taken.Key)}",
        _ => null,
    };

    private static IReadOnlyList<ReportColumn> ColumnsOf(ReportKind kind, bool weighed = false) =>
    [
        new(ReportTexts.KeyOf(kind), CellKind.Text),
        new(kind is ReportKind.Products or ReportKind.Taxes ? "Column.Pieces" : "Column.Sales", CellKind.Count),
        .. weighed ? new ReportColumn[] { new("Column.Weight", CellKind.Weight) } : [],
        .. Fails(kind) ? new ReportColumn[] { new("Column.Failed", CellKind.Count) } : [],
        new("Column.Gross", CellKind.Money),
        new("Column.Refunded", CellKind.Money),
        new("Column.Tax", CellKind.Money),
        .. HasMargin(kind)
            ? new ReportColumn[]
            {
                new("Column.Cost", CellKind.Money) { Missing = "Cell.NoCost" }, new("Column.Margin", CellKind.Money), new("Column.Share", CellKind.Share),
            }
            : [],
        new("Column.Before", CellKind.Money),
        new("Column.Change", CellKind.Change),
    ];

    /// <summary>A sale that delivered nothing has no product and no tax.</summary>
    private static bool Fails(ReportKind kind) => kind is not (ReportKind.Products or ReportKind.Taxes);

    /// <summary>Margins are told where goods are told apart, or all together.</summary>
    private static bool HasMargin(ReportKind kind) =>
        kind is ReportKind.Days or ReportKind.Products or ReportKind.Machines or ReportKind.Locations;

    /// <summary>What goods cost, what they left, and how much that is of what they brought; nothing where nobody said what they cost.</summary>
    private static object?[] MarginOf(Taken taken) => taken.Net == 0 && taken.Cost == 0
        ? [taken.Without == 0 ? taken.Money(0) : null, null, null]
        : [
            taken.Money(taken.Cost), taken.Money(taken.Net - taken.Cost),
            taken.Net > 0 ? new Share(Math.Round((taken.Net - taken.Cost) * 100m / taken.Net, 1)) : null,
        ];

    /// <summary>What margins leave out is said, else it would look as if it had cost nothing.</summary>
    private static IReadOnlyList<ReportNote> NotesOf(ReportKind kind, List<Taken> now) => HasMargin(kind)
        ? [
            .. now.GroupBy(t => t.Currency).Select(g => new Amount(g.Sum(t => t.Without), g.Key.Code)).Where(a => a.Minor != 0)
                .Select(a => new ReportNote("Note.Without", a)),
        ]
        : [];

    private static ReportRow RowOf(ReportKind kind, string name, Taken taken, long before, bool weighed = false, string? address = null) => new(
        [
            name, taken.Pieces, .. weighed ? new object?[] { taken.Grams > 0 ? new Weight(taken.Grams) : null } : [], .. Fails(kind) ? new object?[] { taken.Failed } : [], taken.Money(taken.Gross), taken.Money(taken.Refunded),
            taken.Money(taken.Tax), .. HasMargin(kind) ? MarginOf(taken) : [], taken.Money(before), ChangeOf(taken.Gross, before),
        ], address);

    private static List<ReportRow> SumsOf(ReportKind kind, List<Taken> now, List<Taken> before, bool weighed = false) =>
    [
        .. now.Concat(before).Select(t => t.Currency).Distinct().Select(currency =>
        {
            List<Taken> own = now.FindAll(t => t.Currency == currency);
            var then = before.Where(t => t.Currency == currency).Sum(t => t.Gross);
            var all = Taken.Nothing(currency) with
            {
                Pieces = own.Sum(t => t.Pieces), Grams = own.Sum(t => t.Grams), Failed = own.Sum(t => t.Failed), Gross = own.Sum(t => t.Gross), Tax = own.Sum(t => t.Tax),
                Refunded = own.Sum(t => t.Refunded), Net = own.Sum(t => t.Net), Cost = own.Sum(t => t.Cost), Without = own.Sum(t => t.Without),
            };
            return RowOf(kind, "", all, then, weighed);
        }),
    ];

    private static string KeyOf(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static decimal? ChangeOf(long now, long before) => before == 0 ? null : Math.Round((now - before) * 100m / before, 1);

    /// <summary>What a machine sold in some days.</summary>
    private sealed record MachinePart : Takings
    {
        public required MachineId MachineId { get; init; }
    }

    private sealed class Sums<TKey>
    {
        public required TKey Key { get; init; }

        public long Sales { get; init; }

        public long Failed { get; init; }

        public long Gross { get; init; }

        public long Tax { get; init; }

        public long Refunded { get; init; }

        public long Net { get; init; }

        public long Cost { get; init; }

        public long Without { get; init; }
    }

    private sealed record Taken(
        string Key, string Name, Currency Currency, long Pieces, long Failed, long Gross, long Tax, long Refunded)
    {
        public long Grams { get; init; }

        public long Net { get; init; }

        public long Cost { get; init; }

        public long Without { get; init; }

        public static Taken Nothing(Currency currency) => new("", "", currency, 0, 0, 0, 0, 0);

        public Amount Money(long minor) => new(minor, Currency.Code);
    }
}
