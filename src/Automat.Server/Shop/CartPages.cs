using System.Globalization;
using Automat.Server.Orders;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Storefront;

namespace Automat.Server.Shop;

/// <summary>The cart: filled, changed, and turned into an order that waits for its payment. Every step is a form of its own.</summary>
internal sealed class CartPages(CartBook carts, Shelf shelf, Checkout checkout, OrderBook orders, ShopPages ofGood)
{
    private const string Why = "customers need no account";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Cart.Address, (HttpContext context, CartPages pages, CancellationToken ct) => pages.ShowAsync(context, ct))
            .IsPublic(Why).WithName("Cart");
        Form(Cart.Address + "/add", "AddToCart", (pages, context, ct) => pages.AddAsync(context, ct));
        Form(Cart.Address, "ChangeCart", (pages, context, ct) => pages.ChangeAsync(context, ct));
        Form("/shop/checkout", "CheckOutCart", (pages, context, ct) => pages.PayAsync(context, ct));
        routes.MapForm("/shop/repeat/{token}", (string token, HttpContext context, CartPages pages, CancellationToken ct) =>
                pages.RepeatAsync(token, context, ct))
            .IsPublic("the token of one's own order opens it").RequireRateLimiting(RateLimits.Buying).WithName("RepeatOrder");

        void Form(string path, string name, Func<CartPages, HttpContext, CancellationToken, Task<IResult>> work) => routes
            .MapForm(path, (HttpContext context, CartPages pages, CancellationToken ct) => work(pages, context, ct))
            .IsPublic(Why).RequireRateLimiting(RateLimits.Buying).WithName(name);
    }

    private async Task<IResult> ShowAsync(HttpContext context, CancellationToken ct) =>
        Pages.Show<CartPage>((await checkout.LookAsync(await carts.FindAsync(context, ct), ct)).View);

    private async Task<IResult> AddAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var places = await shelf.PlacesAsync(ct);
        if (!int.TryParse(form["number"], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || places.Count == 0 || await shelf.FindAsync(places, number, ct) is not { } good) return ShopPages.Missing();
        var byWeight = good.Product.IsByWeight;
        var (more, wrong) = CartForm.Read(form["quantity"], byWeight);
        var most = Math.Min(good.Most, CartItem.MostOf(byWeight));
        if (wrong is null && more == 0) wrong = QuantityFault.Nothing;
        if (wrong is null && byWeight)
        {
            var before = (await carts.FindAsync(context, ct)).Items.FirstOrDefault(i => i.Product == good.Product.Id.Value)?.Quantity ?? 0;
            wrong = CartForm.Of(good.Product.Terms.FaultOf(more)) ?? (before + more > good.Product.Terms.Limit ? QuantityFault.TooMuch : (QuantityFault?)null);
            if (wrong is null && before + more > most) wrong = QuantityFault.NotThere;
        }

        if (wrong is { } fault) return await ofGood.RefusedAsync(good, places, form["quantity"].ToString(), fault, context, ct);
        if (most > 0) await carts.ChangeAsync(context, cart => cart.With(new CartItem(good.Product.Id.Value, more) { IsByWeight = byWeight }, most), ct);
        var text = number.ToString(CultureInfo.InvariantCulture);
        return context.SeeOther(BackOf(form["back"]) is { } back
            ? $"{back}{(back.Contains('?', StringComparison.Ordinal) ? '&' : '?')}added={text}"
            : $"/shop/products/{text}?added={text}");
    }

    private async Task<IResult> ChangeAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var wrong = CartForm.Nothing;
        var cart = await carts.ChangeAsync(context, known => CartForm.Over(known, form, out wrong), ct);
        return wrong.Count > 0 ? await RefusedAsync(cart, CartError.BadQuantity, ct, wrong) : context.SeeOther(Cart.Address);
    }

    private async Task<IResult> PayAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var wrong = CartForm.Nothing;
        var cart = await carts.ChangeAsync(context, known => CartForm.Over(known, form, out wrong), ct);
        if (wrong.Count > 0) return await RefusedAsync(cart, CartError.BadQuantity, ct, wrong);
        try
        {
            var ended = await checkout.RunAsync(cart, form["seen"].ToString(), context, ct);
            if (ended.Error is { } error) return await RefusedAsync(cart, error, ct);
            await carts.ChangeAsync(context, known => known with { OrderId = ended.Placed!.Id }, CancellationToken.None);
            return context.SeeOther(ended.Placed!.PayPage);
        }
        catch (ProviderException)
        {
            return await RefusedAsync(cart, CartError.PaymentUnavailable, ct);
        }
    }

    /// <summary>Puts all of an order into the cart once more; what the shop no longer has is left out there.</summary>
    private async Task<IResult> RepeatAsync(string token, HttpContext context, CancellationToken ct)
    {
        if (await orders.FindAsync(token, ct) is not { } found) return ShopPages.Missing();
        var lines = found.Sale.Purchase.Lines.Where(l => l.Product is not null).ToList();
        await carts.ChangeAsync(
            context,
            cart => lines.Aggregate(
                cart with { Place = cart.Place ?? found.Place.Id },
                (filled, line) => filled.With(new CartItem(line.Product!.Value, line.Quantity) { IsByWeight = line.IsByWeight })),
            ct);
        return context.SeeOther(Cart.Address);
    }

    private async Task<IResult> RefusedAsync(
        Cart cart, CartError error, CancellationToken ct, IReadOnlyDictionary<Guid, TypedQuantity>? wrong = null)
    {
        var view = (await checkout.LookAsync(cart, ct)).View;
        return Pages.Show<CartPage>(
            view with
            {
                Error = error,
                Lines = [.. view.Lines.Select(l => wrong?.GetValueOrDefault(l.Product) is { } typed ? l with { Wrong = typed } : l)],
            },
            error is CartError.PaymentUnavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>Back to a page of the shop, and nowhere else.</summary>
    private static string? BackOf(string? address) =>
        address is { Length: > 0 and < 400 } && (address == "/shop" || address.StartsWith("/shop?", StringComparison.Ordinal))
        && address.All(c => char.IsAscii(c) && c is > ' ' and not ('\\' or '#' or '\x7f')) ? address : null;
}
