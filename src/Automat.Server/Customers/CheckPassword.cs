using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.People;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Customers;

/// <summary>
/// Whether an address and a password belong together. An unknown address, a wrong password and a locked account cannot be told
/// apart, neither by the answer nor by the clock.
/// </summary>
internal sealed class CheckPassword(
    AutomatDb db, Tenant tenant, PaymentAccount account, Actor actor, CallerLimits limits, EvenPace pace, TimeProvider clock)
{
    /// <summary>A real hash of nothing anybody knows: checking an unknown address takes as long as checking a known one.</summary>
    private static readonly string NobodysHash = PasswordHashes.Of(Guid.CreateVersion7().ToString());

    /// <summary>The customer, or null. Failures count towards the lock of the account.</summary>
    /// <exception cref="Domain.RuleException"><c>too_many_requests</c> beyond the limit of attempts for one address.</exception>
    public async Task<Customer?> RunAsync(string? email, string? password, CancellationToken ct)
    {
        var address = Addresses.Compared(email);
        limits.CountAttempt("customer:" + address);
        var start = pace.Start();
        tenant.Enter(account.Organization);
        var customer = address.Length is > 0 and <= Customer.LongestEmail
            ? await db.Set<Customer>().SingleOrDefaultAsync(c => c.Email == address, ct)
            : null;
        var tried = password is { Length: <= PasswordRules.Longest } ? password : "";
        var (right, now) = (PasswordHashes.Match(customer?.PasswordHash ?? NobodysHash, tried), clock.GetUtcNow());
        if (right && customer is not null && !customer.IsLocked(now)) return customer;
        if (customer is not null && !right)
        {
            // Whoever it was: that an address is locked is the server's doing.
            if (!actor.IsKnown) actor.Is(ActorKind.System, "sign-in");
            customer.Failed(now);
            await db.SaveChangesAsync(ct);
        }

        await pace.WaitAsync(start, ct);
        return null;
    }
}
