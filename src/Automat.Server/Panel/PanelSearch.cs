using System.Security.Claims;

namespace Automat.Server.Panel;

/// <summary>Looks everywhere at once: the panel's pages first, then what each module finds.</summary>
internal sealed class PanelSearch(PageSearch pages, IEnumerable<IPanelSearch> modules)
{
    public const int Shortest = 2;
    public const int Longest = 100;
    private const int MostOfAKind = 6;
    private const int Most = 30;

    public async Task<IReadOnlyList<PanelHit>> FindAsync(ClaimsPrincipal who, string text, CancellationToken ct)
    {
        if (text.Length < Shortest) return [];
        var hits = new List<PanelHit>(pages.Find(who, text, MostOfAKind));
        // One after the other: they share the request's connection.
        foreach (var module in modules)
        {
            if (hits.Count >= Most) break;
            hits.AddRange((await module.FindAsync(who, text, MostOfAKind, ct)).Take(Math.Min(MostOfAKind, Most - hits.Count)));
        }

        return hits;
    }
}
