using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Fridges.Own;

/// <summary>Has the provider let go of cards nobody wants kept any more, again and again until it has.</summary>
internal sealed class SweepCards(IServiceScopeFactory scopes, IPaymentProvider provider, TimeProvider clock, ILogger<SweepCards> log)
    : BackgroundService
{
    private const int BatchSize = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunAsync(
        clock, Interval, SweepAsync, error => log.LogError(error, "Cards could not be given up; tried again"), stoppingToken);

    private async Task SweepAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("cards are given up for all").WorkOf("saved cards");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var now = clock.GetUtcNow();
        var due = await db.Set<CardRemoval>().Where(r => r.NextAttemptAt <= now).OrderBy(r => r.NextAttemptAt).Take(BatchSize).ToListAsync(ct);
        foreach (var removal in due)
        {
            try
            {
                await provider.DetachPaymentMethodAsync(removal.MethodId, $"detach-{removal.Id}", ct);
                db.Remove(removal);
            }
            catch (ProviderException error)
            {
                removal.Attempts++;
                removal.NextAttemptAt = clock.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(5 * Math.Pow(2, removal.Attempts), 24 * 60 * 60));
                log.LogWarning("Card {Removal} is given up later: {Reason}", removal.Id, error.GetType().Name);
            }

            await SaveAsync(db, ct);
        }
    }

    private static async Task SaveAsync(AutomatDb db, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Another node did the same.
            db.ChangeTracker.Clear();
        }
    }
}
