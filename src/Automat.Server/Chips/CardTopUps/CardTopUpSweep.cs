using System.ComponentModel.DataAnnotations;
using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Automat.Server.Chips.CardTopUps;

/// <summary>How long pay pages for credit stay open and when the provider is asked about them; settings <c>Automat:CardTopUps</c>.</summary>
public sealed record CardTopUpOptions
{
    /// <summary>Between two looks.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A webhook that has not come after so long is asked for.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a page can be paid; providers close none before 30 minutes, nor leave one open for more than a day.</summary>
    [Range(typeof(TimeSpan), "00:31:00", "1.00:00:00")]
    public TimeSpan PageLasts { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a payment may be on its way (a delayed method) before nobody waits for it any more.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan DelayedLasts { get; init; } = TimeSpan.FromDays(30);
}

/// <summary>Asks the provider about top-ups whose webhook never came, and closes those nobody paid.</summary>
internal sealed class CardTopUpSweep(
    IServiceScopeFactory scopes, Journal.Journal journal, IPaymentProvider provider, IOptions<CardTopUpOptions> options,
    TimeProvider clock, ILogger<CardTopUpSweep> log) : BackgroundService
{
    private const int BatchSize = 50;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunLaterAsync(
        clock, options.Value.Every, AskAsync,
        error =>
        {
            if (error is ProviderException) log.LogWarning("The provider could not be asked about top-ups: {Reason}", error.Message);
            else log.LogError(error, "Top-ups could not be asked about; tried again");
        }, stoppingToken);

    private async Task AskAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("open top-ups of all are asked about");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var intake = scope.ServiceProvider.GetRequiredService<CardTopUpIntake>();
        var before = clock.GetUtcNow().ToUniversalTime() - options.Value.Patience;
        // Page by page: payments that are on their way for days must not keep newer ones from being asked about.
        while (true)
        {
            var open = await db.Set<CardTopUp>().AsNoTracking()
                .Where(t => t.Status == CardTopUpStatus.Open && t.CreatedAt <= before)
                .OrderByDescending(t => t.CreatedAt).Take(BatchSize).ToListAsync(ct);
            foreach (var topUp in open) await AskAsync(topUp, intake, ct);
            if (open.Count < BatchSize) return;
            before = open[^1].CreatedAt;
        }
    }

    private async Task AskAsync(CardTopUp topUp, CardTopUpIntake intake, CancellationToken ct)
    {
        var page = topUp.SessionId is null ? null : await provider.FindCheckoutAsync(topUp.SessionId, ct);
        if (page is not null) await intake.TakeAsync(page, change: null, ct);
        var now = clock.GetUtcNow();
        if (now < topUp.ExpiresAt || page is { PaymentStatus: CheckoutPaymentStatus.Paid }) return;
        if (page is { Status: CheckoutStatus.Complete } && now < topUp.ExpiresAt + options.Value.DelayedLasts) return;
        if (!await provider.CloseAsync(page, $"expire-{topUp.Id}", ct)) return;
        await journal.ExecuteAsync(
            new CloseCardTopUp(topUp.Id, "payment_expired") { Organization = topUp.OrganizationId }, ct);
    }
}
