using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>The only sale of a machine that stands in doubt.</summary>
/// <param name="Vend">The sale.</param>
/// <param name="Command">What its machine was told.</param>
/// <param name="Pieces">How many pieces were ordered.</param>
/// <param name="Price">What they cost, minor units.</param>
public sealed record LoneDoubt(Id<Vend> Vend, Id<MachineCommand> Command, int Pieces, long Price);

/// <summary>What was sold without cash besides a doubt.</summary>
/// <param name="Count">Pieces.</param>
/// <param name="Value">Minor units.</param>
public sealed record SoldBesides(long Count, long Value);

/// <summary>
/// For whoever has a machine's counters: the one sale they can clear up, and what the books know of the same time. Where the
/// books cannot say for sure what the machine must have counted, there is no answer.
/// </summary>
public sealed class LoneDoubts
{
    /// <summary>Sales looked at; a machine that sells more between two readings is not cleared up by them.</summary>
    private const int Most = 2_000;

    /// <summary>A sale that began longer ago does not reach into a reading: doubts end before.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(8);

    private readonly IServiceScopeFactory scopes;

    /// <summary>Made by the container.</summary>
    public LoneDoubts(IServiceProvider services) => scopes = services.GetRequiredService<IServiceScopeFactory>();

    /// <summary>A machine's only doubt; null when there is none, more than one, or none the machine was told of.</summary>
    public async Task<LoneDoubt?> FindAsync(Machine machine, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(machine.OrganizationId);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var open = await db.Set<Vend>().AsNoTracking()
            .Where(v => v.Organization == machine.OrganizationId && v.Machine == machine.Id && v.Status == VendStatus.Unknown)
            .Take(2).ToListAsync(ct);
        if (open is not [var vend]) return null;
        var command = await db.Set<MachineCommand>().AsNoTracking().Where(c => c.VendId == vend.Id && c.Attempts > 0)
            .Select(c => (Id<MachineCommand>?)c.Id).FirstOrDefaultAsync(ct);
        return command is { } told
            ? new LoneDoubt(vend.Id, told, vend.Lines.Sum(l => l.Pieces), VendRules.PriceOf(vend.Lines))
            : null;
    }

    /// <summary>
    /// What a machine sold without cash between two readings of its counters, without the doubt. A sale may reach into a
    /// reading, or may have ended by somebody's word and not the machine's: then nobody knows on which side it was counted.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <param name="doubt">The sale that is not counted.</param>
    /// <param name="first">From when to when the first reading may have been taken.</param>
    /// <param name="second">From when to when the second one may have been taken.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null when that cannot be said for sure.</returns>
    public async Task<SoldBesides?> BetweenAsync(
        Machine machine, LoneDoubt doubt, (DateTimeOffset From, DateTimeOffset Until) first,
        (DateTimeOffset From, DateTimeOffset Until) second, CancellationToken ct)
    {
        var (oldest, newest) = (first.From.ToUniversalTime() - Longest, second.Until.ToUniversalTime());
        await using var scope = scopes.CreateScopeOf(machine.OrganizationId);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var vends = await db.Set<Vend>().AsNoTracking()
            .Where(v => v.Machine == machine.Id && v.ReservedAt >= oldest && v.ReservedAt <= newest
                && v.Tender.Kind != TenderKind.Cash && v.StartedAt != null)
            .OrderBy(v => v.ReservedAt).Take(Most + 1).ToListAsync(ct);
        if (vends.Count > Most) return null;
        var sales = vends
            .Where(v => v.Id != doubt.Vend && v.StartedAt <= second.Until && (v.SettledAt is null || v.SettledAt >= first.From)).ToList();
        if (sales.Any(v => ReachesInto(v, first) || ReachesInto(v, second))) return null;
        var ids = sales.Select(v => (Id<Vend>?)v.Id).ToList();
        var told = await db.Set<MachineCommand>().AsNoTracking().Where(c => ids.Contains(c.VendId))
            .Select(c => new { c.VendId, c.State }).ToListAsync(ct);
        var spoken = told.Where(c => c.State is CommandState.Done or CommandState.Failed).Select(c => c.VendId).ToHashSet();
        if (!sales.TrueForAll(v => spoken.Contains(v.Id))) return null; // decided by staff, a policy or the provider
        var delivered = sales.Where(v => v.Delivered > 0).ToList();
        return new SoldBesides(delivered.Sum(v => v.Lines.Sum(l => l.Pieces)), delivered.Sum(v => v.Delivered));
    }

    private static bool ReachesInto(Vend vend, (DateTimeOffset From, DateTimeOffset Until) reading) =>
        vend.StartedAt <= reading.Until && (vend.SettledAt is null || vend.SettledAt >= reading.From);
}
