using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.People;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Customers;

/// <summary>Begins and ends customers' sessions.</summary>
internal sealed class CustomerSessions(AutomatDb db, Actor actor, TimeProvider clock)
{
    /// <summary>Begins a session in this browser, in the caller's save.</summary>
    public void Begin(HttpContext context, Customer customer)
    {
        var (token, now) = (Secrets.NewToken(), clock.GetUtcNow());
        customer.Proved();
        actor.Proves(ActorKind.Customer, customer.Id.ToString());
        db.Add(new CustomerSession
        {
            Id = Id<CustomerSession>.New(now),
            OrganizationId = customer.OrganizationId,
            CustomerId = customer.Id,
            TokenHash = Secrets.HashOf(token),
            CreatedAt = now,
            ExpiresAt = now + CustomerSession.Lasts,
        });
        CustomerCookie.Key.Keep(context, token);
    }

    /// <summary>Ends the session of this browser.</summary>
    public async Task EndAsync(HttpContext context, CancellationToken ct)
    {
        if (CustomerCookie.Key.In(context.Request) is { } token)
        {
            var hash = Secrets.HashOf(token);
            await db.Set<CustomerSession>().Where(s => s.TokenHash == hash).ExecuteDeleteAsync(ct);
        }

        CustomerCookie.Key.Drop(context);
    }

    /// <summary>Ends all sessions of a customer.</summary>
    public Task<int> EndAllAsync(Id<Customer> customer, CancellationToken ct) =>
        db.Set<CustomerSession>().Where(s => s.CustomerId == customer).ExecuteDeleteAsync(ct);
}
