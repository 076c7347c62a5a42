using Automat.Domain.Holds;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Automat.Server.Payments;

/// <summary>
/// Charges what customers owe to their saved card. The debt's id and the round are the key at the provider: a lost answer is
/// asked for again, a decline begins a new round later.
/// </summary>
internal sealed class DebtSender(
    IServiceScopeFactory scopes, Journal.Journal journal, IPaymentProvider provider, PaybackSignal signal,
    IOptions<DebtOptions> options, TimeProvider clock, ILogger<DebtSender> log) : BackgroundService
{
    private const int BatchSize = 20;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.WorkOffAsync(
        clock, TimeSpan.FromSeconds(2),
        async ct =>
        {
            var due = await DueAsync(ct);
            foreach (var debt in due) await ChargeAsync(debt, ct);
            return due.Count == BatchSize;
        },
        signal.Debts.WaitAsync, error => log.LogError(error, "Debts could not be charged; tried again"), stoppingToken);

    private async Task<List<Debt>> DueAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("what customers owe is charged for all");
        var now = clock.GetUtcNow();
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Debt>().AsNoTracking()
            .Where(d => d.Status == DebtStatus.Owed && d.NextAttemptAt <= now && d.CustomerId != null && d.MethodId != null)
            .OrderBy(d => d.NextAttemptAt).Take(BatchSize).ToListAsync(ct);
    }

    private async Task ChargeAsync(Debt debt, CancellationToken ct)
    {
        try
        {
            var intent = await provider.AuthorizeAsync(
                new AuthorizeRequest(debt.Amount, debt.Currency.Code)
                {
                    CustomerId = debt.CustomerId,
                    PaymentMethodId = debt.MethodId,
                    TakeAtOnce = true,
                    Metadata = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["debt"] = debt.Id.ToString(),
                        ["vend"] = debt.VendId.ToString(),
                    },
                },
                $"debt-{debt.Id}-{debt.Round}", ct);
            Platform.Steps.Passed("debt.sent");
            if (intent.Status is IntentStatus.Succeeded)
            {
                await journal.ExecuteAsync(
                    new PayDebt(debt.Id, intent.Id, intent.Received, signal) { Organization = debt.OrganizationId },
                    CancellationToken.None);
                return;
            }

            // Nobody is there to do what the bank wants; the event tells should it still succeed.
            await PostponeAsync(debt, "not_taken", declined: true);
        }
        catch (ProviderRefusedException refused)
        {
            log.LogWarning("The card for debt {Debt} was refused: {Code}", debt.Id, refused.Code);
            await PostponeAsync(debt, refused.DeclineCode ?? refused.Code, declined: true);
        }
        catch (ProviderException unsure)
        {
            log.LogWarning("Debt {Debt} is tried again: {Reason}", debt.Id, unsure.Message);
            await PostponeAsync(debt, "provider_unavailable", declined: false);
        }
    }

    private Task<DebtStatus> PostponeAsync(Debt debt, string error, bool declined) => journal.ExecuteAsync(
        new PostponeDebt(debt, error, declined, options.Value) { Organization = debt.OrganizationId }, CancellationToken.None);
}
