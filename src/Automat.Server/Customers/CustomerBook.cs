using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Customers;

/// <summary>Which mails about orders a customer wants beyond those about money and codes, which always come.</summary>
/// <param name="Ready">That an order can be collected.</param>
/// <param name="Collected">That it was collected.</param>
public sealed record MailWishes(bool Ready, bool Collected)
{
    /// <summary>Whoever has no account is told everything.</summary>
    public static MailWishes All { get; } = new(Ready: true, Collected: true);
}

/// <summary>Tells other modules whose customer somebody is, and what they want to hear of.</summary>
public sealed class CustomerBook(AutomatDb db)
{
    /// <summary>Whose customer it is; null when there is no such account any more.</summary>
    public async Task<Id<Organization>?> OrganizationOfAsync(Id<Customer> customer, CancellationToken ct)
    {
        var found = await db.Set<Customer>().AsNoTracking().Where(c => c.Id == customer).Select(c => c.OrganizationId).ToListAsync(ct);
        return found is [var one] ? one : null;
    }

    /// <summary>What a customer wants; everything for nobody's orders.</summary>
    public async Task<MailWishes> MailsOfAsync(Id<Customer>? customer, CancellationToken ct)
    {
        if (customer is not { } id) return MailWishes.All;
        return await db.Set<Customer>().AsNoTracking().Where(c => c.Id == id)
            .Select(c => new MailWishes(c.MailsReady, c.MailsCollected)).SingleOrDefaultAsync(ct) ?? MailWishes.All;
    }
}
