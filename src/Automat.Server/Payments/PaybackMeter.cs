using System.Diagnostics.Metrics;
using Automat.Domain.Holds;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Payments;

/// <summary>Counts what is owed to customers, what could not be paid back and what customers owe, for whoever watches the server.</summary>
internal sealed class PaybackMeter : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly IServiceScopeFactory scopes;
    private readonly TimeProvider clock;
    private readonly ILogger<PaybackMeter> log;
    private long owed;
    private long failed;
    private long debts;

    public PaybackMeter(IServiceScopeFactory scopes, IMeterFactory meters, TimeProvider clock, ILogger<PaybackMeter> log)
    {
        (this.scopes, this.clock, this.log) = (scopes, clock, log);
        var meter = meters.Create("Automat.Payments");
        meter.CreateObservableGauge(
            "automat.paybacks.owed", () => Interlocked.Read(ref owed), "{payback}", "Paybacks on their way to customers");
        meter.CreateObservableGauge(
            "automat.paybacks.failed", () => Interlocked.Read(ref failed), "{payback}", "Paybacks a person has to solve");
        meter.CreateObservableGauge(
            "automat.debts.owed", () => Interlocked.Read(ref debts), "{debt}", "Debts of customers that are not paid");
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunAsync(
        clock, Interval, CountAsync,
        error => log.LogWarning("Paybacks could not be counted: {Reason}", error.Message), stoppingToken);

    private async Task CountAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("paybacks are counted for all");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        Interlocked.Exchange(ref debts, await db.Set<Debt>().LongCountAsync(d => d.Status == DebtStatus.Owed, ct));
        var paybacks = db.Set<Payback>();
        var counts = await paybacks
            .Where(p => p.Status == PaybackStatus.Owed || p.Status == PaybackStatus.Pending || p.Status == PaybackStatus.Failed)
            .GroupBy(p => p.Status).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(ct);
        Interlocked.Exchange(ref failed, counts.Where(c => c.Key is PaybackStatus.Failed).Sum(c => c.Count));
        Interlocked.Exchange(ref owed, counts.Where(c => c.Key is not PaybackStatus.Failed).Sum(c => c.Count));
    }
}
