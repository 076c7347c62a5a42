using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.People;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Customers;

/// <summary>A customer who is signed in in this browser.</summary>
/// <param name="Id">Who.</param>
/// <param name="Organization">Whose customer.</param>
/// <param name="Email">The confirmed address, in small letters.</param>
/// <param name="Name">What they are called.</param>
public sealed record SignedInCustomer(Id<Customer> Id, Id<Organization> Organization, string Email, string Name)
{
    /// <summary>The session of this browser; what is tied to it goes with it.</summary>
    public required Guid Session { get; init; }
}

/// <summary>Finds out which customer a request comes from. Looked up once a request, and only where a page asks.</summary>
public sealed class CurrentCustomer(AutomatDb db, Tenant tenant, PaymentAccount account, TimeProvider clock)
{
    private static readonly TimeSpan BetweenWrites = TimeSpan.FromDays(1);

    private bool looked;

    /// <summary>Who it is, once it was looked up; null for strangers.</summary>
    public SignedInCustomer? Known { get; private set; }

    /// <summary>Who it is; null for strangers. The request works for the shop's organisation from here on.</summary>
    public async Task<SignedInCustomer?> FindAsync(HttpContext context, CancellationToken ct)
    {
        if (looked) return Known;
        looked = true;
        if (CustomerCookie.Key.In(context.Request) is not { } token) return null;
        tenant.Enter(account.Organization);
        var (hash, now) = (Secrets.HashOf(token), clock.GetUtcNow());
        var found = await (from s in db.Set<CustomerSession>().AsNoTracking()
                           join c in db.Set<Customer>().AsNoTracking() on s.CustomerId equals c.Id
                           where s.TokenHash == hash && s.ExpiresAt > now
                           select new { Session = s.Id, s.ExpiresAt, c.Id, c.OrganizationId, c.Email, c.Name }).SingleOrDefaultAsync(ct);
        if (found is null) return null;
        var until = now + CustomerSession.Lasts;
        if (until - found.ExpiresAt >= BetweenWrites && !context.Response.HasStarted)
        {
            await db.Set<CustomerSession>().Where(s => s.Id == found.Session)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.ExpiresAt, until), ct);
            CustomerCookie.Key.Keep(context, token);
        }

        return Known = new SignedInCustomer(found.Id, found.OrganizationId, found.Email, found.Name) { Session = found.Session.Value };
    }
}
