using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>Whether a pay page could be matched to something of ours.</summary>
internal enum Intake
{
    /// <summary>All that follows from it is done.</summary>
    Done,

    /// <summary>All that follows from it is done, and the event that told it was closed in the same step.</summary>
    Closed,

    /// <summary>Nothing follows from it.</summary>
    Nothing,

    /// <summary>It was paid, and nothing of ours belongs to it.</summary>
    Unmatched,
}

/// <summary>
/// Turns what the provider says about a pay page into what happens here. Called by the inbox, by the reconciler and by
/// whoever cannot wait for either; all may come twice and in any order.
/// </summary>
internal sealed class PaymentIntake(
    AutomatDb db, Journal.Journal journal, MachineDirectory machines, DriverRegistry drivers, VendSignals signals,
    IPaymentProvider provider, TimeProvider clock)
{
    /// <summary>Takes in a pay page as it was at some moment.</summary>
    /// <param name="checkout">The page.</param>
    /// <param name="change">What changed; null when we looked by ourselves.</param>
    /// <param name="told">The event that told it; null when we looked by ourselves.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<Intake> TakeAsync(
        Payments.Checkout checkout, CheckoutChange? change, InboxEvent? told, CancellationToken ct)
    {
        var paid = checkout.PaymentStatus is CheckoutPaymentStatus.Paid
            || change is CheckoutChange.AsyncPaymentSucceeded;
        var purchase = await FindAsync(checkout, ct);
        if (paid) return await TakePaidAsync(checkout, purchase, told, ct);
        if (purchase is null) return Intake.Nothing;

        if (change is CheckoutChange.AsyncPaymentFailed || checkout.Status is CheckoutStatus.Expired)
        {
            var reason = change is CheckoutChange.AsyncPaymentFailed ? "payment_failed" : "payment_expired";
            await journal.ExecuteAsync(
                new ClosePurchase(purchase.Id, reason) { Organization = purchase.OrganizationId }, ct);
            return Intake.Done;
        }

        if (checkout.Status is not CheckoutStatus.Complete) return Intake.Nothing;
        if (purchase.Offer is not null)
        {
            // The customer is through and nothing was paid, as it should be: the money is held.
            return checkout.PaymentIntentId is { } held
                ? await TakeHoldAsync(purchase, checkout.Id, held, checkout.Email, told, ct)
                : Intake.Unmatched;
        }

        await journal.ExecuteAsync(
            new AwaitPayment(purchase.Id, checkout.Id, checkout.PaymentIntentId)
            {
                Organization = purchase.OrganizationId,
            }, ct);
        return Intake.Done;
    }

    /// <summary>Takes in a hold, as the provider sees it now.</summary>
    /// <param name="purchase">What it is for.</param>
    /// <param name="session">The pay page; null for a saved card.</param>
    /// <param name="intentId">The payment.</param>
    /// <param name="email">The address the customer gave.</param>
    /// <param name="told">The event that told it; null when we looked by ourselves.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<Intake> TakeHoldAsync(
        Purchase purchase, string? session, string intentId, string? email, InboxEvent? told, CancellationToken ct)
    {
        if (purchase.Status is PurchaseStatus.Paid && purchase.IntentId == intentId) return Intake.Done;
        var intent = await provider.FindIntentAsync(intentId, ct);
        if (intent is null) return Intake.Unmatched;
        if (intent.Status is IntentStatus.Canceled)
        {
            await journal.ExecuteAsync(
                new ClosePurchase(purchase.Id, "payment_expired") { Organization = purchase.OrganizationId }, ct);
            return Intake.Done;
        }

        if (intent.Status is not IntentStatus.RequiresCapture || !Currency.TryParse(intent.Currency, out _)) return Intake.Nothing;
        string? refuse = null;
        if (purchase.Status is PurchaseStatus.Paid || (session is not null && purchase.SessionId is not null && purchase.SessionId != session))
        {
            // A second hold for what was opened once: booked on its own and given back.
            purchase = Another(purchase);
            refuse = "paid_twice";
        }

        var (terms, closed) = await TermsAsync(purchase, ct);
        await journal.ExecuteAsync(
            new TakeHold(purchase, new HoldFacts(session, intent, email, told), terms, signals, refuse ?? closed)
            {
                Organization = purchase.OrganizationId,
            }, ct);
        return told is null ? Intake.Done : Intake.Closed;
    }

    private async Task<Intake> TakePaidAsync(
        Payments.Checkout checkout, Purchase? purchase, InboxEvent? told, CancellationToken ct)
    {
        if (checkout.AmountTotal is not > 0 || !Currency.TryParse(checkout.Currency, out var currency))
        {
            return Intake.Unmatched;
        }

        if (purchase?.Status is PurchaseStatus.Paid && purchase.SessionId == checkout.Id) return Intake.Done;
        string? refuse = null;
        purchase ??= await FromLinkAsync(checkout, new Money(checkout.AmountTotal.Value, currency), ct);
        if (purchase is null) return Intake.Unmatched;
        if (purchase.SessionId is not null && purchase.SessionId != checkout.Id)
        {
            // A second payment for what was bought once: booked on its own and given back.
            purchase = Another(purchase);
            refuse = "paid_twice";
        }

        var (terms, closed) = await TermsAsync(purchase, ct);
        var facts = new PaymentFacts(
            checkout.Id, checkout.PaymentIntentId, new Money(checkout.AmountTotal.Value, currency), checkout.Email,
            told);
        await journal.ExecuteAsync(
            new TakePayment(purchase, facts, terms, signals, refuse ?? closed) { Organization = purchase.OrganizationId },
            ct);
        return told is null ? Intake.Done : Intake.Closed;
    }

    private Purchase Another(Purchase purchase) => purchase with
    {
        Id = Id<Purchase>.New(clock.GetUtcNow()),
        TokenHash = null,
        VendId = null,
        HoldsStock = false,
        SessionId = null,
        IntentId = null,
        Status = PurchaseStatus.Open,
    };

    /// <summary>What the machine's driver needs, and why the machine sells nothing any more, if so.</summary>
    private async Task<(DeliveryTerms Terms, string? Closed)> TermsAsync(Purchase purchase, CancellationToken ct)
    {
        var machine = await machines.GetAsync(purchase.MachineId, ct);
        var terms = drivers.Of(machine)?.TermsOf(machine);
        if (terms is null || machine.State is MachineState.Retired) return (NoTerms, "not_connected_yet");
        // A printed link can be paid at any time; a page may have been open when staff closed the machine.
        return (terms, machine.State is MachineState.OutOfService ? "out_of_service" : null);
    }

    private async Task<Purchase?> FindAsync(Payments.Checkout checkout, CancellationToken ct)
    {
        var bySession = await db.Set<Purchase>().AsNoTracking().SingleOrDefaultAsync(p => p.SessionId == checkout.Id, ct);
        if (bySession is not null || !Guid.TryParse(checkout.Reference, out var reference)) return bySession;

        // The session may be told before we noted it ourselves. Strangers may set the reference of a link's page,
        // so it counts only for pages that came from no link.
        var id = new Id<Purchase>(reference);
        return checkout.PaymentLinkId is null
            ? await db.Set<Purchase>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, ct)
            : null;
    }

    /// <summary>A sale that began at a printed link: the machine's credits, as many as the payment covers.</summary>
    private async Task<Purchase?> FromLinkAsync(Payments.Checkout checkout, Money paid, CancellationToken ct)
    {
        var machine = await MachineOfAsync(checkout, ct);
        if (machine is null) return null;
        var credit = await machines.CreditOfAsync(machine.Id, ct);
        var credits = credit is null || paid.Currency != machine.Currency || credit.Price <= 0
            ? 0
            : (int)Math.Min(paid.Amount / credit.Price, 1_000);
        var now = clock.GetUtcNow();
        return new Purchase
        {
            Id = Id<Purchase>.New(now),
            OrganizationId = machine.OrganizationId,
            MachineId = machine.Id,
            Lines = credits == 0
                ? []
                : [new VendLine(
                    credit!.Slot, credit.Product.Value, credit.Name, credits, credit.Price, credit.TaxBasisPoints)],
            Amount = paid.Amount,
            Currency = machine.Currency,
            Provider = provider.Name,
            SessionId = checkout.Id,
            ExpiresAt = now,
            CreatedAt = now,
        };
    }

    private async Task<Machine?> MachineOfAsync(Payments.Checkout checkout, CancellationToken ct)
    {
        if (checkout.PaymentLinkId is not null)
        {
            var link = await db.Set<MachineLink>().AsNoTracking()
                .SingleOrDefaultAsync(l => l.Id == checkout.PaymentLinkId, ct);
            if (link is not null) return await machines.FindAsync(link.MachineId, ct);
        }

        return checkout.Metadata.TryGetValue("machine_id", out var text) && MachineId.TryParse(text, out var id)
            ? await machines.FindAsync(id, ct)
            : null;
    }

    private static readonly DeliveryTerms NoTerms =
        new("none", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, UsesCode: false, SalesAtOnce: 0);
}
