using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Dashboard;

/// <summary>One step from an empty organisation to its first sale.</summary>
/// <param name="Text">Key of what to do.</param>
/// <param name="Address">Where.</param>
/// <param name="IsDone">Whether it is done.</param>
public sealed record FirstStep(string Text, string Address, bool IsDone);

/// <summary>The way from an empty organisation to its first sale; nothing to see once something was sold.</summary>
internal static class FirstSteps
{
    public static async Task<IReadOnlyList<FirstStep>> OfAsync(
        AutomatDb db, MachineStatuses statuses, Id<Organization> organization, CancellationToken ct)
    {
        if (await db.Set<Vend>().AnyAsync(v => v.Organization == organization, ct)) return [];
        var hasProduct = await db.Set<Product>().AnyAsync(p => p.OrganizationId == organization, ct);
        var machine = (await db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == organization && m.State != MachineState.Retired)
            .OrderBy(m => m.CreatedAt).FirstOrDefaultAsync(ct))?.Id;
        var hasSlots = machine is { } known && await db.Set<Slot>().AnyAsync(s => s.MachineId == known, ct);
        var heard = machine is { } one && statuses.Of(one).LastHeard is not null;
        return
        [
            new("First.Product", "/panel/products", hasProduct),
            new("First.Machine", "/panel/machines/new", machine is not null),
            new("First.Planogram", machine is null ? "/panel/machines" : $"/panel/machines/{machine}/planogram", hasSlots),
            new("First.Connect", machine is null ? "/panel/machines" : $"/panel/machines/{machine}", heard),
            new("First.Sale", machine is null ? "/panel/machines" : $"/m/{machine}", IsDone: false),
        ];
    }
}
