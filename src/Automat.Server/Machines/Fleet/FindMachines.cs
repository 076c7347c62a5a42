using System.Security.Claims;
using Automat.Server.Data;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Fleet;

/// <summary>Finds machines by their id, name or place, and the places themselves, from anywhere in the panel.</summary>
internal sealed class FindMachines(AutomatDb db, IStringLocalizer<Texts> texts) : IPanelSearch
{
    private const int MostPlaces = 2; // of all that a search shows of this kind

    public async Task<IReadOnlyList<PanelHit>> FindAsync(ClaimsPrincipal who, string text, int most, CancellationToken ct)
    {
        if (!who.Allows(Permission.MachineRead)) return [];
        var (organization, pattern) = (who.OrganizationOf(), Sql.LikeAnywhere(text));
        var found = await db.Set<Machine>().AsNoTracking()
            .Where(m => m.OrganizationId == organization
                && (EF.Functions.ILike(m.Name, pattern, Sql.LikeEscape) || EF.Functions.ILike((string)(object)m.Id, pattern, Sql.LikeEscape) || EF.Functions.ILike(m.Location, pattern, Sql.LikeEscape)))
            .OrderBy(m => m.State == MachineState.Retired).ThenBy(m => m.Name).ThenBy(m => m.Id).Take(most)
            .Select(m => new { m.Id, m.Name, m.Location }).ToListAsync(ct);
        var places = await db.Set<Machine>().AsNoTracking()
            .Where(m => m.OrganizationId == organization && m.State != MachineState.Retired && EF.Functions.ILike(m.Location, pattern, Sql.LikeEscape))
            .GroupBy(m => m.Location).OrderBy(place => place.Key).Take(MostPlaces).Select(place => new { place.Key, Machines = place.Count() }).ToListAsync(ct);
        return
        [
            .. places.Select(place => new PanelHit(
                texts["Fleet.Place"], place.Key, texts["Fleet.PlaceMachines", place.Machines],
                $"/panel/machines?location={Uri.EscapeDataString(place.Key)}")),
            .. found.Take(Math.Max(1, most - places.Count)).Select(m => new PanelHit(texts["Fleet.Machine"], m.Name, $"{m.Id} · {m.Location}", $"/panel/machines/{m.Id}")),
        ];
    }
}
