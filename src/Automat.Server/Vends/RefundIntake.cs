using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>
/// Takes in what the provider says about refunds: our own are confirmed, those made by hand at the provider are
/// booked so that the books follow the money.
/// </summary>
internal sealed class RefundIntake(
    AutomatDb db, Journal.Journal journal, IPaymentProvider provider, VendSignals signals, IEnumerable<IPaymentTaker> others)
{
    /// <summary>Takes in every refund of a payment.</summary>
    public async Task<InboxStatus> TakeAllAsync(string intent, CancellationToken ct)
    {
        var status = InboxStatus.Ignored;
        foreach (var refund in await provider.ListRefundsAsync(intent, ct)) status = await TakeAsync(refund, ct);
        return status;
    }

    /// <summary>Takes in one refund.</summary>
    public async Task<InboxStatus> TakeAsync(Refund refund, CancellationToken ct)
    {
        if (refund.Metadata.TryGetValue("payback", out var text) && Guid.TryParse(text, out var ours))
        {
            var id = new Id<Payback>(ours);
            var payback = await db.Set<Payback>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, ct);
            if (payback is null) return InboxStatus.Unmatched;
            await journal.ExecuteAsync(
                new ConfirmPayback(id, refund.Id, refund.Status, refund.PaymentIntentId)
                {
                    Organization = payback.OrganizationId,
                }, ct);
            return InboxStatus.Done;
        }

        if (refund.Status is not RefundStatus.Succeeded || refund.PaymentIntentId is null) return InboxStatus.Ignored;
        var vend = await db.Set<Vend>().AsNoTracking()
            .FirstOrDefaultAsync(v => v.Intent == refund.PaymentIntentId, ct);
        if (vend is null) return await IsTakenAsync(refund, ct) ? InboxStatus.Done : InboxStatus.Unmatched;
        var owed = await db.Set<Payback>().AsNoTracking()
            .Where(p => p.VendId == vend.Id && p.RefundId == null && p.Status != PaybackStatus.Paid && p.Status != PaybackStatus.SettledOtherwise)
            .Select(p => p.Id).ToListAsync(ct);
        var waiting = await db.Set<MachineCommand>().AsNoTracking()
            .Where(c => c.VendId == vend.Id && c.State == CommandState.Waiting)
            .Select(c => (Id<MachineCommand>?)c.Id).FirstOrDefaultAsync(ct);
        await journal.ExecuteAsync(
            new BookOutsideRefund(vend.Id, refund, owed, waiting, signals) { Organization = vend.Organization }, ct);
        return InboxStatus.Done;
    }

    /// <summary>Whether it gives back something that was no sale.</summary>
    private async Task<bool> IsTakenAsync(Refund refund, CancellationToken ct)
    {
        foreach (var other in others)
        {
            if (await other.TakeRefundAsync(refund, ct)) return true;
        }

        return false;
    }
}

/// <summary>A refund made by hand at the provider: the sale follows, under the provider's id of the refund.</summary>
internal sealed class BookOutsideRefund(
    Id<Vend> id, Refund refund, IReadOnlyList<Id<Payback>> owed, Id<MachineCommand>? waiting, VendSignals signals)
    : JournalCommand<VendStatus>
{
    public override string Key => $"outside-refund:{refund.Id}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<VendRows>().Ask(id);
        foreach (var payback in owed) rows.Of<PaybackRows>().Ask(payback);
        if (waiting is { } command) rows.Of<CommandRows>().Ask(command);
    }

    public override void AskMore(JournalRows rows)
    {
        if (!rows.Of<VendRows>().TryGet(id, out var vend)) return;
        Goods.Ask(rows, vend.Machine, vend.Lines);
        VendBook.AskHold(rows, vend);
    }

    public override VendStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        var book = new VendBook(rows, now, signals);
        var vend = book.Find(id);
        var pending = owed.Select(o => rows.Of<PaybackRows>().TryGet(o, out var p) ? p : null)
            .FirstOrDefault(p => p is not null && p.Status is not (PaybackStatus.Paid or PaybackStatus.SettledOtherwise) && p.Amount == refund.Amount);
        if (pending is not null)
        {
            // Somebody was faster than we: what we owed is paid, and ours must not be sent any more.
            rows.Of<PaybackRows>().Put(
                pending with { Status = PaybackStatus.Paid, RefundId = refund.Id, PaidAt = now, CheckedAt = now, Error = null });
            rows.Book(vend.Organization, Moved("refund.paid", vend, Accounts.Refunds), now);
            return vend.Status;
        }

        var change = Change(vend, now);
        Goods.Follow(rows, vend, change);
        if (change.News)
        {
            // Decided by the provider: nothing is owed, so the payback is not written.
            VendBook.Book(rows, change, now);
            Follow(rows, change.Vend);
            CallOff(rows, change.Vend);
            rows.Tell(() => signals.Moved(change.Vend));
        }

        var from = change.News ? Accounts.Refunds : Accounts.Losses;
        rows.Book(vend.Organization, Moved("refund.outside", vend, from), now);
        return change.Vend.Status;
    }

    /// <summary>What went back of a hold by hand cannot go back of it once more.</summary>
    private void Follow(JournalRows rows, Vend vend)
    {
        if (vend.Tender.Kind is not TenderKind.Authorised || !rows.Of<HoldRows>().TryGet(vend.Id, out var hold)) return;
        rows.Of<HoldRows>().Put(hold with { GivenBack = hold.GivenBack + refund.Amount });
    }

    private void CallOff(JournalRows rows, Vend vend)
    {
        if (vend.Status is not VendStatus.Cancelled || waiting is not { } command) return;
        if (!rows.Of<CommandRows>().TryGet(command, out var known) || known.State is not CommandState.Waiting) return;
        rows.Of<CommandRows>().Put(known with { State = CommandState.Expired, Outcome = "called_off" });
    }

    private VendChange Change(Vend vend, DateTimeOffset now)
    {
        if (VendLife.IsOpen(vend.Status))
        {
            return refund.Amount == vend.Amount.Amount
                ? VendRules.Cancel(vend, "refunded_by_provider", now)
                : VendChange.Nothing(vend);
        }

        return vend.Status is VendStatus.Committed or VendStatus.PartlyRefunded
            && refund.Amount <= vend.Delivered - vend.Refunded
            ? VendRules.Refund(vend, refund.Amount, "refunded_by_provider")
            : VendChange.Nothing(vend);
    }

    private LedgerDraft Moved(string kind, Vend vend, string from) => LedgerDraft.Of(
        kind, vend.Amount.Currency,
        Details.None.With("refund", refund.Id).With("intent", vend.Intent).With("session", vend.Session)
            .With("vend", vend.Id.ToString()),
        new Posting(from, -refund.Amount), new Posting(vend.Tender.Reference, refund.Amount));
}
