using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>Ends commands whose deadline has passed; those of a sale end with the sale.</summary>
internal sealed class CommandSweep(
    IServiceScopeFactory scopes, Journal.Journal journal, TimeProvider clock, ILogger<CommandSweep> log) : BackgroundService
{
    private const int BatchSize = 100;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunLaterAsync(
        clock, TimeSpan.FromSeconds(1), SweepAsync,
        error => log.LogError(error, "Overdue commands could not be ended; tried again"), stoppingToken);

    private async Task SweepAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("overdue commands are ended for all");
        var now = clock.GetUtcNow();
        var overdue = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<MachineCommand>().AsNoTracking()
            .Where(c => c.VendId == null && c.Deadline <= now
                && (c.State == CommandState.Waiting || c.State == CommandState.Sending))
            .OrderBy(c => c.Deadline).Take(BatchSize).ToListAsync(ct);
        foreach (var command in overdue)
        {
            await journal.ExecuteAsync(
                new DropCommand(command.Id, "expired", onlyWaiting: false) { Organization = command.OrganizationId }, ct);
        }
    }
}
