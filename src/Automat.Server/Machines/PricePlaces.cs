using Automat.Domain;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

/// <summary>The machines prices can be for.</summary>
internal sealed class PricePlaces(AutomatDb db) : IPricePlaces
{
    private const int Most = 2_000;

    public async Task<IReadOnlyList<PricePlace>> OfAsync(Id<Organization> organization, CancellationToken ct) =>
        await db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == organization && m.State != MachineState.Retired)
            .OrderBy(m => m.Name).Take(Most).Select(m => new PricePlace(m.Id, m.Name, m.Group)).ToListAsync(ct);
}
