using Automat.Domain.Holds;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Payments;

/// <summary>
/// Captures and releases what was decided, until the provider has said how it ended, and looks after holds that stand open.
/// The table is the queue; the sale's id is the key at the provider, so that trying again after a crash or a lost answer
/// never captures twice.
/// </summary>
internal sealed class HoldSender(
    IServiceScopeFactory scopes, Journal.Journal journal, IPaymentProvider provider, PaybackSignal signal, TimeProvider clock,
    ILogger<HoldSender> log) : BackgroundService
{
    private const int BatchSize = 20;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.WorkOffAsync(
        clock, TimeSpan.FromSeconds(2),
        async ct =>
        {
            var due = await DueAsync(ct);
            await Parallel.ForEachAsync(
                due, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = ct },
                async (hold, token) => await WorkAsync(hold, token));
            return due.Count == BatchSize;
        },
        signal.Holds.WaitAsync, error => log.LogError(error, "Holds could not be worked on; tried again"), stoppingToken);

    private async Task<List<CardHold>> DueAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("holds are captured and released for all");
        var now = clock.GetUtcNow();
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<CardHold>().AsNoTracking()
            .Where(h => (h.Status == HoldStatus.Capturing || h.Status == HoldStatus.Releasing || h.Status == HoldStatus.Held)
                && h.NextAttemptAt <= now)
            .OrderBy(h => h.NextAttemptAt).Take(BatchSize).ToListAsync(ct);
    }

    private async Task WorkAsync(CardHold hold, CancellationToken ct)
    {
        try
        {
            var intent = hold.Status switch
            {
                HoldStatus.Capturing => await provider.CaptureAsync(
                    hold.IntentId, hold.Wanted, hold.Currency.Code, KeyOf("capture", hold), ct),
                HoldStatus.Releasing => await provider.ReleaseAsync(hold.IntentId, KeyOf("release", hold), ct),
                _ => await provider.FindIntentAsync(hold.IntentId, ct),
            };
            Platform.Steps.Passed("hold.sent");
            await TakeInAsync(hold, intent, refusal: null);
        }
        catch (ProviderRefusedException refused)
        {
            // Captured or released by somebody else, or let go by the bank: the payment itself tells.
            await AskAsync(hold, refused, ct);
        }
        catch (ProviderException unsure)
        {
            log.LogWarning("Hold of vend {Vend} is tried again: {Reason}", hold.VendId, unsure.Message);
            await PostponeAsync(hold, "provider_unavailable", refused: false);
        }
    }

    private async Task AskAsync(CardHold hold, ProviderRefusedException refused, CancellationToken ct)
    {
        try
        {
            await TakeInAsync(hold, await provider.FindIntentAsync(hold.IntentId, ct), refused);
        }
        catch (ProviderException)
        {
            await PostponeAsync(hold, refused.Code, refused: false);
        }
    }

    private async Task TakeInAsync(CardHold hold, PaymentIntent? intent, ProviderRefusedException? refusal)
    {
        if (intent is { Status: IntentStatus.Succeeded or IntentStatus.Canceled })
        {
            var status = await journal.ExecuteAsync(
                new EndHold(hold.VendId, intent, signal) { Organization = hold.OrganizationId }, CancellationToken.None);
            if (status is HoldStatus.Lost)
            {
                log.LogError("The hold of vend {Vend} ended before it was captured; the customer owes what was taken", hold.VendId);
            }

            return;
        }

        if (hold.Status is HoldStatus.Held)
        {
            if (intent is null) log.LogError("{Provider} does not know payment {Intent}", hold.Provider, hold.IntentId);
            await journal.ExecuteAsync(
                new NoteHeld(hold.VendId, clock.GetUtcNow() + LookAgain) { Organization = hold.OrganizationId }, CancellationToken.None);
            return;
        }

        log.LogError(
            "The hold of vend {Vend} could not be ended at {Provider}: {Code}; tried again", hold.VendId, hold.Provider,
            refusal?.Code ?? "unchanged");
        await PostponeAsync(hold, refusal?.Code ?? "unchanged", refused: true);
    }

    private Task PostponeAsync(CardHold hold, string error, bool refused)
    {
        var wait = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(hold.Attempts + hold.Round, 20)));
        return hold.Status is HoldStatus.Held
            ? journal.ExecuteAsync(
                new NoteHeld(hold.VendId, clock.GetUtcNow() + LookAgain) { Organization = hold.OrganizationId }, CancellationToken.None)
            : journal.ExecuteAsync(
                new PostponeHold(hold, error, refused, wait < LongestPause ? wait : LongestPause) { Organization = hold.OrganizationId },
                CancellationToken.None);
    }

    /// <summary>The key at the provider: another one only after it has definitely said no to the one before.</summary>
    private static string KeyOf(string what, CardHold hold) =>
        hold.Round == 0 ? $"{what}-{hold.VendId}" : $"{what}-{hold.VendId}-{hold.Round}";
}
