using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Books;

/// <summary>Follows the ledgers: takes the postings out of new entries, and closes days that are over.</summary>
internal sealed class BookKeeper(
    CrossingDataSource database, IServiceScopeFactory scopes, TimeProvider clock, ILogger<BookKeeper> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunAsync(
        clock, Interval,
        async ct =>
        {
            foreach (var organization in await OrganizationsAsync(ct)) await KeepAsync(organization, ct);
        },
        error => log.LogWarning("The ledgers could not be followed; tried again: {Reason}", error.Message), stoppingToken);

    private async Task<List<Id<Organization>>> OrganizationsAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("the books of all are followed");
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Organization>().Select(o => o.Id).ToListAsync(ct);
    }

    private async Task KeepAsync(Id<Organization> organization, CancellationToken ct)
    {
        try
        {
            await using var connection = await database.Source.OpenConnectionAsync(ct);
            await PostingIndex.CatchUpAsync(connection, organization, ct);
            var closed = await new Closings(connection, organization).CloseAsync(clock.GetUtcNow(), ct);
            if (closed > 0) log.LogInformation("{Count} days of {Organization} were closed", closed, organization);
        }
        catch (RuleException broken)
        {
            log.LogError("The books of {Organization} cannot be followed: {Reason}", organization, broken.Message);
        }
    }
}
