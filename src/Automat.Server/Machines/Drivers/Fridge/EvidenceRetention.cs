using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>What was said of visits goes after a while; what became of each stays with its sale.</summary>
internal sealed class EvidenceRetention : IRetention
{
    private const int BatchSize = 5_000;

    public string Name => "FridgeEvidence";

    public int DefaultDays => 400;

    public async Task<bool> ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct)
    {
        // Ids are in the order of time.
        var oldest = await db.Set<DoorWord>().AsNoTracking().OrderBy(w => w.Id).Take(BatchSize)
            .Select(w => new { w.Id, w.At }).ToListAsync(ct);
        var gone = oldest.Where(w => w.At < before).Select(w => w.Id).ToList();
        await db.Set<DoorWord>().Where(w => gone.Contains(w.Id)).ExecuteDeleteAsync(ct);
        return gone.Count == BatchSize;
    }
}
