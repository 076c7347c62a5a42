namespace Automat.Domain.Goods;

/// <summary>The fourteen allergens European law wants named (Regulation 1169/2011, annex II), by a stable word each.</summary>
public static class Allergens
{
    /// <summary>All of them, in the order of the law.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "gluten", "crustaceans", "eggs", "fish", "peanuts", "soybeans", "milk", "nuts", "celery", "mustard", "sesame", "sulphites",
        "lupin", "molluscs",
    ];

    /// <summary>The words in one text, in the order of the law, each once, parted by commas.</summary>
    /// <exception cref="RuleException"><c>allergen_unknown</c>.</exception>
    public static string Of(IEnumerable<string> words)
    {
        var said = words.Select(w => w.Trim().ToLowerInvariant()).Where(w => w.Length > 0).ToHashSet(StringComparer.Ordinal);
        if (said.FirstOrDefault(w => !All.Contains(w)) is { } unknown)
        {
            throw new RuleException("allergen_unknown", $"'{unknown}' is none of {string.Join(", ", All)}.");
        }

        return string.Join(',', All.Where(said.Contains));
    }

    /// <summary>The words in a text that <see cref="Of"/> made.</summary>
    public static IReadOnlyList<string> In(string text) => text.Length == 0 ? [] : text.Split(',');
}
