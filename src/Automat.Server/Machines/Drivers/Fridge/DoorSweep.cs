using Automat.Domain;
using Automat.Domain.Doors;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>
/// Lets time pass at doors: whoever is silent for too long is in doubt, what is being weighed is brought to its end also after a
/// crash, and what the money's own deadline ended leaves the queue of staff.
/// </summary>
internal sealed class DoorSweep(
    IServiceScopeFactory scopes, MachineDirectory machines, LiveDoors doors, DoorDesk desk, FridgeHealth health, FridgeMeter meter,
    TimeProvider clock, ILogger<DoorSweep> log) : BackgroundService
{
    private const int BatchSize = 500;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunAsync(
        clock, TimeSpan.FromSeconds(1),
        async ct =>
        {
            await desk.TryUnheardAsync(ct);
            await SweepAsync(ct);
        },
        error =>
        {
            meter.Failed("sweep", "fridge");
            log.LogError(error, "Open doors could not be looked at; tried again");
        }, stoppingToken);

    /// <summary>Looks at every open door once.</summary>
    internal async Task SweepAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("doors are looked after for all").WorkOf("fridge");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var open = await (from visit in db.Set<DoorVisit>().AsNoTracking()
                          join vend in db.Set<Vend>().AsNoTracking() on visit.VendId equals vend.Id
                          where visit.Status != DoorStatus.Settled && visit.Status != DoorStatus.Released && visit.GivenUpAt == null
                          orderby visit.UnlockedAt descending
                          select new { Visit = visit, Sale = vend.Status, vend.SettledAt }).Take(BatchSize).ToListAsync(ct);
        foreach (var one in open)
        {
            if (await machines.FindAsync(one.Visit.MachineId, ct) is not { } machine) continue;
            try
            {
                // Goods named after their sale had ended still have to be settled.
                await LookAsync(db, machine, one.Visit, VendLife.IsOpen(one.Sale) || one.Visit.ToldAt > one.SettledAt, ct);
            }
            catch (RuleException refused)
            {
                meter.Failed(refused.Code, "basket");
                log.LogWarning("The basket of vend {Vend} waits: {Reason}", one.Visit.VendId, refused.Message);
            }
        }

        var atDoor = open.Where(o => DoorLife.IsAtTheDoor(o.Visit.Status) || o.Visit.Status is DoorStatus.Doubtful)
            .Select(o => o.Visit.VendId).ToHashSet();
        foreach (var (id, door) in doors.All)
        {
            if (door.Visit is { } gone && open.Count < BatchSize && !atDoor.Contains(gone) && door.BegunAt < clock.GetUtcNow() - TimeSpan.FromSeconds(2))
            {
                door.Visit = null; // another node has ended it
            }

            if (door.Reachable && await machines.FindAsync(id, ct) is { } machine) health.Report(machine, always: false);
        }
    }

    private async Task LookAsync(AutomatDb db, Machine machine, DoorVisit visit, bool isOpen, CancellationToken ct)
    {
        var door = doors.Of(machine.Id);
        switch (visit.Status)
        {
            case DoorStatus.Unlocked or DoorStatus.Open or DoorStatus.HeldOpen:
                door.Visit ??= visit.VendId; // after a start, or heard by another node
                if (DoorRules.Hear(visit.Session(), new DoorEvent.Passed(), clock.GetUtcNow(), health.SettingsOf(machine).Limits).News)
                {
                    await desk.PassAsync(machine, visit.VendId, ct);
                }

                break;
            case DoorStatus.Weighing:
                await desk.PassAsync(machine, visit.VendId, ct);
                break;
            case DoorStatus.Doubtful or DoorStatus.Review when !isOpen:
                await db.Set<DoorVisit>().Where(v => v.VendId == visit.VendId && v.GivenUpAt == null)
                    .ExecuteUpdateAsync(set => set.SetProperty(v => v.GivenUpAt, clock.GetUtcNow().ToUniversalTime()), ct);
                break;
            default:
                break;
        }
    }
}
