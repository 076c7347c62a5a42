using System.Text;

namespace Automat.Architecture.Tests.Rules;

/// <summary>Draws modules for <c>docs/architecture.md</c>, between two markers, and tells when the page is behind the code.</summary>
internal static class ModuleDrawing
{
    public const string Begin = "<!-- modules: drawn by Automat.Architecture.Tests, do not edit -->";
    public const string End = "<!-- /modules -->";
    public const string HowToUpdate = "AUTOMAT_UPDATE_DOCS=1 dotnet test --project tests/Automat.Architecture.Tests";

    /// <summary>
    /// A Mermaid graph, and below it every arrow in a table. The graph leaves out the arrows that a longer way implies:
    /// all of them at once is a drawing of wool.
    /// </summary>
    public static string Draw(IReadOnlyDictionary<string, IReadOnlyList<string>> arrows)
    {
        var text = new StringBuilder("```mermaid\nflowchart TD\n");
        foreach (var module in arrows.Keys.Order(StringComparer.Ordinal))
            text.Append("  ").Append(Node(module)).Append("[\"").Append(module).Append("\"]\n");
        foreach (var (from, to) in Needed(arrows))
            text.Append("  ").Append(Node(from)).Append(" --> ").Append(Node(to)).Append('\n');
        text.Append("```\n\n| module | uses |\n| --- | --- |\n");
        foreach (var (module, used) in arrows.OrderBy(arrow => arrow.Key, StringComparer.Ordinal))
            text.Append("| ").Append(module).Append(" | ")
                .Append(used.Count == 0 ? "–" : string.Join(", ", used.Order(StringComparer.Ordinal))).Append(" |\n");
        return text.ToString();
    }

    /// <summary>The page with the drawing between its markers renewed.</summary>
    /// <exception cref="InvalidOperationException">The page has no markers.</exception>
    public static string Renew(string page, string drawing)
    {
        var begin = page.IndexOf(Begin, StringComparison.Ordinal);
        var end = page.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"The page needs the lines \"{Begin}\" and \"{End}\", in this order.");
        return $"{page[..begin]}{Begin}\n\n{drawing}\n{page[end..]}";
    }

    /// <summary>Says so when the page shows other modules than the code has.</summary>
    public static IEnumerable<string> Breaches(string page, string drawing)
    {
        if (Renew(page, drawing) != page)
            yield return $"docs/architecture.md shows other modules than the code has. Update it: {HowToUpdate}";
    }

    private static string Node(string module) => module.Replace('.', '_');

    private static IEnumerable<(string From, string To)> Needed(IReadOnlyDictionary<string, IReadOnlyList<string>> arrows) =>
        from @from in arrows.Keys.Order(StringComparer.Ordinal)
        from to in arrows[@from].Order(StringComparer.Ordinal)
        where !arrows[@from].Any(other => other != to && Reaches(arrows, other, to, []))
        select (@from, to);

    private static bool Reaches(
        IReadOnlyDictionary<string, IReadOnlyList<string>> arrows, string from, string to, HashSet<string> seen) =>
        from == to || (seen.Add(from) && arrows.GetValueOrDefault(from, []).Any(next => Reaches(arrows, next, to, seen)));
}
