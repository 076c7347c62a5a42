using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Payments;

/// <summary>
/// Gives back what is owed. The table is the queue; the payback's id is the key at the provider, so that trying again after
/// a crash or a lost answer never pays twice. What the provider refuses stays visible as failed.
/// </summary>
internal sealed class PaybackSender(
    IServiceScopeFactory scopes, Journal.Journal journal, IPaymentProvider provider, PaybackSignal signal,
    TimeProvider clock, ILogger<PaybackSender> log) : BackgroundService
{
    private const int BatchSize = 20;
    private static readonly TimeSpan AskAfter = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.WorkOffAsync(
        clock, TimeSpan.FromSeconds(2),
        async ct =>
        {
            var due = await DueAsync(ct);
            await Parallel.ForEachAsync(
                due, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = ct },
                async (payback, token) => await SendAsync(payback, token));
            return due.Count == BatchSize;
        },
        signal.WaitAsync, error => log.LogError(error, "Paying back failed; tried again"), stoppingToken);

    private async Task<List<Payback>> DueAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("what is owed is paid for all");
        var now = clock.GetUtcNow();
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Payback>().AsNoTracking()
            .Where(p => (p.Status == PaybackStatus.Owed || p.Status == PaybackStatus.Pending) && p.NextAttemptAt <= now)
            .OrderBy(p => p.NextAttemptAt).Take(BatchSize).ToListAsync(ct);
    }

    private async Task SendAsync(Payback payback, CancellationToken ct)
    {
        try
        {
            var refund = await CallAsync(payback, ct);
            if (refund is null)
            {
                await PostponeAsync(payback, "payment_unknown", giveUp: payback.Attempts >= 3);
                return;
            }

            Platform.Steps.Passed("payback.sent");
            var status = await journal.ExecuteAsync(
                new ConfirmPayback(payback.Id, refund.Id, refund.Status, refund.PaymentIntentId)
                {
                    Organization = payback.OrganizationId,
                },
                CancellationToken.None);
            // Asked again, later and later, as long as the provider has not finished and nobody tells us that it has.
            if (status is PaybackStatus.Pending) await PostponeAsync(payback, "pending", giveUp: false, AskAfter);
        }
        catch (ProviderRefusedException refused)
        {
            log.LogError("Payback {Payback} was refused by {Provider}: {Code}", payback.Id, payback.Provider, refused.Code);
            await PostponeAsync(payback, refused.Code, giveUp: true);
        }
        catch (ProviderException unsure)
        {
            log.LogWarning("Payback {Payback} is tried again: {Reason}", payback.Id, unsure.Message);
            await PostponeAsync(payback, "provider_unavailable", giveUp: false);
        }
    }

    private async Task<Refund?> CallAsync(Payback payback, CancellationToken ct)
    {
        if (payback.RefundId is not null) return await provider.FindRefundAsync(payback.RefundId, ct);

        var intent = payback.IntentId;
        if (intent is null && payback.SessionId is not null)
        {
            intent = (await provider.FindCheckoutAsync(payback.SessionId, ct))?.PaymentIntentId;
        }

        if (intent is null) return null;
        var facts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["payback"] = payback.Id.ToString(),
            ["vend"] = payback.VendId.ToString(),
            ["reason"] = payback.Reason,
        };
        return await provider.RefundAsync(
            new RefundRequest(intent, payback.Amount, payback.Currency.Code, facts), KeyOf(payback), ct);
    }

    /// <summary>The key at the provider: another one only after a person had a failed payback begun anew.</summary>
    private static string KeyOf(Payback payback) =>
        payback.Round == 0 ? $"payback-{payback.Id}" : $"payback-{payback.Id}-{payback.Round}";

    private async Task PostponeAsync(Payback payback, string error, bool giveUp, TimeSpan least = default)
    {
        var wait = TimeSpan.FromSeconds(Math.Clamp(Math.Pow(2, payback.Attempts), least.TotalSeconds, 600));
        await journal.ExecuteAsync(
            new PostponePayback(payback, error, giveUp ? null : clock.GetUtcNow() + wait)
            {
                Organization = payback.OrganizationId,
            },
            CancellationToken.None);
    }
}
