using System.Threading.Channels;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Payments;

/// <summary>What providers tell us, stored before it is answered.</summary>
public sealed class Inbox(Journal.Journal journal, IServiceScopeFactory scopes, TimeProvider clock)
{
    private readonly Channel<InboxEvent> fresh = Channel.CreateBounded<InboxEvent>(
        new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Events just stored, for those who work on them. What does not fit is found in the table later.</summary>
    public ChannelReader<InboxEvent> Fresh => fresh.Reader;

    /// <summary>Stores an event; returns only when it is durable. Hearing it again changes nothing.</summary>
    /// <exception cref="RuleException"><c>journal_full</c>: nothing was stored.</exception>
    public async Task ReceiveAsync(
        Id<Organization> organization, string provider, ProviderEvent told, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var inbox = new InboxEvent
        {
            Id = told.Id,
            OrganizationId = organization,
            Provider = provider,
            Type = told.Type,
            Body = body.ToArray(),
            Subject = SubjectOf(told.Content),
            ReceivedAt = now,
            NextAttemptAt = now.AddSeconds(5),
        };
        await journal.ExecuteAsync(
            new StoreEvent(inbox, () => fresh.Writer.TryWrite(inbox)) { Organization = organization }, ct);
    }

    /// <summary>Notes what has become of an event; with <paramref name="again"/> it is worked on once more then.</summary>
    public Task CloseAsync(InboxEvent inbox, InboxStatus status, string? error = null, DateTimeOffset? again = null) =>
        journal.ExecuteAsync(new CloseEvent(inbox, status, error, again) { Organization = inbox.OrganizationId });

    private static string? SubjectOf(ProviderEventContent content) => content switch
    {
        ProviderEventContent.CheckoutEvent page => page.Checkout.Id,
        ProviderEventContent.IntentEvent payment => payment.Intent.Id,
        ProviderEventContent.RefundEvent refund => refund.Refund.PaymentIntentId,
        ProviderEventContent.ChargeRefundedEvent charge => charge.PaymentIntentId,
        ProviderEventContent.DisputeEvent dispute => dispute.Dispute.PaymentIntentId,
        _ => null,
    };

    /// <summary>Events that still wait and are due, oldest first: what a crash or a failure left behind.</summary>
    public async Task<IReadOnlyList<InboxEvent>> DueAsync(int most, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("the inbox is worked off for all");
        var now = clock.GetUtcNow();
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<InboxEvent>().AsNoTracking()
            .Where(e => e.Status == InboxStatus.Waiting && e.NextAttemptAt <= now)
            .OrderBy(e => e.NextAttemptAt).Take(most).ToListAsync(ct);
    }
}
