using System.Data.Common;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Privacy;

/// <summary>
/// Makes personal data go once they are older than an organisation, or else the server, says: every hour, in small batches.
/// As long as nobody has said anything about a kind, all organisations' go together.
/// </summary>
internal sealed class RetentionSweep(
    IEnumerable<IRetention> kinds, RetentionSettings settings, IServiceScopeFactory scopes, TimeProvider clock,
    ILogger<RetentionSweep> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunAsync(
        clock, Interval, SweepAsync, error => log.LogError(error, "Old personal data could not be removed; tried again"), stoppingToken);

    /// <summary>Goes through all kinds once.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        var (organizations, terms) = await ReadAsync(ct);
        foreach (var kind in kinds)
        {
            try
            {
                await ForgetAsync(kind, organizations, terms[kind.Name].ToDictionary(t => t.OrganizationId, t => t.Days), ct);
            }
            catch (DbException error)
            {
                log.LogWarning("Old {Kind} could not be removed; tried again in an hour: {Reason}", kind.Name, error.Message);
            }
        }
    }

    private async Task<(List<Id<Organization>> Organizations, ILookup<string, RetentionTerm> Terms)> ReadAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("what every organisation has said about keeping data");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var terms = await db.Set<RetentionTerm>().AsNoTracking().ToListAsync(ct);
        var organizations = terms.Count == 0 ? [] : await db.Set<Organization>().Select(o => o.Id).ToListAsync(ct);
        return (organizations, terms.ToLookup(t => t.Kind, StringComparer.Ordinal));
    }

    private async Task ForgetAsync(
        IRetention kind, List<Id<Organization>> organizations, Dictionary<Id<Organization>, int> own, CancellationToken ct)
    {
        if (own.Count == 0 || !kind.IsPerOrganization)
        {
            await using var across = scopes.CreateScopeAcross("what is too old goes, whosever it is");
            await ForgetAsync(kind, across, settings.Of(kind), ct);
            return;
        }

        foreach (var organization in organizations)
        {
            await using var scope = scopes.CreateScopeOf(organization);
            var keep = own.TryGetValue(organization, out var days) ? TimeSpan.FromDays(days) : settings.Of(kind);
            await ForgetAsync(kind, scope, keep, ct);
        }
    }

    private async Task ForgetAsync(IRetention kind, AsyncServiceScope scope, TimeSpan keep, CancellationToken ct)
    {
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        while (await kind.ForgetAsync(db, clock.GetUtcNow().ToUniversalTime() - keep, ct)) db.ChangeTracker.Clear();
    }
}
