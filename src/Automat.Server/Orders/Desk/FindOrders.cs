using System.Globalization;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Panel;
using Automat.Server.Payments;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Orders.Desk;

/// <summary>Finds orders by number or code, by state, place and day, and reads what their rows show in a few queries for all.</summary>
internal sealed class FindOrders(AutomatDb db, DriverRegistry drivers)
{
    private const int MostNames = 3;
    private const int LongestCode = 16;
    private const int MostOfCode = 50;

    /// <summary>The orders looked for, newest first unless the view says otherwise.</summary>
    public async Task<IQueryable<Order>> OfAsync(
        Id<Organization> organization, ListView view, Func<DateOnly, DateTimeOffset> startOf, CancellationToken ct)
    {
        var orders = db.Set<Order>().AsNoTracking().Where(o => o.OrganizationId == organization);
        if (view["state"] is { } word && Enum.TryParse<OrderState>(word, out var state) && Enum.IsDefined(state))
        {
            orders = orders.Where(o => o.State == state);
        }

        if (view["place"] is { } place && MachineId.TryParse(place, out var machine)) orders = orders.Where(o => o.MachineId == machine);
        if (DayOf(view["from"]) is { } first)
        {
            var from = startOf(first).ToUniversalTime();
            orders = orders.Where(o => o.CreatedAt >= from);
        }

        if (DayOf(view["to"]) is { } last)
        {
            var to = startOf(last.AddDays(1)).ToUniversalTime();
            orders = orders.Where(o => o.CreatedAt < to);
        }

        if (view.Search is { } text)
        {
            var number = text.Trim().ToUpperInvariant();
            var purchases = await OfCodeAsync(organization, text.Trim(), ct);
            orders = orders.Where(o => o.Number == number || purchases.Contains(o.PurchaseId));
        }

        return view.Descending
            ? orders.OrderByDescending(o => o.CreatedAt).ThenByDescending(o => o.Id)
            : orders.OrderBy(o => o.CreatedAt).ThenBy(o => o.Id);
    }

    /// <summary>The orders whose code somebody shows at the counter: only live codes name anything.</summary>
    public async Task<IReadOnlyList<Id<Purchase>>> OfCodeAsync(Id<Organization> organization, string code, CancellationToken ct)
    {
        if (code.Length is 0 or > LongestCode || !code.All(char.IsAsciiDigit)) return [];
        var sessions = await db.Set<Vend>().AsNoTracking()
            .Where(v => v.Organization == organization && v.Code == code && v.Session != null
                && (v.Status == VendStatus.Reserved || v.Status == VendStatus.Delivering || v.Status == VendStatus.Unknown))
            .OrderBy(v => v.Id).Take(MostOfCode).Select(v => v.Session!).ToListAsync(ct);
        return sessions.Count == 0
            ? []
            : await db.Set<Purchase>().AsNoTracking().Where(p => p.SessionId != null && sessions.Contains(p.SessionId))
                .Select(p => p.Id).ToListAsync(ct);
    }

    /// <summary>The rows of some orders, in their order; one that never got a purchase has none.</summary>
    public async Task<IReadOnlyList<OrderRow>> RowsAsync(IReadOnlyList<Order> orders, CancellationToken ct)
    {
        var ids = orders.Select(o => o.PurchaseId).ToList();
        var purchases = await db.Set<Purchase>().AsNoTracking().Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);
        var sold = purchases.Values.Where(p => p.VendId is not null).Select(p => p.VendId!.Value).ToList();
        var vends = await db.Set<Vend>().AsNoTracking().Where(v => sold.Contains(v.Id)).ToDictionaryAsync(v => v.Id, ct);
        var at = orders.Select(o => o.MachineId).Distinct().ToList();
        var places = await db.Set<Machine>().AsNoTracking().Where(m => at.Contains(m.Id)).ToDictionaryAsync(m => m.Id, ct);
        return [.. orders.Where(o => purchases.ContainsKey(o.PurchaseId)).Select(o =>
        {
            var purchase = purchases[o.PurchaseId];
            return RowOf(o, purchase, purchase.VendId is { } vend ? vends.GetValueOrDefault(vend) : null, places[o.MachineId]);
        })];
    }

    /// <summary>Where orders of an organisation can be collected.</summary>
    public async Task<IReadOnlyList<Choice>> PlacesAsync(Id<Organization> organization, CancellationToken ct)
    {
        var places = await db.Set<Machine>().AsNoTracking()
            .Where(m => m.OrganizationId == organization && drivers.WithCodes.Contains(m.Driver))
            .OrderBy(m => m.Name).Take(200).Select(m => new { m.Id, m.Name }).ToListAsync(ct);
        return [.. places.Select(p => new Choice(p.Id.Value, p.Name))];
    }

    private OrderRow RowOf(Order order, Purchase purchase, Vend? vend, Machine place)
    {
        var byHand = drivers.Of(place)?.TermsOf(place).ByHand is true;
        var state = OrderLife.Of(!byHand || order.ReadyAt is not null, purchase, vend);
        return new OrderRow(
            order.Id.Value, order.Number, order.CreatedAt, place.Id.Value, place.Name, WhatOf(purchase.Lines), state,
            new Amount(purchase.Amount, purchase.Currency.Code),
            state is OrderState.Paid or OrderState.Ready ? vend?.Deadline : null);
    }

    private static string WhatOf(IReadOnlyList<Domain.Vends.VendLine> lines)
    {
        var names = lines.GroupBy(l => (l.Name, l.IsByWeight)).Select(g => g.First() with { Quantity = g.Sum(l => l.Quantity) })
            .Select(l => l.Quantity > 1 ? l.Say(CultureInfo.CurrentCulture) : l.Name).ToList();
        return string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? ", …" : "");
    }

    private static DateOnly? DayOf(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year is >= 2000 and < 9999
            ? day
            : null;
}
