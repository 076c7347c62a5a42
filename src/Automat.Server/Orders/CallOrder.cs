using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Orders;

/// <summary>
/// The customer says that they are at the machine: from then on it asks for their code. Said again, nothing happens again; and not
/// before the machine can be reached, because nobody knows how long they would wait.
/// </summary>
public sealed class CallOrder(AutomatDb db, DriverRegistry drivers, TimeProvider clock)
{
    /// <summary>Says it.</summary>
    /// <returns>False when the machine cannot be reached now.</returns>
    public async Task<bool> RunAsync(FoundOrder found, CancellationToken ct)
    {
        if (!found.WaitsForCall || found.State is not OrderState.Ready) return true;
        if (drivers.Of(found.Place)?.CanReach(found.Place.Id) is not true) return false;
        var now = clock.GetUtcNow().ToUniversalTime();
        await db.Set<Order>().Where(o => o.Id == found.Order.Id && o.CalledAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(o => o.CalledAt, now), ct);
        return true; // the lane looks every other second
    }
}
