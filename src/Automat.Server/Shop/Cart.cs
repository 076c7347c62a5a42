using Automat.Domain;
using Automat.Server.Customers;
using Automat.Server.Orders;

namespace Automat.Server.Shop;

/// <summary>So many of a product.</summary>
/// <param name="Product">The product's id.</param>
/// <param name="Quantity">Pieces, at least one.</param>
internal sealed record CartItem(Guid Product, int Quantity);

/// <summary>
/// What a customer means to buy. It is kept here under the hash of a random token that only the browser's cookie holds, so it
/// outlives a closed browser; it promises nothing and names nobody. With an account it is the account's.
/// </summary>
internal sealed record Cart
{
    /// <summary>Where it is shown.</summary>
    public const string Address = "/shop/cart";

    public const int MostProducts = 50;

    public required Id<Cart> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>SHA-256 of the cookie's token; of nothing anybody has once the cart is an account's.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>Whose account's it is: the same in every browser they are signed in in; null for a browser's.</summary>
    public Id<Customer>? CustomerId { get; init; }

    public IReadOnlyList<CartItem> Items { get; init; } = [];

    /// <summary>Where it is to be collected; null while nobody chose.</summary>
    public MachineId? Place { get; init; }

    /// <summary>The order that was placed with it and that nobody has paid yet.</summary>
    public Id<Order>? OrderId { get; init; }

    /// <summary>When it was changed last; a cart nobody touches goes after a while.</summary>
    public required DateTimeOffset UsedAt { get; init; }

    /// <summary>All pieces in it.</summary>
    public int Pieces => Items.Sum(i => i.Quantity);

    /// <summary>The cart with so many more of a product.</summary>
    public Cart With(Guid product, int more, int most)
    {
        var now = Math.Clamp((Items.FirstOrDefault(i => i.Product == product)?.Quantity ?? 0) + more, 0, most);
        return Holding(product, now);
    }

    /// <summary>The cart with all of another one added: what somebody chose before signing in comes along.</summary>
    public Cart With(Cart other, int most) => other.Items.Aggregate(this, (cart, item) => cart.With(item.Product, item.Quantity, most)) with
    {
        Place = Place ?? other.Place,
        OrderId = OrderId ?? other.OrderId,
    };

    /// <summary>The cart with just so many of a product; none takes it out. A full cart takes no new product.</summary>
    public Cart Holding(Guid product, int quantity)
    {
        if (quantity <= 0) return this with { Items = [.. Items.Where(i => i.Product != product)] };
        if (Items.Any(i => i.Product == product))
            return this with { Items = [.. Items.Select(i => i.Product == product ? i with { Quantity = quantity } : i)] };
        return Items.Count >= MostProducts ? this : this with { Items = [.. Items, new CartItem(product, quantity)] };
    }
}
