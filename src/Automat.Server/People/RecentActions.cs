using System.Globalization;
using System.Security.Claims;
using Automat.Server.Audit;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>What staff did to stock and products lately, as existing admin pages list it.</summary>
internal static class RecentActions
{
    private const int Shown = 20;

    // The first two names are those existing pages know.
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["stock.set"] = "Set Inventory",
        ["path.set"] = "Set Path",
        ["stock.product_added"] = "Add Product",
        ["stock.product_removed"] = "Remove Product",
    };

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/get-actions", ListAsync).RequirePermission(Permission.ActivityRead).WithName("GetActions");

    private static async Task<IResult> ListAsync(ClaimsPrincipal caller, AutomatDb db, CancellationToken ct)
    {
        var acts = await db.LatestAsync(caller.OrganizationOf(), [.. Names.Keys], Shown, ct);
        var actors = acts.Select(a => a.Actor).Distinct(StringComparer.Ordinal)
            .Select(a => Guid.TryParse(a, out var id) ? id : (Guid?)null).OfType<Guid>().ToList();
        var people = await db.Set<Person>().AsNoTracking().Where(p => actors.Contains(p.Id))
            .ToDictionaryAsync(p => p.Id.ToString(), p => p.UserName!, StringComparer.Ordinal, ct);
        return Results.Json(acts.Select(a => new
        {
            action_time = a.At.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            type_name = Names[a.Action],
            username = people.GetValueOrDefault(a.Actor, "api"),
        }));
    }
}
