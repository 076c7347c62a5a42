using System.Globalization;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Stock;

/// <summary>Rounds to drive: which there are, and what one has to bring where.</summary>
internal sealed class RestockPages(AutomatDb db, Routes routes, Suggestions suggestions, TimeProvider clock)
{
    private const string Address = "/panel/restock";
    private const int MostMachines = 1_000;

    private Routes All => routes;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var pages = endpoints.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, RestockPages own, CancellationToken ct) =>
            Pages.Show<RestockPage>(await own.ListAsync(context, ct))).RequirePermission(Permission.CatalogRead);
        pages.MapGet("/new", async (HttpContext context, RestockPages own, CancellationToken ct) =>
            Pages.Show<RoutePage>(await own.EditAsync(context, null, null, ct))).RequirePermission(Permission.CatalogWrite);
        pages.MapForm("/new", (HttpContext context, RestockPages own, CancellationToken ct) => own.SaveAsync(context, null, ct)).RequirePermission(Permission.CatalogWrite);
        pages.MapGet("/{route:guid}", async (Guid route, HttpContext context, RestockPages own, CancellationToken ct) =>
            Pages.Show<PickListPage>(await own.PickAsync(context, route, ct))).RequirePermission(Permission.CatalogRead);
        pages.MapGet("/{route:guid}/edit", async (Guid route, HttpContext context, RestockPages own, CancellationToken ct) =>
            Pages.Show<RoutePage>(await own.EditAsync(context, route, null, ct))).RequirePermission(Permission.CatalogWrite);
        pages.MapForm("/{route:guid}/edit", (Guid route, HttpContext context, RestockPages own, CancellationToken ct) => own.SaveAsync(context, route, ct))
            .RequirePermission(Permission.CatalogWrite);
        pages.MapForm("/{route:guid}/remove", async (Guid route, HttpContext context, RestockPages own, CancellationToken ct) =>
        {
            await own.All.RemoveAsync(context.User.OrganizationOf(), route, ct);
            return context.SeeOther($"{Address}?done=removed");
        }).RequirePermission(Permission.CatalogWrite);
    }

    private async Task<RestockView> ListAsync(HttpContext context, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var all = await routes.ListAsync(organization, ct);
        var places = await db.Set<StockPlace>().AsNoTracking().Where(p => p.OrganizationId == organization).ToDictionaryAsync(p => p.Id, p => p.Name, ct);
        var stops = (await db.Set<RestockStop>().AsNoTracking().Where(s => s.OrganizationId == organization).ToListAsync(ct)).ToLookup(s => s.RouteId, s => s.MachineId);
        var low = await db.Set<Slot>().AsNoTracking().Where(LowStock.IsLow).Where(s => s.OrganizationId == organization).GroupBy(s => s.MachineId)
            .Select(g => new { Machine = g.Key, Empty = g.Count(s => s.Stock == 0), Low = g.Count(s => s.Stock > 0) }).ToDictionaryAsync(g => g.Machine, ct);
        var visits = await db.Set<RestockVisit>().AsNoTracking().Where(v => v.OrganizationId == organization && v.RouteId != null).GroupBy(v => v.RouteId)
            .Select(g => new { Route = g.Key, Last = g.Max(v => v.ClosedAt) }).ToDictionaryAsync(g => g.Route!.Value, g => g.Last, ct);
        return new RestockView([.. all.Select(r => new RouteRow(
            r.Id.Value, r.Name, r.PlaceId is { } van ? places.GetValueOrDefault(van) : null, stops[r.Id].Count(),
            stops[r.Id].Sum(m => low.TryGetValue(m, out var l) ? l.Empty : 0), stops[r.Id].Sum(m => low.TryGetValue(m, out var l) ? l.Low : 0),
            visits.TryGetValue(r.Id, out var last) ? last : null))])
        {
            MayWrite = context.User.Allows(Permission.CatalogWrite),
            Done = context.Request.Query["done"].ToString() switch { "removed" => "Restock.Removed", _ => null },
        };
    }

    private async Task<PickListView> PickAsync(HttpContext context, Guid id, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var route = await routes.FindAsync(organization, id, ct);
        var stops = await (from stop in db.Set<RestockStop>().AsNoTracking()
                           join machine in db.Set<Machine>().AsNoTracking() on stop.MachineId equals machine.Id
                           where stop.RouteId == route.Id && machine.State != MachineState.Retired
                           orderby stop.Position
                           select new { machine.Id, machine.Name, machine.Location }).ToListAsync(ct);
        var machines = stops.ConvertAll(s => s.Id);
        var wishes = await suggestions.OfAsync(organization, machines, route.DaysBetween, ct);
        var visits = await db.Set<RestockVisit>().AsNoTracking().Where(v => machines.Contains(v.MachineId)).GroupBy(v => v.MachineId)
            .Select(g => new { Machine = g.Key, Last = g.Max(v => v.ClosedAt) }).ToDictionaryAsync(g => g.Machine, g => g.Last, ct);
        var today = context.StartOf(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), context.Zone() ?? TimeZoneInfo.Utc).DateTime));
        var van = route.PlaceId is { } place ? await db.Set<StockPlace>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == place, ct) : null;
        var have = van is null ? [] : await db.Set<StockBatch>().AsNoTracking().Where(b => b.PlaceId == van.Id).GroupBy(b => b.ProductId)
            .Select(g => new { Product = g.Key, Pieces = g.Sum(b => b.Quantity) }).ToDictionaryAsync(g => g.Product, g => g.Pieces, ct);
        var load = wishes.SelectMany(w => w).Where(w => w.Wish.Bring > 0).GroupBy(w => w.Product.Id).Select(g => new LoadLine(
            g.First().Product.Name, g.First().Product.Picture, new Quantity(g.Sum(w => w.Wish.Bring), g.First().Product.IsByWeight), van is null ? null : have.GetValueOrDefault(g.Key)));
        return new PickListView(
            id, route.Name, van?.Name, [.. load.OrderBy(l => l.Product, StringComparer.CurrentCulture)],
            [.. stops.Select(s => new PickStop(
                s.Id.Value, s.Name, s.Location,
                [.. wishes[s.Id].Where(w => w.Wish.Bring > 0).Select(w => new PickLine(
                    w.Slot, w.Product.Name, new Quantity(w.Wish.Bring, w.Product.IsByWeight), new Quantity(w.Stock, w.Product.IsByWeight), NeedTexts.Of(w.Wish.Need), NeedTexts.ToneOf(w.Wish.Need), w.Wish.DaysLeft))],
                visits.TryGetValue(s.Id, out var last) ? last : null, visits.TryGetValue(s.Id, out var at) && at >= today))])
        {
            MayWrite = context.User.Allows(Permission.CatalogWrite),
            Done = context.Request.Query["done"].ToString() switch { "visited" => "Visit.Closed", "saved" => "Restock.Saved", _ => null },
            DoneAt = stops.Find(s => s.Id.Value == context.Request.Query["machine"])?.Name,
        };
    }

    private async Task<RouteView> EditAsync(HttpContext context, Guid? id, RouteRequest? typed, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var route = id is { } known ? await routes.FindAsync(organization, known, ct) : null;
        var machines = await db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == organization && m.State != MachineState.Retired)
            .OrderBy(m => m.Name).Take(MostMachines).Select(m => new { m.Id, m.Name, m.Location }).ToListAsync(ct);
        var positions = typed?.Machines.Select((m, at) => (Machine: m, At: at + 1)).DistinctBy(m => m.Machine).ToDictionary(m => m.Machine, m => m.At, StringComparer.Ordinal)
            ?? (route is null ? [] : await db.Set<RestockStop>().AsNoTracking().Where(s => s.RouteId == route.Id)
                .ToDictionaryAsync(s => s.MachineId.Value, s => s.Position, StringComparer.Ordinal, ct));
        return new RouteView(
            id, typed?.Name ?? route?.Name ?? "", typed is null ? route?.PlaceId?.ToString() ?? "" : typed.Place?.ToString() ?? "",
            (typed?.DaysBetween ?? route?.DaysBetween ?? 7).ToString(CultureInfo.InvariantCulture),
            [.. machines.Select(m => new StopChoice(m.Id.Value, m.Name, m.Location, positions.TryGetValue(m.Id.Value, out var at) ? at : null))
                .OrderBy(m => m.Position ?? int.MaxValue)],
            await db.PlaceChoicesAsync(organization, ct));
    }

    private async Task<IResult> SaveAsync(HttpContext context, Guid? id, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        if (id is { } known) await routes.FindAsync(organization, known, ct);
        var form = await context.Request.ReadFormAsync(ct);
        var request = new RouteRequest(
            form["name"].ToString(), Guid.TryParse(form["place"], out var place) ? place : null, Choices.PiecesOf(form["days"]),
            [.. form["machine"].OfType<string>().OrderBy(m => Choices.PiecesOf(form[$"position_{m}"]) ?? int.MaxValue)]);
        try
        {
            var saved = await routes.SaveAsync(organization, id, request, ct);
            return context.SeeOther($"{Address}/{saved.Value}?done=saved");
        }
        catch (FieldsException wrong)
        {
            db.ChangeTracker.Clear();
            return Pages.Show<RoutePage>(await EditAsync(context, id, request, ct) with { Wrong = [.. wrong.Errors.Keys] }, StatusCodes.Status422UnprocessableEntity);
        }
    }
}
