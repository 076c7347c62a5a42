using System.Security.Claims;
using Automat.Server.Data;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.People;

/// <summary>Finds colleagues by name or address from anywhere in the panel.</summary>
internal sealed class FindPeople(AutomatDb db, IStringLocalizer<Texts> texts) : IPanelSearch
{
    public async Task<IReadOnlyList<PanelHit>> FindAsync(ClaimsPrincipal who, string text, int most, CancellationToken ct)
    {
        if (!who.Allows(Permission.PeopleRead)) return [];
        var (organization, pattern) = (who.OrganizationOf(), Sql.LikeAnywhere(text));
        var found = await (from m in db.Set<Membership>().AsNoTracking()
                           join p in db.Set<Person>().AsNoTracking() on m.PersonId equals p.Id
                           where m.OrganizationId == organization
                               && (EF.Functions.ILike(p.FirstName + " " + p.LastName, pattern, Sql.LikeEscape)
                                   || (p.Email != null && EF.Functions.ILike(p.Email, pattern, Sql.LikeEscape)))
                           orderby m.DisabledAt != null, p.LastName, p.Id
                           select new { p.FirstName, p.LastName, p.Email, m.Role }).Take(most).ToListAsync(ct);
        return
        [
            .. found.Select(p => new PanelHit(
                texts["People.One"], $"{p.FirstName} {p.LastName}".Trim() is { Length: > 0 } name ? name : p.Email ?? "",
                texts[RoleTexts.Of(p.Role)], PeoplePages.Address)),
        ];
    }
}
