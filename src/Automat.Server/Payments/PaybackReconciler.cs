using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Payments;

/// <summary>
/// Asks the provider again about refunds it has sent: a bank may return one days later, and the message that says so may be
/// lost. Each is asked about once a day for as long as that can happen.
/// </summary>
internal sealed class PaybackReconciler(
    IServiceScopeFactory scopes, Journal.Journal journal, IPaymentProvider provider, TimeProvider clock, ILogger<PaybackReconciler> log)
    : BackgroundService
{
    private const int BatchSize = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Between = TimeSpan.FromDays(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunLaterAsync(
        clock, Interval, AskAsync,
        error =>
        {
            if (error is ProviderException) log.LogWarning("The provider could not be asked about refunds: {Reason}", error.Message);
            else log.LogError(error, "Refunds could not be reconciled; tried again");
        }, stoppingToken);

    private async Task AskAsync(CancellationToken ct)
    {
        foreach (var payback in await DueAsync(ct)) await AskAsync(payback, ct);
    }

    private async Task<List<Payback>> DueAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("refunds are reconciled for all");
        var (now, before) = (clock.GetUtcNow() - Longest, clock.GetUtcNow() - Between);
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Payback>().AsNoTracking()
            .Where(p => p.Status == PaybackStatus.Paid && p.RefundId != null && p.CheckedAt < before && p.PaidAt > now)
            .OrderBy(p => p.CheckedAt).Take(BatchSize).ToListAsync(ct);
    }

    private async Task AskAsync(Payback payback, CancellationToken ct)
    {
        var refund = await provider.FindRefundAsync(payback.RefundId!, ct);
        if (refund is null) log.LogError("{Provider} does not know refund {Refund} of payback {Payback}", payback.Provider, payback.RefundId, payback.Id);
        if (refund?.Status is RefundStatus.Failed or RefundStatus.Canceled)
        {
            await journal.ExecuteAsync(
                new ConfirmPayback(payback.Id, refund.Id, refund.Status, refund.PaymentIntentId) { Organization = payback.OrganizationId }, ct);
            return;
        }

        await journal.ExecuteAsync(new NoteChecked(payback.Id) { Organization = payback.OrganizationId }, ct);
    }
}

/// <summary>The provider still says that it has sent the money.</summary>
internal sealed class NoteChecked(Id<Payback> id) : JournalCommand<bool>
{
    public override string Key { get; } = $"payback-checked:{id}:{Guid.CreateVersion7()}";

    public override void Ask(JournalRows rows) => rows.Of<PaybackRows>().Ask(id);

    public override bool Decide(JournalRows rows, DateTimeOffset now)
    {
        if (rows.Of<PaybackRows>().TryGet(id, out var payback)) rows.Of<PaybackRows>().Put(payback with { CheckedAt = now });
        return true;
    }
}
