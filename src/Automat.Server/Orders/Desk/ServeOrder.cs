using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Vends;

namespace Automat.Server.Orders.Desk;

/// <summary>What staff do about an order, on its page and by the API: put it together, hand it over, call it off.</summary>
internal sealed class ServeOrder(AutomatDb db, OrderBook book, WaitingSales waiting, FollowOrder follow, TimeProvider clock)
{
    /// <summary>An order of an organisation.</summary>
    /// <exception cref="RuleException"><c>order_unknown</c>.</exception>
    public async Task<FoundOrder> GetAsync(Id<Organization> organization, Guid id, CancellationToken ct) =>
        await book.FindAsync(organization, new Id<Order>(id), ct) ?? throw new RuleException("order_unknown", $"There is no order {id}.");

    /// <summary>It is put together and can be collected. Saying so again changes nothing.</summary>
    /// <exception cref="RuleException"><c>order_state</c>.</exception>
    public async Task MarkReadyAsync(FoundOrder found, CancellationToken ct)
    {
        if (found.Order.ReadyAt is not null) return;
        if (!found.ByHand || found.State is not OrderState.Paid) throw Wrong(found);
        db.Replace(found.Order, found.Order with { ReadyAt = clock.GetUtcNow().ToUniversalTime() });
        db.Note(found.Order.OrganizationId, "order.ready", "order", found.Order.Id.ToString());
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear(); // what follows reads it anew
        await FollowAsync(found, ct);
    }

    /// <summary>The customer has it: the sale is committed.</summary>
    /// <exception cref="RuleException"><c>order_state</c>, <c>sale_begun</c>, <c>sale_ended</c>.</exception>
    public async Task HandOverAsync(FoundOrder found, CancellationToken ct)
    {
        if (!found.ByHand || found.Sale.Vend is not { } vend) throw Wrong(found);
        await waiting.HandOverAsync(vend, ct);
        await FollowAsync(found, ct);
    }

    /// <summary>It is called off: money and goods go back.</summary>
    /// <exception cref="RuleException"><c>order_state</c>, <c>sale_begun</c>, <c>sale_ended</c>.</exception>
    public async Task CallOffAsync(FoundOrder found, CancellationToken ct)
    {
        if (found.Sale.Vend is not { } vend) throw Wrong(found);
        await waiting.CallOffAsync(vend, ct);
        await FollowAsync(found, ct);
    }

    private Task FollowAsync(FoundOrder found, CancellationToken ct) => follow.RunAsync(found.Order.OrganizationId, found.Order.Id, ct);

    private static RuleException Wrong(FoundOrder found) => new("order_state", $"Order {found.Order.Number} is {found.State}.");
}
