using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Dex;

/// <summary>Finds the files whose counters count.</summary>
internal static class DexChain
{
    /// <summary>The files of one controller that count, oldest first: the first and the last few.</summary>
    public static async Task<IReadOnlyList<DexRead>> DexChainAsync(
        this AutomatDb db, MachineId machine, string serial, CancellationToken ct)
    {
        var all = db.Set<DexRead>().AsNoTracking().Where(r => r.MachineId == machine && r.Serial == serial && r.Status == DexReadStatus.Done);
        var newest = (await all.OrderByDescending(r => r.Id).Take(20).ToListAsync(ct)).Where(r => DexPlan.FromJson(r.Plan!).Counts).Reverse().ToList();
        var oldest = (await all.OrderBy(r => r.Id).Take(20).ToListAsync(ct)).FirstOrDefault(r => DexPlan.FromJson(r.Plan!).Counts);
        if (oldest is not null && newest.Count > 0 && newest[0].Id != oldest.Id) newest.Insert(0, oldest);
        return newest;
    }
}
