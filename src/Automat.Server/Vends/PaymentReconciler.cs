using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Automat.Server.Vends;

/// <summary>How often the provider is asked by ourselves.</summary>
public sealed record ReconcilerOptions
{
    /// <summary>Between two looks.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A webhook that has not come after so long is asked for.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How far back pay pages that began at a printed link are looked for.</summary>
    public TimeSpan LookBack { get; init; } = TimeSpan.FromHours(2);
}

/// <summary>
/// Asks the provider about payments whose webhook never came, closes pay pages whose time is over, and finds payments at
/// printed links that nobody told us about.
/// </summary>
internal sealed class PaymentReconciler(
    IServiceScopeFactory scopes, Journal.Journal journal, IPaymentProvider provider, IOptions<ReconcilerOptions> options,
    TimeProvider clock, ILogger<PaymentReconciler> log) : BackgroundService
{
    private const int BatchSize = 50;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunLaterAsync(
        clock, options.Value.Every,
        async ct =>
        {
            await AskAboutOpenAsync(ct);
            await LookForLinkPaymentsAsync(ct);
        },
        error =>
        {
            if (error is ProviderException) log.LogWarning("The provider could not be asked: {Reason}", error.Message);
            else log.LogError(error, "Reconciling failed; tried again");
        }, stoppingToken);

    private async Task AskAboutOpenAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("open payments are asked about for all");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var before = clock.GetUtcNow() - options.Value.Patience;
        var open = await db.Set<Purchase>().AsNoTracking()
            .Where(p => (p.Status == PurchaseStatus.Open || p.Status == PurchaseStatus.AwaitingPayment)
                && p.CreatedAt <= before)
            .OrderBy(p => p.CreatedAt).Take(BatchSize).ToListAsync(ct);
        var intake = scope.ServiceProvider.GetRequiredService<PaymentIntake>();
        var holds = scope.ServiceProvider.GetRequiredService<HoldSelling>();
        foreach (var purchase in open)
        {
            if (purchase.Card is not null)
            {
                await holds.ResumeAsync(purchase, ct);
                continue;
            }

            var page = purchase.SessionId is null ? null : await provider.FindCheckoutAsync(purchase.SessionId, ct);
            if (page is not null && await intake.TakeAsync(page, change: null, told: null, ct) is Intake.Done) continue;
            if (clock.GetUtcNow() >= purchase.ExpiresAt) await CloseAsync(purchase, page, ct);
        }
    }

    /// <summary>Closes the page at the provider first: only then is it sure that nobody pays any more.</summary>
    private async Task CloseAsync(Purchase purchase, Payments.Checkout? page, CancellationToken ct)
    {
        if (!await provider.CloseAsync(page, $"expire-{purchase.Id}", ct)) return;
        await journal.ExecuteAsync(
            new ClosePurchase(purchase.Id, "payment_expired") { Organization = purchase.OrganizationId }, ct);
    }

    private async Task LookForLinkPaymentsAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("open payments are asked about for all");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        if (!await db.Set<MachineLink>().AnyAsync(ct)) return;

        var intake = scope.ServiceProvider.GetRequiredService<PaymentIntake>();
        var now = clock.GetUtcNow();
        string? cursor = null;
        do
        {
            var page = await provider.ListCheckoutsAsync(now - options.Value.LookBack, cursor, ct);
            var paid = page.Items.Where(c => c.PaymentLinkId is not null
                && c.PaymentStatus is CheckoutPaymentStatus.Paid && c.Created <= now - options.Value.Patience).ToList();
            var ids = paid.ConvertAll(c => c.Id);
            var known = await db.Set<Purchase>().Where(p => p.SessionId != null && ids.Contains(p.SessionId))
                .Select(p => p.SessionId!).ToListAsync(ct);
            foreach (var checkout in paid.Where(c => !known.Contains(c.Id))) await intake.TakeAsync(checkout, change: null, told: null, ct);
            cursor = page.Next;
        }
        while (cursor is not null);
    }
}
