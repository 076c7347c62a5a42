using System.Globalization;
using Automat.Domain.Goods;
using Automat.Server.Orders;
using Automat.Server.Storefront;

namespace Automat.Server.Shop;

/// <summary>Browsing: all that can be ordered, shelf by shelf, and each product with where it can be collected.</summary>
internal sealed class ShopPages(Shelf shelf, CartBook carts, PromiseCredit promise)
{
    public const string Address = "/shop";

    private const string Why = "customers need no account";
    private const int MostPages = 100;
    private const int LongestText = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext context, ShopPages pages, CancellationToken ct) => pages.BrowseAsync(context, ct))
            .IsPublic(Why).WithName("Shop");
        routes.MapGet(Address + "/products/{number:int}", (int number, HttpContext context, ShopPages pages, CancellationToken ct) =>
            pages.ShowAsync(number, context, ct)).IsPublic(Why).WithName("ShopProduct");
    }

    /// <summary>A window of the shop.</summary>
    public static WindowView WindowOf(Good good, string currency) => new(
        good.Product.Number, good.Product.Name, good.Product.Picture, new Amount(good.Price, currency), good.Most)
    {
        IsByWeight = good.Product.IsByWeight,
    };

    private async Task<IResult> BrowseAsync(HttpContext context, CancellationToken ct)
    {
        var query = context.Request.Query;
        var (search, category) = (Word(query["q"]), Word(query["category"]));
        var page = int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Clamp(number, 1, MostPages)
            : 1;
        var places = await shelf.PlacesAsync(ct);
        var cart = await carts.FindAsync(context, ct);
        if (places.Count == 0) return Pages.Show<ShopPage>(new ShopView([], [], cart.Pieces));

        var currency = places[0].Machine.Currency.Code;
        var goods = await shelf.FindAsync(places, category, search, page, ct);
        var added = int.TryParse(query["added"], NumberStyles.None, CultureInfo.InvariantCulture, out var one) ? one : (int?)null;
        return Pages.Show<ShopPage>(new ShopView(
            [.. goods.Take(Shelf.PageSize).GroupBy(g => g.Product.Category)
                .Select(g => new ShopShelfView(g.Key, [.. g.Select(good => WindowOf(good, currency))]))],
            await shelf.CategoriesAsync(places, ct), cart.Pieces)
        {
            Search = search ?? "",
            Category = category,
            Page = page,
            HasMore = goods.Count > Shelf.PageSize && page < MostPages,
            Added = goods.FirstOrDefault(g => g.Product.Number == added)?.Product.Name,
        });
    }

    private async Task<IResult> ShowAsync(int number, HttpContext context, CancellationToken ct)
    {
        var places = await shelf.PlacesAsync(ct);
        if (places.Count == 0 || await shelf.FindAsync(places, number, ct) is not { } good) return Missing();
        return Pages.Show<GoodPage>(await ViewAsync(good, places, context, ct) with
        {
            IsAdded = context.Request.Query.ContainsKey("added"),
        });
    }

    /// <summary>The product's page once more, with what was typed and what is wrong with it.</summary>
    public async Task<IResult> RefusedAsync(
        Good good, IReadOnlyList<Place> places, string typed, QuantityFault fault, HttpContext context, CancellationToken ct) =>
        Pages.Show<GoodPage>(
            await ViewAsync(good, places, context, ct) with { Wrong = new TypedQuantity(Word(typed) ?? "", fault) },
            StatusCodes.Status422UnprocessableEntity);

    private async Task<GoodView> ViewAsync(Good good, IReadOnlyList<Place> places, HttpContext context, CancellationToken ct)
    {
        var cart = await carts.FindAsync(context, ct);
        var (product, currency) = (good.Product, places[0].Machine.Currency.Code);
        return new GoodView(
            WindowOf(good, currency), product.Category, (product.TaxBasisPoints / 100m).ToString("0.##", CultureInfo.CurrentCulture),
            [.. places.Where(p => good.At.ContainsKey(p.Machine.Id)).Select(p => new AtPlaceView(
                p.Machine.Name, p.Machine.Location, new Amount(good.At[p.Machine.Id].Min(s => s.Price), currency),
                good.AvailableAt(p.Machine.Id), p.IsReady))],
            cart.Pieces)
        {
            Description = product.Description,
            Allergens = Allergens.In(product.Allergens),
            AgeLimit = product.AgeLimit,
            Terms = product.IsByWeight ? product.Terms : null,
            CreditTo = (await promise.OfAsync(cart.OrganizationId, cart.CustomerId, ct))?.Name,
        };
    }

    public static IResult Missing() => Pages.Show<ProblemPage>(new ProblemView(404), StatusCodes.Status404NotFound);

    private static string? Word(string? text)
    {
        var word = text?.Replace("\0", "", StringComparison.Ordinal).Trim();
        return string.IsNullOrEmpty(word) ? null : word[..Math.Min(word.Length, LongestText)];
    }
}
