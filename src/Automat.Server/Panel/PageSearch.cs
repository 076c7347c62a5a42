using System.Globalization;
using System.Security.Claims;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Panel;

/// <summary>Finds the panel's own pages by their names in the reader's language.</summary>
internal sealed class PageSearch(PanelWays ways, IStringLocalizer<Texts> texts)
{
    public IEnumerable<PanelHit> Find(ClaimsPrincipal who, string text, int most) => ways.For(who)
        .Select(way => (way.Address, Title: texts[way.Text].Value))
        .Where(page => CultureInfo.CurrentCulture.CompareInfo.IndexOf(
            page.Title, text, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) >= 0)
        .Take(most)
        .Select(page => new PanelHit(texts["Search.Page"], page.Title, null, page.Address));
}
