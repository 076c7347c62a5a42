using Automat.Domain;
using Automat.Protocol.Dex;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Dex;

/// <summary>Tells drivers what the counters of their machines said, now and before; for files a driver fetched only.</summary>
internal sealed class TellFollowers(AutomatDb db, IEnumerable<IDexFollower> followers)
{
    /// <summary>A fetched file counts. Told again when a crash came in between.</summary>
    public async Task TellAsync(Machine machine, DexRead read, CancellationToken ct)
    {
        var chain = await db.DexChainAsync(machine.Id, read.Serial, ct);
        await TellAsync(machine, [.. chain.Where(r => r.Id != read.Id).Select(r => Reading(machine, r)), Reading(machine, read)], ct);
    }

    /// <summary>A file that is known was fetched once more. One that others came after says nothing of now.</summary>
    public async Task TellAgainAsync(Machine machine, Id<DexRead> id, DateTimeOffset now, CancellationToken ct)
    {
        var read = await db.Set<DexRead>().AsNoTracking().SingleAsync(r => r.Id == id, ct);
        var chain = await db.DexChainAsync(machine.Id, read.Serial, ct);
        if (chain.Count == 0 || chain[^1].Id != id) return;
        var last = Reading(machine, chain[^1]);
        await TellAsync(machine, [.. chain.Select(r => Reading(machine, r)), last with { At = now, Fetched = true }], ct);
    }

    private async Task TellAsync(Machine machine, IReadOnlyList<CardReading> readings, CancellationToken ct)
    {
        foreach (var follower in followers) await follower.FollowAsync(machine, readings, ct);
    }

    private static CardReading Reading(Machine machine, DexRead read)
    {
        var meters = new DexMeters(DexAuditReader.Read(read.Content), machine.Currency);
        return new CardReading(read.ReceivedAt, read.Source is DexSource.Driver, meters.CardCount, meters.CardValue);
    }
}
