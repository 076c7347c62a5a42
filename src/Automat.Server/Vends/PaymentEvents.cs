using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.Platform;

namespace Automat.Server.Vends;

/// <summary>
/// Works through the inbox: each event once, several at a time, in whatever order they came. What fails is tried again later;
/// what a crash left behind is found in the table.
/// </summary>
internal sealed class PaymentEvents(
    Inbox inbox, IPaymentProvider provider, IServiceScopeFactory scopes, TimeProvider clock, ILogger<PaymentEvents> log)
    : BackgroundService
{
    private const int Workers = 16;

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var workers = Enumerable.Range(0, Workers).Select(_ => WorkAsync(stoppingToken));
        return Task.WhenAll([.. workers, LookAsync(stoppingToken)]);
    }

    private async Task WorkAsync(CancellationToken ct)
    {
        try
        {
            await foreach (var inboxEvent in inbox.Fresh.ReadAllAsync(ct))
            {
                try
                {
                    await HandleAsync(inboxEvent, ct);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    // Not even its failure could be noted: it still waits in the table and is found there.
                    log.LogError(error, "Event {Event} could not be worked on; tried again", inboxEvent.Id);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // What is left stays in the table.
        }
    }

    private Task LookAsync(CancellationToken stopping) => Rounds.RunAsync(
        clock, TimeSpan.FromSeconds(1),
        async ct =>
        {
            foreach (var due in await inbox.DueAsync(100, ct)) await HandleAsync(due, ct);
        },
        error => log.LogError(error, "The inbox could not be read; tried again"), stopping);

    private async Task HandleAsync(InboxEvent stored, CancellationToken ct)
    {
        try
        {
            var told = provider.ReadEvent(stored.Body);
            await using var scope = scopes.CreateScopeAcross("a payment tells whose it is");
            var status = await ActAsync(told, stored, scope.ServiceProvider, ct);
            if (status is InboxStatus.Unmatched)
            {
                log.LogWarning("Event {Event} ({Type}) has money in it that belongs to nothing of ours", told.Id, told.Type);
            }

            Platform.Steps.Passed("inbox.handled");
            if (status is { } ended) await inbox.CloseAsync(stored, ended);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            var wait = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, stored.Attempts), 300));
            log.LogError(error, "Event {Event} ({Type}) is tried again in {Wait}", stored.Id, stored.Type, wait);
            await inbox.CloseAsync(stored, InboxStatus.Waiting, error.GetType().Name, clock.GetUtcNow() + wait);
        }
    }

    /// <summary>Does what follows; null when that closed the event in the same step.</summary>
    private static async Task<InboxStatus?> ActAsync(
        ProviderEvent told, InboxEvent stored, IServiceProvider services, CancellationToken ct)
    {
        switch (told.Content)
        {
            case ProviderEventContent.CheckoutEvent page:
                var intake = await services.GetRequiredService<PaymentIntake>().TakeAsync(
                    page.Checkout, page.Change, stored, ct);
                if (intake is (Intake.Nothing or Intake.Unmatched) && await IsTakenAsync(services, page, ct)) return InboxStatus.Done;
                return intake switch
                {
                    Intake.Done => InboxStatus.Done,
                    Intake.Closed => null,
                    Intake.Nothing => InboxStatus.Ignored,
                    Intake.Unmatched => InboxStatus.Unmatched,
                };
            case ProviderEventContent.ChargeRefundedEvent { PaymentIntentId: { } intent }:
                return await services.GetRequiredService<RefundIntake>().TakeAllAsync(intent, ct);
            case ProviderEventContent.RefundEvent refund:
                return await services.GetRequiredService<RefundIntake>().TakeAsync(refund.Refund, ct);
            case ProviderEventContent.DisputeEvent dispute:
                return await services.GetRequiredService<DisputeIntake>().TakeAsync(told, dispute, stored.OrganizationId, ct);
            case ProviderEventContent.UnreadableEvent:
                return InboxStatus.Unmatched; // a person must look: there may be money in it
            case ProviderEventContent.IntentEvent payment:
                return await services.GetRequiredService<HoldIntake>().TakeAsync(payment, stored, ct);
            case ProviderEventContent.ChargeRefundedEvent:
                return InboxStatus.Ignored; // checkouts tell the same with our reference
            default:
                return InboxStatus.Ignored;
        }
    }

    /// <summary>Whether it is the pay page of something that is no sale.</summary>
    private static async Task<bool> IsTakenAsync(
        IServiceProvider services, ProviderEventContent.CheckoutEvent page, CancellationToken ct)
    {
        foreach (var taker in services.GetServices<IPaymentTaker>())
        {
            if (await taker.TakeAsync(page.Checkout, page.Change, ct)) return true;
        }

        return false;
    }
}
