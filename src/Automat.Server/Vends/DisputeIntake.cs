using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>Takes in what the provider says about disputes: noted each time, booked whenever money moved.</summary>
internal sealed class DisputeIntake(AutomatDb db, Journal.Journal journal, IPaymentProvider provider)
{
    /// <summary>Takes in a dispute: the bank has taken the money until it is decided.</summary>
    public async Task<InboxStatus> TakeAsync(
        ProviderEvent told, ProviderEventContent.DisputeEvent content, Id<Organization> organization, CancellationToken ct)
    {
        var dispute = content.Dispute;
        if (!Currency.TryParse(dispute.Currency, out var currency)) return InboxStatus.Unmatched;
        var vend = dispute.PaymentIntentId is { } intent
            ? await db.Set<Vend>().AsNoTracking().FirstOrDefaultAsync(v => v.Intent == intent, ct)
            : null;
        var owner = vend?.Organization ?? organization;
        await journal.ExecuteAsync(
            new NoteDispute(told.Id, new DisputeCase
            {
                Id = dispute.Id,
                OrganizationId = owner,
                Provider = provider.Name,
                IntentId = dispute.PaymentIntentId,
                VendId = vend?.Id,
                Amount = dispute.Amount,
                Currency = currency,
                Reason = dispute.Reason,
                Status = dispute.Status,
                DueBy = DisputeCase.WantsAnswer(dispute.Status) ? dispute.DueBy : null,
                OpenedAt = (dispute.Created ?? told.Created).ToUniversalTime(),
                ToldAt = told.Created.ToUniversalTime(),
                EndedAt = DisputeCase.IsOver(dispute.Status) ? told.Created.ToUniversalTime() : null,
            })
            {
                Organization = owner,
            }, ct);
        if (StepOf(content.Change, dispute.Status) is not { } step) return vend is null ? InboxStatus.Unmatched : InboxStatus.Done;
        await journal.ExecuteAsync(
            new BookDispute(dispute, step, new Money(dispute.Amount, currency), provider.Name, vend?.Id)
            {
                Organization = owner,
            }, ct);
        return vend is null ? InboxStatus.Unmatched : InboxStatus.Done;
    }

    /// <summary>
    /// What moves money; null where none moves. A mere inquiry takes none. The money's own event and the dispute's tell the same,
    /// and are booked once.
    /// </summary>
    private static DisputeStep? StepOf(DisputeChange change, DisputeStatus status) => (change, status) switch
    {
        (DisputeChange.Created, DisputeStatus.WarningNeedsResponse or DisputeStatus.WarningUnderReview or DisputeStatus.WarningClosed
            or DisputeStatus.Prevented) => null,
        (DisputeChange.Created or DisputeChange.FundsWithdrawn, _) => DisputeStep.Opened,
        (DisputeChange.Closed, DisputeStatus.Won) or (DisputeChange.FundsReinstated, _) => DisputeStep.Won,
        (DisputeChange.Closed, DisputeStatus.Lost) => DisputeStep.Lost,
        _ => null,
    };
}

/// <summary>Where a dispute is.</summary>
internal enum DisputeStep
{
    /// <summary>The bank has taken the money.</summary>
    Opened,

    /// <summary>It came back.</summary>
    Won,

    /// <summary>It is gone.</summary>
    Lost,
}

/// <summary>Keeps what the provider said of a dispute; an older word heard later changes nothing.</summary>
internal sealed class NoteDispute(string told, DisputeCase dispute) : JournalCommand<bool>
{
    public override string Key => $"dispute-told:{told}";

    public override void Ask(JournalRows rows) => rows.Of<DisputeRows>().Ask(dispute.Id);

    public override bool Decide(JournalRows rows, DateTimeOffset now)
    {
        var known = rows.Of<DisputeRows>().TryGet(dispute.Id, out var before) ? before : null;
        rows.Of<DisputeRows>().Put(dispute.After(known));
        return known is null;
    }
}

/// <summary>A dispute moves money at the provider; the books follow.</summary>
internal sealed class BookDispute(Dispute dispute, DisputeStep step, Money amount, string account, Id<Vend>? vend)
    : JournalCommand<bool>
{
    public override string Key => $"dispute:{dispute.Id}:{step}";

    public override bool Decide(JournalRows rows, DateTimeOffset now)
    {
        var (from, to) = step switch
        {
            DisputeStep.Opened => (Accounts.Disputed, account),
            DisputeStep.Won => (account, Accounts.Disputed),
            DisputeStep.Lost => (Accounts.Losses, Accounts.Disputed),
        };
        var details = Details.None.With("dispute", dispute.Id).With("intent", dispute.PaymentIntentId)
            .With("vend", vend?.ToString()).With("reason", dispute.Reason);
        rows.Book(Organization, LedgerDraft.Of(
            $"dispute.{step.ToString().ToLowerInvariant()}", amount.Currency, details,
            new Posting(from, -amount.Amount), new Posting(to, amount.Amount)), now);
        return true;
    }
}
