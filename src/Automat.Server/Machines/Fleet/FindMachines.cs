using System.Security.Claims;
using Automat.Server.Data;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Fleet;

/// <summary>Finds machines by their id, name or place from anywhere in the panel.</summary>
internal sealed class FindMachines(AutomatDb db, IStringLocalizer<Texts> texts) : IPanelSearch
{
    public async Task<IReadOnlyList<PanelHit>> FindAsync(ClaimsPrincipal who, string text, int most, CancellationToken ct)
    {
        if (!who.Allows(Permission.MachineRead)) return [];
        var (organization, pattern) = (who.OrganizationOf(), Sql.LikeAnywhere(text));
        var found = await db.Set<Machine>().AsNoTracking()
            .Where(m => m.OrganizationId == organization
                && (EF.Functions.ILike(m.Name, pattern, Sql.LikeEscape) || EF.Functions.ILike((string)(object)m.Id, pattern, Sql.LikeEscape) || EF.Functions.ILike(m.Location, pattern, Sql.LikeEscape)))
            .OrderBy(m => m.State == MachineState.Retired).ThenBy(m => m.Name).ThenBy(m => m.Id).Take(most)
            .Select(m => new { m.Id, m.Name, m.Location }).ToListAsync(ct);
        return [.. found.Select(m => new PanelHit(texts["Fleet.Machine"], m.Name, $"{m.Id} · {m.Location}", $"/panel/machines/{m.Id}"))];
    }
}
