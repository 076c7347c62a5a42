using System.Security.Claims;
using Automat.Server.Panel;

namespace Automat.Server.People;

/// <summary>Tells the panel's frame where a person works.</summary>
internal sealed class PanelPlaces(Workplaces workplaces) : IPanelPlaces
{
    public async Task<IReadOnlyList<PanelPlace>> OfAsync(ClaimsPrincipal who, CancellationToken ct)
    {
        // Somebody who has not finished signing in is told nothing, and has no organisation yet.
        if (who.PersonOf() is not { } person || !who.HasClaim(c => c.Type == Callers.OrganizationClaim)) return [];
        var inUse = who.OrganizationOf();
        return [.. (await workplaces.OfAsync(person, ct))
            .Select(place => new PanelPlace(place.Organization.ToString(), place.Name, place.Organization == inUse))];
    }
}
