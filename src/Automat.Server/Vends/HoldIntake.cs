using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>
/// Takes in what the provider says about single payments: that a hold stands, was captured or is gone, and that a debt was
/// paid. Told twice, late and out of order, each counts once.
/// </summary>
internal sealed class HoldIntake(
    AutomatDb db, Journal.Journal journal, IPaymentProvider provider, PaymentIntake payments, VendSignals signals) : IPaymentTaker
{
    /// <summary>Takes in an event; null when that closed it in the same step.</summary>
    public async Task<InboxStatus?> TakeAsync(ProviderEventContent.IntentEvent told, InboxEvent stored, CancellationToken ct)
    {
        var intent = told.Intent;
        if (DebtIn(intent.Metadata) is { } debt) return await TakeDebtAsync(debt, told, ct);
        var hold = await db.Set<CardHold>().AsNoTracking().SingleOrDefaultAsync(h => h.IntentId == intent.Id, ct);
        return (told.Change, hold) switch
        {
            (IntentChange.Succeeded or IntentChange.Canceled, not null) => await EndAsync(hold, intent, ct),
            (IntentChange.AmountCapturableUpdated, null) => await BeginAsync(intent, stored, ct),
            _ => InboxStatus.Ignored, // of payments at once, checkouts tell the same with our reference
        };
    }

    /// <inheritdoc/>
    public async Task<bool> TakeAsync(Payments.Checkout page, CheckoutChange? change, CancellationToken ct)
    {
        // The page of a debt: the debt stands in it.
        if (page.PaymentLinkId is not null || DebtIn(page.Metadata) is not { } id) return false;
        if (page.PaymentStatus is not CheckoutPaymentStatus.Paid) return true;
        var debt = await db.Set<Debt>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, ct);
        if (debt is null || page.AmountTotal is not { } amount || page.Currency != debt.Currency.Code) return false;
        await journal.ExecuteAsync(
            new PayDebt(id, page.PaymentIntentId ?? page.Id, amount, signals.Money) { Organization = debt.OrganizationId }, ct);
        return true;
    }

    /// <inheritdoc/>
    /// <remarks>A debt whose payment was given back by hand is a matter for the person who did it.</remarks>
    public Task<bool> TakeRefundAsync(Refund refund, CancellationToken ct) => Task.FromResult(false);

    private async Task<InboxStatus> TakeDebtAsync(Id<Debt> id, ProviderEventContent.IntentEvent told, CancellationToken ct)
    {
        if (told.Change is not IntentChange.Succeeded) return InboxStatus.Ignored;
        var debt = await db.Set<Debt>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, ct);
        if (debt is null || told.Intent.Currency != debt.Currency.Code) return InboxStatus.Unmatched;
        await journal.ExecuteAsync(
            new PayDebt(id, told.Intent.Id, told.Intent.Received, signals.Money) { Organization = debt.OrganizationId }, ct);
        return InboxStatus.Done;
    }

    private async Task<InboxStatus> EndAsync(CardHold hold, PaymentIntent told, CancellationToken ct)
    {
        var status = await journal.ExecuteAsync(
            new EndHold(hold.VendId, told, signals.Money) { Organization = hold.OrganizationId }, ct);
        if (status is not HoldStatus.Lost) return InboxStatus.Done;

        // The bank let it go before the door was opened: then it stays shut.
        var vend = await db.Set<Vend>().AsNoTracking().SingleAsync(v => v.Id == hold.VendId, ct);
        if (vend.Status is not VendStatus.Reserved) return InboxStatus.Done;
        var command = await db.Set<MachineCommand>().AsNoTracking().Where(c => c.VendId == vend.Id)
            .Select(c => (Id<MachineCommand>?)c.Id).FirstOrDefaultAsync(ct);
        await journal.ExecuteAsync(
            new SettleVend(vend.Id, Settlement.Cancel, "hold_lost", signals) { Organization = vend.Organization, Command = command }, ct);
        return InboxStatus.Done;
    }

    private async Task<InboxStatus?> BeginAsync(PaymentIntent told, InboxEvent stored, CancellationToken ct)
    {
        if (!told.Metadata.TryGetValue("purchase", out var text) || !Guid.TryParse(text, out var reference)) return InboxStatus.Ignored;
        var id = new Id<Purchase>(reference);
        var purchase = await db.Set<Purchase>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, ct);
        if (purchase?.Offer is null) return InboxStatus.Ignored;
        Intake intake;
        if (purchase.Card is not null)
        {
            intake = await payments.TakeHoldAsync(purchase, session: null, told.Id, email: null, stored, ct);
        }
        else
        {
            // The page knows the customer's address; where we have not noted it yet, its own event comes after this one.
            if (purchase.SessionId is null || await provider.FindCheckoutAsync(purchase.SessionId, ct) is not { } page) return InboxStatus.Ignored;
            intake = await payments.TakeAsync(page, change: null, stored, ct);
        }

        return intake switch
        {
            Intake.Done => InboxStatus.Done,
            Intake.Closed => null,
            Intake.Nothing => InboxStatus.Ignored,
            Intake.Unmatched => InboxStatus.Unmatched,
        };
    }

    private static Id<Debt>? DebtIn(IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue("debt", out var text) && Guid.TryParse(text, out var id) ? new Id<Debt>(id) : null;
}
