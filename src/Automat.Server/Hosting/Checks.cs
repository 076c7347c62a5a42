using Automat.Server.Data;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Automat.Server.Hosting;

/// <summary>Whether the database answers.</summary>
internal sealed class DatabaseCheck(ServingDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var command = database.Source.CreateCommand("select 1");
        await command.ExecuteScalarAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}

/// <summary>Whether the journal keeps up.</summary>
internal sealed class JournalCheck(Journal.Journal journal) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal) { ["waiting"] = journal.Waiting };
        return Task.FromResult(journal.IsRunning
            ? HealthCheckResult.Healthy(data: data)
            : HealthCheckResult.Unhealthy("The journal has stopped.", data: data));
    }
}

/// <summary>Whether all that is owed to customers could be paid back; what failed needs a person.</summary>
internal sealed class PaybackCheck(IServiceScopeFactory scopes) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var scope = scopes.CreateScopeAcross("the server's health counts everybody's");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var failed = await db.Set<Payback>().CountAsync(p => p.Status == PaybackStatus.Failed, cancellationToken);
        var unmatched = await db.Set<InboxEvent>().CountAsync(e => e.Status == InboxStatus.Unmatched, cancellationToken);
        var data = new Dictionary<string, object>(StringComparer.Ordinal) { ["failed"] = failed, ["unmatched"] = unmatched };
        return failed + unmatched == 0
            ? HealthCheckResult.Healthy(data: data)
            : HealthCheckResult.Degraded("Money needs a person's look.", data: data);
    }
}
