using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.CardTopUps;

/// <summary>Turns what the provider says about the pay page of a top-up into credit.</summary>
internal sealed class CardTopUpIntake(AutomatDb db, Journal.Journal journal) : IPaymentTaker
{
    public async Task<bool> TakeAsync(Checkout checkout, CheckoutChange? change, CancellationToken ct)
    {
        if (await FindAsync(checkout, ct) is not { } topUp) return false;
        if (checkout.PaymentStatus is CheckoutPaymentStatus.Paid || change is CheckoutChange.AsyncPaymentSucceeded)
        {
            if (topUp.Status is CardTopUpStatus.Paid) return topUp.SessionId == checkout.Id;
            // What was paid is what becomes credit; money of another currency is for a person to look at.
            if (checkout.AmountTotal is not > 0 || !Currency.TryParse(checkout.Currency, out var currency) || currency != topUp.Currency)
            {
                return false;
            }

            await journal.ExecuteAsync(
                new TakeCardTopUp(topUp, checkout, new Money(checkout.AmountTotal.Value, currency)) { Organization = topUp.OrganizationId },
                ct);
        }
        else if (change is CheckoutChange.AsyncPaymentFailed || checkout.Status is CheckoutStatus.Expired)
        {
            var reason = change is CheckoutChange.AsyncPaymentFailed ? "payment_failed" : "payment_expired";
            await journal.ExecuteAsync(new CloseCardTopUp(topUp.Id, reason) { Organization = topUp.OrganizationId }, ct);
        }

        return true;
    }

    public async Task<bool> TakeRefundAsync(Refund refund, CancellationToken ct)
    {
        var topUp = await db.Set<CardTopUp>().AsNoTracking()
            .FirstOrDefaultAsync(t => t.IntentId == refund.PaymentIntentId && t.Status == CardTopUpStatus.Paid, ct);
        if (topUp is null) return false;
        await journal.ExecuteAsync(new BookReturnedTopUp(topUp, refund) { Organization = topUp.OrganizationId }, ct);
        return true;
    }

    private async Task<CardTopUp?> FindAsync(Checkout checkout, CancellationToken ct)
    {
        var all = db.Set<CardTopUp>().AsNoTracking();
        if (await all.SingleOrDefaultAsync(t => t.SessionId == checkout.Id, ct) is { } known) return known;
        // The page may be paid before we noted it ourselves. Strangers may set the reference of a printed link's page.
        if (checkout.PaymentLinkId is not null || !Guid.TryParse(checkout.Reference, out var reference)) return null;
        var id = new Id<CardTopUp>(reference);
        return await all.SingleOrDefaultAsync(t => t.Id == id && t.SessionId == null, ct);
    }
}
