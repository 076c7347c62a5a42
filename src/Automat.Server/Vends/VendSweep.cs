using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Chips;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>Ends what is overdue: sales no machine fetched, machines that stayed silent, doubts nobody cleared up.</summary>
internal sealed class VendSweep(
    IServiceScopeFactory scopes, Journal.Journal journal, MachineDirectory machines, DriverRegistry drivers,
    VendSignals signals, IEnumerable<IPromisedCredits> promised, TimeProvider clock, ILogger<VendSweep> log) : BackgroundService
{
    private const int BatchSize = 100;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunAsync(
        clock, TimeSpan.FromSeconds(1),
        async ct =>
        {
            while (await SweepAsync(ct) == BatchSize)
            {
                // A full batch: there may be more.
            }
        },
        error => log.LogError(error, "Overdue sales could not be ended; tried again"), stoppingToken);

    private async Task<int> SweepAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("overdue sales are ended for all");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var now = clock.GetUtcNow();
        var overdue = await db.Set<Vend>().AsNoTracking()
            .Where(v => (v.Status == VendStatus.Reserved || v.Status == VendStatus.Delivering
                || v.Status == VendStatus.Unknown) && v.Deadline <= now)
            .OrderBy(v => v.Deadline).Take(BatchSize).Select(v => new { v.Id, v.Organization, v.Machine, v.Session })
            .ToListAsync(ct);
        if (overdue.Count == 0) return 0;

        var ids = overdue.ConvertAll(v => (Id<Vend>?)v.Id);
        var commands = await db.Set<MachineCommand>().AsNoTracking().Where(c => ids.Contains(c.VendId))
            .Select(c => new { c.Id, c.VendId }).ToListAsync(ct);
        var credits = new Dictionary<string, Id<Chip>>(StringComparer.Ordinal);
        foreach (var knows in promised)
        {
            foreach (var (session, chip) in await knows.OfAsync(db, [.. overdue.Select(v => v.Session).OfType<string>()], ct)) credits[session] = chip;
        }

        foreach (var vend in overdue)
        {
            if (await machines.FindAsync(vend.Machine, ct) is not { } machine) continue;
            await journal.ExecuteAsync(
                new SettleVend(vend.Id, Settlement.Overdue, "overdue", signals)
                {
                    Organization = vend.Organization,
                    Command = commands.Find(c => c.VendId == vend.Id)?.Id,
                    DecideWithin = drivers.Of(machine)?.TermsOf(machine).DecideWithin ?? TimeSpan.FromMinutes(1),
                    Policy = machine.SilencePolicy,
                    CreditTo = vend.Session is { } page && credits.TryGetValue(page, out var promise) ? promise : null,
                }, ct);
        }

        return overdue.Count;
    }
}
