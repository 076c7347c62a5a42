using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;

namespace Automat.Server.Vends;

/// <summary>Knows which paid sales wait for their customers to come: their commands stay where they are until then.</summary>
public interface IHeldSales
{
    /// <summary>Those that wait at a machine; at most as many as may wait there.</summary>
    /// <param name="db">Sees everybody's rows.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="ct">Stops waiting.</param>
    Task<IReadOnlyCollection<Id<Vend>>> AtAsync(AutomatDb db, MachineId machine, CancellationToken ct);
}
