using System.Globalization;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Automat.Server.Machines;
using Automat.Server.Panel;
using Automat.Server.Storefront;
using Automat.Server.Vends.Desk;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Dashboard;

/// <summary>Reads what the first page shows of today.</summary>
internal sealed class ReadToday(
    AutomatDb db, ReadDays days, MachineStatuses statuses, DriverRegistry drivers, IEnumerable<IPanelAttention> attention, TimeProvider clock,
    IStringLocalizer<Texts> texts, IStringLocalizer<Vends.Texts> sales)
{
    private const int MostWaiting = 8;
    private const int MostMachines = 20_000;
    private const int BestMachines = 6;
    private const int Recent = 8;

    public async Task<TodayView> RunAsync(HttpContext context, CancellationToken ct)
    {
        var (who, now) = (context.User, clock.GetUtcNow());
        var organization = who.OrganizationOf();
        var zone = context.Zone() ?? TimeZoneInfo.Utc;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).Date);
        var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        var usual = await days.UsualAsync(db, organization, day, context.StartOf, ct);
        var lineless = drivers.WithoutLine;
        var machines = await db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == organization && m.State == MachineState.Active)
            .OrderBy(m => m.Id).Take(MostMachines).Select(m => new StandingMachine(m.Id, m.Location, !lineless.Contains(m.Driver))).ToListAsync(ct);
        var today = who.Allows(Permission.SalesRead) ? await ReadDays.TodayAsync(db, organization, day, context.StartOf, ct) : null;

        var items = new List<AttentionItem>();
        foreach (var one in attention) items.AddRange(await one.LookAsync(who, ct));
        var ordered = Attention.Order(items, usual, now);
        var places = who.Allows(Permission.MachineRead) ? PlaceList.Of(machines, statuses, today, currency) : [];
        return new TodayView(
            today is null ? null : await FiguresAsync(organization, currency, context.StartOf(day), now, usual, today, ct),
            machines.Count(one => statuses.Of(one.Id).Online), machines.Count(one => one.HasLine),
            [.. ordered.Take(MostWaiting).Select(one => new WaitingView(
                one.Item.Title, one.Item.Detail, one.Item.Address,
                one.AtStake > 0 ? new Amount(one.AtStake, currency.Code) : null, one.Item.Since))],
            Math.Max(0, ordered.Count - MostWaiting))
        {
            Places = [.. places.Take(PlaceList.Most)],
            MorePlaces = Math.Max(0, places.Count - PlaceList.Most),
        };
    }

    private async Task<FiguresView> FiguresAsync(
        Id<Organization> organization, Currency currency, DateTimeOffset start, DateTimeOffset now, DayFigures usual, DayFigures today,
        CancellationToken ct)
    {
        var byNow = usual.Until(now - start);
        var best = today.Machines.OrderByDescending(m => m.Value).Take(BestMachines).ToList();
        var recent = await db.Set<Vend>().AsNoTracking().Where(v => v.Organization == organization)
            .OrderByDescending(v => v.ReservedAt).Take(Recent).ToListAsync(ct);
        var named = best.Select(m => m.Key).Concat(recent.Select(v => v.Machine)).Distinct().ToList();
        var names = await db.Set<Machine>().AsNoTracking().Where(m => named.Contains(m.Id)).Select(m => new { m.Id, m.Name })
            .ToDictionaryAsync(m => m.Id, m => m.Name, ct);
        // Of ledger accounts tenders are negative: what they gave.
        var cash = -await Balances.SumAsync(db, organization, Accounts.Cash(""), currency, ct);
        var shown = usual.Total > 0 ? 24 : Math.Min(24, (int)(now - start).TotalHours + 1);
        return new FiguresView(
            Of(today.Total), (int)today.Sales, usual.Total > 0 ? Of(byNow) : null,
            byNow >= 1 ? (int)Math.Round((today.Total - byNow) / byNow * 100) : null,
            [Series("Chart.Today", today), .. usual.Total > 0 ? new[] { Series("Chart.Usual", usual) } : []],
            [.. best.Select(m => new MachineDayView(
                m.Key.Value, names.GetValueOrDefault(m.Key, m.Key.Value), Of(m.Value),
                usual.Machines.TryGetValue(m.Key, out var often) ? Of(often) : null))],
            Of(cash),
            [.. recent.Select(v => new RecentSaleView(
                v.Id.ToString(), names.GetValueOrDefault(v.Machine, v.Machine.Value),
                v.Lines.Count > 0 ? string.Join(", ", v.Lines.Select(l => l.Name)) : texts["Recent.Open"],
                new Amount(v.Delivered > 0 ? v.Delivered : v.Amount.Amount, v.Amount.Currency.Code), sales[SaleTexts.Of(v.Status)], SaleTexts.ToneOf(v.Status), v.ReservedAt))]);

        Amount Of(double minor) => new((long)Math.Round(minor), currency.Code);

        ChartSeries Series(string name, DayFigures day) => new(
            texts[name],
            [.. Enumerable.Range(0, shown).Select(hour => new ChartPoint(
                hour.ToString(CultureInfo.InvariantCulture), (decimal)Math.Round(day.Hours[hour]), Of(day.Hours[hour]).ToString()))]);
    }
}
