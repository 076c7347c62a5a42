using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Customers;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Fridges.Own;

/// <summary>A customer gives a kept card up: gone here at once, and let go of by the provider as soon as it answers.</summary>
internal sealed class RemoveCard(AutomatDb db, KeepCard cards, TimeProvider clock) : ICustomerLeaves
{
    public Task LeavesAsync(Id<Organization> organization, Id<Customer> customer, CancellationToken ct) => RunAsync(organization, customer, ct);

    public async Task RunAsync(Id<Organization> organization, Id<Customer> customer, CancellationToken ct)
    {
        if (await cards.FindAsync(organization, customer, ct) is not { } card) return;
        db.Remove(card);
        db.Add(CardRemoval.Of(organization, card.MethodId, clock.GetUtcNow()));
        db.Note(organization, "card.removed", "saved_card", card.CustomerId);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Clicked twice: the other one removed it.
            db.ChangeTracker.Clear();
        }
    }
}
