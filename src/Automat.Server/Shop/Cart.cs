using System.Text.Json.Serialization;
using Automat.Domain;
using Automat.Domain.Goods;
using Automat.Server.Customers;
using Automat.Server.Orders;
using Automat.Server.Vends;

namespace Automat.Server.Shop;

/// <summary>So many of a product.</summary>
/// <param name="Product">The product's id.</param>
/// <param name="Quantity">Pieces, or grams of what is weighed; at least one.</param>
internal sealed record CartItem(Guid Product, int Quantity)
{
    /// <summary>Whether it is weighed, which never changes about a product.</summary>
    public bool IsByWeight { get; init; }

    /// <summary>How many things it is: what is weighed is one.</summary>
    [JsonIgnore]
    public int Pieces => IsByWeight ? 1 : Quantity;

    /// <summary>The most a cart holds of one product.</summary>
    public static int MostOf(bool byWeight) => byWeight ? Weights.MostInPurchase : Selling.MostPieces;
}

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

    /// <summary>All things in it.</summary>
    public int Pieces => Items.Sum(i => i.Pieces);

    /// <summary>The cart with so much more of a product.</summary>
    /// <param name="more">The product, and how much more; less than nothing takes some out.</param>
    /// <param name="most">The most of it, where there is a limit besides the cart's own.</param>
    public Cart With(CartItem more, int most = int.MaxValue)
    {
        var before = Items.FirstOrDefault(i => i.Product == more.Product)?.Quantity ?? 0;
        return Holding(more with { Quantity = Math.Clamp(before + more.Quantity, 0, Math.Min(most, CartItem.MostOf(more.IsByWeight))) });
    }

    /// <summary>The cart with all of another one added: what somebody chose before signing in comes along.</summary>
    public Cart With(Cart other) => other.Items.Aggregate(this, (cart, item) => cart.With(item)) with
    {
        Place = Place ?? other.Place,
        OrderId = OrderId ?? other.OrderId,
    };

    /// <summary>The cart with just so much of a product; none takes it out. A full cart takes no new product.</summary>
    public Cart Holding(CartItem item)
    {
        if (item.Quantity <= 0) return this with { Items = [.. Items.Where(i => i.Product != item.Product)] };
        if (Items.Any(i => i.Product == item.Product))
            return this with { Items = [.. Items.Select(i => i.Product == item.Product ? item : i)] };
        return Items.Count >= MostProducts ? this : this with { Items = [.. Items, item] };
    }
}
