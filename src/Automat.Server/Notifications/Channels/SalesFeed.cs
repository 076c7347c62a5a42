using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Notifications.Channels;

/// <summary>Who wants to read what became of sales, and up to which entry of the ledger they have been told.</summary>
public sealed class SalesFeed(IServiceScopeFactory scopes)
{
    private const int Most = 1_000;

    /// <summary>Those who want it; the entry is null for who has just begun to.</summary>
    public async Task<IReadOnlyList<(Id<Organization> Organization, long? UpTo)>> WantedAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("channels of all organisations follow sales");
        var wanted = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<DiscordChannel>().AsNoTracking()
            .Where(c => c.TellsSales && c.SealedAddress != null).OrderBy(c => c.OrganizationId).Take(Most)
            .Select(c => new { c.OrganizationId, c.SalesUpTo }).ToListAsync(ct);
        return wanted.ConvertAll(c => (c.OrganizationId, c.SalesUpTo));
    }

    /// <summary>Tells lines and moves the mark in one step; whoever was faster has told them already.</summary>
    /// <param name="scope">A scope of the organisation.</param>
    /// <param name="organization">Whose.</param>
    /// <param name="before">The mark as it was.</param>
    /// <param name="upTo">The mark from now on.</param>
    /// <param name="lines">What to tell, oldest first.</param>
    /// <param name="ct">Stops waiting.</param>
    public static async Task TellAsync(
        IServiceProvider scope, Id<Organization> organization, long? before, long upTo, IReadOnlyList<string> lines, CancellationToken ct)
    {
        var db = scope.GetRequiredService<AutomatDb>();
        var outbox = scope.GetRequiredService<ChannelOutbox>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var mine = await db.Set<DiscordChannel>().Where(c => c.OrganizationId == organization && c.SalesUpTo == before)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.SalesUpTo, upTo), ct);
        if (mine == 0) return;
        foreach (var line in lines) await outbox.AddAsync(organization, ChannelTopic.Sales, _ => line, ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
