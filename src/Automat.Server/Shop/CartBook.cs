using Automat.Domain;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.Orders;
using Automat.Server.Payments;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Shop;

/// <summary>
/// Finds and changes the cart of a browser, or of the account that is signed in in it: the first look after signing in puts the
/// browser's into the account's. Changes of two tabs come one after the other, none is lost.
/// </summary>
internal sealed class CartBook(
    AutomatDb db, Tenant tenant, PaymentAccount account, OrderBook orders, CurrentCustomer customers, TimeProvider clock)
{
    /// <summary>The browser's cart; an empty one where it has none. What was paid meanwhile is not in it any more.</summary>
    public async Task<Cart> FindAsync(HttpContext context, CancellationToken ct)
    {
        tenant.Enter(account.Organization);
        var owner = (await customers.FindAsync(context, ct))?.Id;
        var token = CartCookie.Key.In(context.Request);
        if (owner is not null && token is not null) return await ChangeAsync(context, known => known, ct);
        if (owner is null && token is null) return Empty([], owner: null);
        var hash = token is null ? [] : Selling.HashOf(token);
        var cart = await OfAsync(owner, hash, ct);
        if (cart is null) return Empty(hash, owner);
        return cart.OrderId is null ? cart : await ChangeAsync(context, known => known, ct);
    }

    /// <summary>Changes the browser's cart, which it gets when it has none.</summary>
    public async Task<Cart> ChangeAsync(HttpContext context, Func<Cart, Cart> change, CancellationToken ct)
    {
        tenant.Enter(account.Organization);
        var owner = (await customers.FindAsync(context, ct))?.Id;
        var shown = CartCookie.Key.In(context.Request);
        var token = shown ?? Selling.NewToken();
        var hash = Selling.HashOf(token);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // An account may have no row yet to be locked.
        if (owner is { } own) await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({"cart " + own}, 0))", ct);
        await db.Database.ExecuteSqlAsync($"select 1 from carts where token_hash = {hash} for update", ct);
        var before = await OfAsync(owner, hash, ct);
        var guest = owner is null || shown is null ? null : await OfAsync(owner: null, hash, ct);
        var known = before ?? Empty(owner is null ? hash : Selling.HashOf(Selling.NewToken()), owner);
        var settled = await WithoutPaidAsync(guest is null ? known : known.With(guest, Selling.MostPieces), ct);
        var after = change(settled) with { UsedAt = clock.GetUtcNow() };
        if (before is null) db.Add(after);
        else db.Replace(before, after);
        if (guest is not null) db.Remove(guest);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        db.ChangeTracker.Clear();
        if (owner is null) CartCookie.Key.Keep(context, token);
        else if (shown is not null) CartCookie.Key.Drop(context);
        return after;
    }

    /// <summary>An account's cart, else that of the browser with this token, which is nobody's.</summary>
    private Task<Cart?> OfAsync(Id<Customer>? owner, byte[] hash, CancellationToken ct)
    {
        var carts = db.Set<Cart>().AsNoTracking();
        return owner is null
            ? carts.SingleOrDefaultAsync(c => c.TokenHash == hash && c.CustomerId == null, ct)
            : carts.SingleOrDefaultAsync(c => c.CustomerId == owner, ct);
    }

    /// <summary>What the order placed with it has paid for goes; an order that came to nothing is forgotten.</summary>
    private async Task<Cart> WithoutPaidAsync(Cart cart, CancellationToken ct)
    {
        if (cart.OrderId is not { } id) return cart;
        var found = await orders.FindAsync(cart.OrganizationId, id, ct);
        if (found?.State is OrderState.AwaitingPayment) return cart;
        if (found?.Sale.Vend is not null)
        {
            foreach (var line in found.Sale.Purchase.Lines)
                if (line.Product is { } product) cart = cart.With(product, -line.Quantity, Selling.MostPieces);
        }

        return cart with { OrderId = null };
    }

    private Cart Empty(byte[] hash, Id<Customer>? owner) => new()
    {
        Id = Id<Cart>.New(clock.GetUtcNow()),
        OrganizationId = account.Organization,
        TokenHash = hash,
        CustomerId = owner,
        UsedAt = clock.GetUtcNow(),
    };
}
