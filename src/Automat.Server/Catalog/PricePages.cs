using System.Globalization;
using Automat.Domain;
using Automat.Domain.Chips;
using Automat.Domain.Goods;
using Automat.Domain.Prices;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Catalog;

/// <summary>Price lists: which there are, and what one asks when and where.</summary>
internal sealed class PricePages(AutomatDb db, PriceLists lists, IStringLocalizer<Texts> texts, TimeProvider clock)
{
    private const string Address = "/panel/prices";
    private const int MostChoices = 1_000;

    private PriceLists Lists => lists;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, PricePages own, CancellationToken ct) =>
            Pages.Show<PricesPage>(await own.ListAsync(context, ct))).RequirePermission(Permission.CatalogRead);
        pages.MapGet("/new", async (HttpContext context, PricePages own, CancellationToken ct) =>
            Pages.Show<PriceListPage>(await own.ViewAsync(context, null, new PriceListForm { Days = PriceLists.Weekdays }, [], ct)))
            .RequirePermission(Permission.CatalogWrite);
        pages.MapForm("/new", (HttpContext context, PricePages own, CancellationToken ct) => own.SaveAsync(context, null, ct))
            .RequirePermission(Permission.CatalogWrite);
        pages.MapGet("/{id:guid}", async (Guid id, HttpContext context, PricePages own, CancellationToken ct) =>
        {
            var list = await own.Lists.ShowAsync(context.User.OrganizationOf(), id, ct);
            return Pages.Show<PriceListPage>(await own.ViewAsync(context, id, PriceListForm.Of(list), list.Prices, ct));
        }).RequirePermission(Permission.CatalogRead);
        pages.MapForm("/{id:guid}", (Guid id, HttpContext context, PricePages own, CancellationToken ct) => own.SaveAsync(context, id, ct))
            .RequirePermission(Permission.CatalogWrite);
        pages.MapForm("/{id:guid}/remove", async (Guid id, HttpContext context, PricePages own, CancellationToken ct) =>
        {
            await own.Lists.RemoveAsync(context.User.OrganizationOf(), id, ct);
            return context.SeeOther($"{Address}?done=removed");
        }).RequirePermission(Permission.CatalogWrite);
    }

    private async Task<PricesView> ListAsync(HttpContext context, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var places = (await lists.PlacesAsync(organization, ct)).ToDictionary(p => p.Id.Value, p => p.Name, StringComparer.Ordinal);
        var now = LocalTime.At(clock.GetUtcNow(), context.Zone() ?? TimeZoneInfo.Utc);
        var all = await db.Set<PriceList>().AsNoTracking().Where(l => l.OrganizationId == organization)
            .OrderByDescending(l => l.CreatedAt).Take(PriceBook.MostLists).ToListAsync(ct);
        return new PricesView([.. all.Select(l => new PriceListRow(
            l.Id.Value, l.Name,
            l.MachineId is { } machine ? places.GetValueOrDefault(machine.Value, machine.Value)
                : l.Group is { } group ? texts["Prices.GroupOf", group] : texts["Prices.Everywhere"],
            When(l), l.Paused, PriceRules.Holds(l, now)))])
        {
            MayWrite = context.User.Allows(Permission.CatalogWrite),
            Done = context.Request.Query["done"] == "removed" ? "Prices.Removed" : null,
        };
    }

    private string When(PriceList list)
    {
        var culture = CultureInfo.CurrentCulture;
        var parts = new List<string>();
        if (list.Days != PriceList.EveryDay)
        {
            parts.Add(string.Join(", ", Enumerable.Range(0, 7).Where(d => (list.Days & (1 << d)) != 0)
                .Select(d => culture.DateTimeFormat.AbbreviatedDayNames[(d + 1) % 7])));
        }

        if (list is { StartsAt: { } start, EndsAt: { } end }) parts.Add($"{start.ToString("t", culture)}–{end.ToString("t", culture)}");
        if (list.ValidFrom is { } from) parts.Add(texts["Prices.From", from.Written()]);
        if (list.ValidUntil is { } until) parts.Add(texts["Prices.Until", until.Written()]);
        return parts.Count == 0 ? texts["Prices.Always"] : string.Join(" · ", parts);
    }

    private async Task<IResult> SaveAsync(HttpContext context, Guid? id, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        if (id is { } known) await lists.ShowAsync(organization, known, ct);
        var form = await context.Request.ReadFormAsync(ct);
        var typed = PriceListForm.Of(form);
        var currency = await CurrencyAsync(organization, ct);
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var prices = await PricesAsync(organization, form, currency, faults, ct);
        var request = typed.ToRequest(prices, faults);
        try
        {
            FieldsException.ThrowIfAny("price_list_invalid", faults);
            var saved = await lists.SaveAsync(organization, id, request, ct);
            return context.SeeOther($"{Address}/{saved.Value}?done=saved");
        }
        catch (FieldsException wrong)
        {
            db.ChangeTracker.Clear();
            return Pages.Show<PriceListPage>(
                await ViewAsync(context, id, typed, prices, ct) with { Wrong = [.. wrong.Errors.Keys], Done = null },
                StatusCodes.Status422UnprocessableEntity);
        }
    }

    /// <summary>What the form asks: the prices in it, one more product, and a shelf with so many percent off.</summary>
    private async Task<IReadOnlyList<PriceRequest>> PricesAsync(
        Id<Organization> organization, IFormCollection form, Currency currency, Dictionary<string, string> faults, CancellationToken ct)
    {
        var wanted = new SortedDictionary<int, long>();
        var (numbers, typed) = (form["product"], form["price"]);
        for (var i = 0; i < numbers.Count; i++) Keep(numbers[i], i < typed.Count ? typed[i] : null);
        if (!string.IsNullOrWhiteSpace(form["add_product"])) Keep(form["add_product"].ToString().Split(' ')[0], form["add_price"]);
        var category = form["add_category"].ToString();
        if (category.Length == 0) return [.. wanted.Select(w => new PriceRequest(w.Key, w.Value))];
        if (BulkChange.PercentOf(form["add_percent"].ToString()) is not { } percent)
        {
            faults["prices"] = "By how many percent?";
            return [.. wanted.Select(w => new PriceRequest(w.Key, w.Value))];
        }

        var shelf = await db.Set<Product>().AsNoTracking()
            .Where(p => p.OrganizationId == organization && p.Category == category && p.ArchivedAt == null)
            .Take(PriceBook.MostEntries).Select(p => new { p.Number, p.Price }).ToListAsync(ct);
        foreach (var product in shelf)
        {
            wanted[product.Number] = Math.Max((long)Math.Round(product.Price * (100 + percent) / 100, MidpointRounding.AwayFromZero), 0);
        }

        return [.. wanted.Select(w => new PriceRequest(w.Key, w.Value))];

        void Keep(string? number, string? price)
        {
            if (string.IsNullOrWhiteSpace(price) && number != form["add_product"].ToString().Split(' ')[0]) return; // emptied: it goes
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var product)) faults["prices"] = "There is no such product.";
            else if (ProductForm.Amount("prices", price ?? "", currency, faults) is { } minor) wanted[product] = minor;
        }
    }

    private async Task<PriceListView> ViewAsync(
        HttpContext context, Guid? id, PriceListForm typed, IReadOnlyList<PriceRequest> prices, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var currency = await CurrencyAsync(organization, ct);
        var places = await lists.PlacesAsync(organization, ct);
        var numbers = prices.Select(p => p.Product).ToList();
        var products = await db.Set<Product>().AsNoTracking()
            .Where(p => p.OrganizationId == organization && (numbers.Contains(p.Number) || p.ArchivedAt == null))
            .OrderBy(p => p.Name).Take(MostChoices + PriceBook.MostEntries)
            .Select(p => new { p.Number, p.Name, p.Price, p.Category, p.ArchivedAt, p.Measure }).ToListAsync(ct);
        var named = products.ToDictionary(p => p.Number);
        return new PriceListView(id, typed, currency.Code)
        {
            Prices = [.. prices.Where(p => named.ContainsKey(p.Product)).Select(p => new PriceRow(
                p.Product, named[p.Product].Name, new Amount(named[p.Product].Price, currency.Code).Per(named[p.Product].Measure is Measure.Weight),
                ProductForm.MajorOf(p.Price, currency)))],
            Places =
            [
                new("", texts["Prices.Everywhere"]),
                .. places.Select(p => p.Group).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.CurrentCulture)
                    .Select(g => new Choice(PriceListForm.OfGroup(g), texts["Prices.GroupOf", g])),
                .. places.Select(p => new Choice(PriceListForm.OfMachine(p.Id.Value), p.Name)),
            ],
            Products = [.. products.Where(p => p.ArchivedAt is null && !numbers.Contains(p.Number)).Take(MostChoices)
                .Select(p => new Choice(p.Number.ToString(CultureInfo.InvariantCulture), p.Name))],
            Categories = [.. products.Where(p => p.ArchivedAt is null).Select(p => p.Category).Distinct(StringComparer.Ordinal).Order(StringComparer.CurrentCulture)],
            MayWrite = context.User.Allows(Permission.CatalogWrite),
            Done = context.Request.Query["done"] == "saved" ? "Prices.Saved" : null,
        };
    }

    private Task<Currency> CurrencyAsync(Id<Organization> organization, CancellationToken ct) =>
        db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
}
