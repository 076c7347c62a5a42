using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>
/// Commands a node was handing over when it died: nobody knows what became of them, unless the machine can tell. What a machine
/// has fetched by itself is nobody's to recover: it ends by the machine's word or by its deadline.
/// </summary>
internal sealed class LostDeliveries(
    IServiceScopeFactory scopes, Nodes nodes, MachineDirectory machines, DriverRegistry drivers,
    Func<MachineCommand, DeliveryResult, DeliveryTerms, Task> end)
{
    private HashSet<int> missing = [];

    /// <summary>Ends what dead nodes had in hand.</summary>
    /// <param name="sure">
    /// Whether a node counts as dead when it is missed for the first time: when this one starts, nobody else may be there. Later
    /// a node is given the time between two looks to come back to the database.
    /// </param>
    /// <param name="ct">Gives up.</param>
    public async Task LookAsync(bool sure, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("commands wait for all machines");
        var open = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<MachineCommand>().AsNoTracking()
            .Where(c => c.State == CommandState.Sending && c.SentBy != null).OrderBy(c => c.Id).ToListAsync(ct);
        if (open.Count == 0)
        {
            missing = [];
            return;
        }

        var alive = await nodes.AliveAsync(ct);
        var gone = open.Select(c => c.SentBy!.Value).Where(n => !alive.Contains(n)).ToHashSet();
        foreach (var command in open)
        {
            if (!gone.Contains(command.SentBy!.Value) || !(sure || missing.Contains(command.SentBy.Value))) continue;
            if (await machines.FindAsync(command.MachineId, ct) is not { } machine) continue;
            if (drivers.Of(machine) is not { } driver) continue;
            await end(command, driver.AfterRestart(machine, command), driver.TermsOf(machine));
        }

        missing = gone;
    }
}
