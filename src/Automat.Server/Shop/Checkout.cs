using System.Globalization;
using Automat.Domain;
using Automat.Server.Catalog;
using Automat.Server.Chips.Own;
using Automat.Server.Customers;
using Automat.Server.Orders;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Storefront;

namespace Automat.Server.Shop;

/// <summary>How placing an order ended: with an order, or with why not.</summary>
internal sealed record CheckoutEnd(PlacedOrder? Placed, CartError? Error);

/// <summary>A cart as it is at its place, for the page and for placing the order: both count alike.</summary>
internal sealed record LookedAt(CartView View, Place? Place, IReadOnlyList<Vends.Wish> Wishes, long Amount)
{
    /// <summary>The chip its money becomes credit of when nobody collects it; null: it goes back.</summary>
    public CreditChip? Credit { get; init; }
}

/// <summary>
/// Turns a cart into an order. What is paid is what the page said: goods, place and total are looked at again, and whoever saw
/// another total sees the page once more. From there on a changed price touches nothing.
/// </summary>
internal sealed class Checkout(
    Shelf shelf, OrderBook orders, PlaceOrder place, GiveUpOrder giveUp, PublicAddress address, CurrentCustomer customers,
    PromiseCredit promise)
{
    public async Task<LookedAt> LookAsync(Cart cart, CancellationToken ct)
    {
        var places = await shelf.PlacesAsync(ct);
        var goods = await shelf.FindAsync(places, [.. cart.Items.Select(i => i.Product)], ct);
        if (cart.OrderId is { } own && await orders.FindAsync(cart.OrganizationId, own, ct) is { Sale.Purchase.HoldsStock: true } open)
        {
            goods = [.. goods.Select(good => open.Sale.Purchase.Lines.Where(l => l.Product == good.Product.Id.Value)
                .Aggregate(good, (known, line) => known.With(open.Place.Id, line.Slot, line.Quantity)))];
        }

        var wanted = cart.Items.Select(i => (Item: i, Good: goods.FirstOrDefault(g => g.Product.Id.Value == i.Product)))
            .Where(w => w.Good is not null).Select(w => (w.Item, Good: w.Good!)).ToList();
        var currency = places.Count > 0 ? places[0].Machine.Currency.Code : "";
        // Where there is one place only, it is the one.
        var chosen = places.FirstOrDefault(p => p.Machine.Id == cart.Place) ?? (places.Count == 1 ? places[0] : null);
        var taken = wanted.ConvertAll(w => chosen is not null && w.Good.At.TryGetValue(chosen.Machine.Id, out var stands)
            ? Taken.From(stands, w.Item.Quantity, w.Good.Product.IsByWeight)
            : new Taken([], 0, w.Item.Quantity));
        var amount = taken.Sum(t => t.Amount);
        var isWhole = chosen is not null && wanted.Count > 0 && taken.TrueForAll(t => t.Missing == 0)
            && wanted.TrueForAll(w => WrongOf(w.Item, w.Good.Product) is null);
        var lines = wanted.Select((w, i) => new CartLineView(
            ShopPages.WindowOf(w.Good, currency), w.Item.Quantity,
            chosen is not null && taken[i].Missing == 0 ? new Amount(taken[i].Amount, currency) : null,
            chosen is null ? null : w.Good.AvailableAt(chosen.Machine.Id))
        {
            Product = w.Item.Product,
            Each = w.Good.Product.IsByWeight && taken[i].Wishes is [var from]
                ? new Amount(w.Good.At[chosen!.Machine.Id].First(s => s.Slot == from.Slot).Price, currency)
                : null,
            Terms = w.Good.Product.IsByWeight ? w.Good.Product.Terms : null,
            Wrong = WrongOf(w.Item, w.Good.Product),
        }).ToList();
        var credit = await promise.OfAsync(cart.OrganizationId, cart.CustomerId, ct);
        var view = new CartView(
            lines,
            [.. places.Select(p => new PlaceView(
                p.Machine.Id.Value, p.Machine.Name, p.Machine.Location,
                wanted.TrueForAll(w => w.Good.AvailableAt(p.Machine.Id) >= w.Item.Quantity), p.IsReady, p.ByHand, (int)p.Keeps.TotalHours))],
            cart.Pieces)
        {
            Place = chosen?.Machine.Id.Value,
            Total = isWhole ? new Amount(amount, currency) : null,
            CreditTo = credit?.Name,
            Seen = isWhole ? SeenOf(chosen!, amount, credit) : "",
        };
        return new LookedAt(view, chosen, [.. taken.SelectMany(t => t.Wishes)], amount) { Credit = credit };
    }

    /// <summary>Places the order.</summary>
    /// <param name="cart">The cart.</param>
    /// <param name="seen">Place and total as the customer saw them.</param>
    /// <param name="context">Whose request.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ProviderException">The pay page could not be opened, or the one before not closed; nothing is promised.</exception>
    public async Task<CheckoutEnd> RunAsync(Cart cart, string seen, HttpContext context, CancellationToken ct)
    {
        // Whoever comes back to change something lets go of what the first order holds; it may be the last pieces.
        if (cart.OrderId is { } before
            && await orders.FindAsync(cart.OrganizationId, before, ct) is { State: OrderState.AwaitingPayment } open
            && !await giveUp.RunAsync(open, ct)) return Refused(CartError.BeingPaid);
        var looked = await LookAsync(cart, ct);
        if (looked.View.Lines.Count == 0) return Refused(CartError.Empty);
        if (looked.Place is not { } at) return Refused(CartError.NoPlace);
        if (!at.IsReady) return Refused(CartError.PlaceNotReady);
        if (looked.View.Lines.Any(l => l.Wrong is not null)) return Refused(CartError.BadQuantity);
        if (looked.View.Total is null) return Refused(CartError.NotThere);
        if (looked.View.Seen != seen) return Refused(CartError.OtherTotal);
        var home = address.For(context.Request);
        try
        {
            return new CheckoutEnd(
                await place.RunAsync(
                    at.Machine, looked.Wishes, looked.Amount, home, $"{home}{Cart.Address}",
                    CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, (await customers.FindAsync(context, ct))?.Id,
                    looked.Credit?.Id, ct),
                null);
        }
        catch (RuleException rule)
        {
            return Refused(rule.Code switch
            {
                "sold_out" or "slot_unknown" => CartError.NotThere,
                "price_changed" => CartError.OtherTotal,
                "quantity_invalid" or "amount_invalid" or "cart_empty" => CartError.BadQuantity,
                _ => CartError.PlaceNotReady,
            });
        }
    }

    /// <summary>Place and total, and where the money goes should nobody collect it: another promise is shown before anybody pays.</summary>
    private static string SeenOf(Place place, long amount, CreditChip? credit) =>
        $"{place.Machine.Id}:{amount.ToString(CultureInfo.InvariantCulture)}{(credit is null ? "" : $":{credit.Id}")}";

    /// <summary>What is weighed in the cart may not be allowed any more, or never was together.</summary>
    private static TypedQuantity? WrongOf(CartItem item, Product product) =>
        product.IsByWeight && CartForm.Of(product.Terms.FaultOf(item.Quantity)) is { } fault
            ? new TypedQuantity(new Quantity(item.Quantity, IsByWeight: true).Typed, fault)
            : null;

    private static CheckoutEnd Refused(CartError error) => new(null, error);
}
