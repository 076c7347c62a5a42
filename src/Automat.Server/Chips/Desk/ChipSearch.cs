using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Chips.Desk;

/// <summary>Finds a chip from anywhere by what it is called, by what others know it by, or by who carries it.</summary>
internal sealed class ChipSearch(AutomatDb db, IStringLocalizer<Texts> t) : IPanelSearch
{
    public async Task<IReadOnlyList<PanelHit>> FindAsync(ClaimsPrincipal who, string text, int most, CancellationToken ct)
    {
        if (!who.Allows(Permission.ChipRead)) return [];
        var organization = who.OrganizationOf();
        var chips = db.Set<Chip>().AsNoTracking().Where(c => c.OrganizationId == organization);
        if (Guid.TryParse(text, out var id))
        {
            var wanted = new Id<Chip>(id);
            chips = chips.Where(c => c.Id == wanted);
        }
        else
        {
            var like = $"{Sql.LikeQuoted(text)}%";
            chips = chips.Where(c => EF.Functions.ILike(c.Label, like, Sql.LikeEscape) || c.Reference == text
                || db.Set<ChipHolder>().Any(h => h.ChipId == c.Id && EF.Functions.ILike(h.Name, like, Sql.LikeEscape)));
        }

        var found = await chips.OrderBy(c => c.Label).Take(most).Select(c => new { c.Id, c.Label, c.Reference, c.State }).ToListAsync(ct);
        return [.. found.Select(c => new PanelHit(
            t["Chips.One"], c.Label.Length > 0 ? c.Label : c.Id.ToString(),
            $"{t[ChipTexts.OfState(ChipReader.WordOf(c.State))]}{(c.Reference is { } known ? $" · {known}" : "")}", $"{ChipListPages.Address}/{c.Id}"))];
    }
}
