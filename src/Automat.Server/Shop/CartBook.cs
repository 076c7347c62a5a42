using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Orders;
using Automat.Server.Payments;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Shop;

/// <summary>Finds and changes the cart of a browser. Changes of two tabs come one after the other, none is lost.</summary>
internal sealed class CartBook(AutomatDb db, Tenant tenant, PaymentAccount account, OrderBook orders, TimeProvider clock)
{
    /// <summary>The browser's cart; an empty one where it has none. What was paid meanwhile is not in it any more.</summary>
    public async Task<Cart> FindAsync(HttpContext context, CancellationToken ct)
    {
        tenant.Enter(account.Organization);
        if (CartCookie.In(context.Request) is not { } token) return Empty([]);
        var hash = Selling.HashOf(token);
        var cart = await db.Set<Cart>().AsNoTracking().SingleOrDefaultAsync(c => c.TokenHash == hash, ct);
        if (cart is null) return Empty(hash);
        return cart.OrderId is null ? cart : await ChangeAsync(context, known => known, ct);
    }

    /// <summary>Changes the browser's cart, which it gets when it has none.</summary>
    public async Task<Cart> ChangeAsync(HttpContext context, Func<Cart, Cart> change, CancellationToken ct)
    {
        tenant.Enter(account.Organization);
        var token = CartCookie.In(context.Request) ?? Selling.NewToken();
        var hash = Selling.HashOf(token);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"select 1 from carts where token_hash = {hash} for update", ct);
        var before = await db.Set<Cart>().AsNoTracking().SingleOrDefaultAsync(c => c.TokenHash == hash, ct);
        var settled = await WithoutPaidAsync(before ?? Empty(hash), ct);
        var after = change(settled) with { UsedAt = clock.GetUtcNow() };
        if (before is null) db.Add(after);
        else db.Replace(before, after);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        db.ChangeTracker.Clear();
        CartCookie.Keep(context, token);
        return after;
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

    private Cart Empty(byte[] hash) => new()
    {
        Id = Id<Cart>.New(clock.GetUtcNow()),
        OrganizationId = account.Organization,
        TokenHash = hash,
        UsedAt = clock.GetUtcNow(),
    };
}
