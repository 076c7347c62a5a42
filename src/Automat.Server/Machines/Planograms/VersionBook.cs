using Automat.Domain.Planograms;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Planograms;

/// <summary>Keeps every layout a machine had.</summary>
internal static class VersionBook
{
    /// <summary>A machine's newest version; null when it has no history.</summary>
    public static Task<PlanogramVersion?> NewestAsync(AutomatDb db, Machine machine, CancellationToken ct) =>
        db.Set<PlanogramVersion>().AsNoTracking().Where(v => v.MachineId == machine.Id).OrderByDescending(v => v.Number).FirstOrDefaultAsync(ct);

    /// <summary>
    /// Writes a version down, saved with the caller's own save; the machine's row is locked, so that numbers follow each other.
    /// A layout that had come to be in other ways is written down before it, so that it can be brought back, too.
    /// </summary>
    /// <param name="db">The context that is about to be saved.</param>
    /// <param name="before">The layout that ends.</param>
    /// <param name="version">The new one; it gets its number here.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<PlanogramVersion> AddAsync(
        AutomatDb db, IReadOnlyList<PlannedSlot> before, PlanogramVersion version, CancellationToken ct)
    {
        var newest = await db.Set<PlanogramVersion>().AsNoTracking().Where(v => v.MachineId == version.MachineId)
            .OrderByDescending(v => v.Number).FirstOrDefaultAsync(ct);
        var number = newest?.Number ?? 0;
        var unwritten = newest is null ? before.Count > 0 : !Layout.AreSame(StoredLayout.Read(newest.Slots), before);
        if (unwritten)
        {
            db.Add(new PlanogramVersion
            {
                MachineId = version.MachineId,
                Number = ++number,
                OrganizationId = version.OrganizationId,
                Slots = StoredLayout.Write(before),
                Origin = VersionOrigin.Found,
                PublishedAt = version.PublishedAt,
            });
        }

        var added = version with { Number = number + 1 };
        db.Add(added);
        return added;
    }
}
