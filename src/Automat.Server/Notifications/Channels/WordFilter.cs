using System.Text.RegularExpressions;

namespace Automat.Server.Notifications.Channels;

/// <summary>
/// Covers words in what customers write. A word is found whole, whatever its case and the punctuation around it; an entry of
/// several words is found with any space between them. Names of products and people are never looked at.
/// </summary>
internal static class WordFilter
{
    /// <summary>Characters of the list.</summary>
    public const int LongestList = 20_000;

    /// <summary>Entries of the list.</summary>
    public const int MostWords = 1_000;

    /// <summary>What a covered word becomes.</summary>
    public const string Cover = "[BLEEP]";

    /// <summary>What the list begins with.</summary>
    public const string Usual =
        "asshole\nbastard\nbitch\nbullshit\ncunt\ndickhead\nfuck\nfucked\nfucker\nfucking\nmotherfucker\nshit\nshitty\nwanker\nwhore\n"
        + "arschloch\nfick\nficken\nfotze\nhurensohn\nscheiss\nscheiß\nscheisse\nscheiße\nwichser\n"
        + "cabrón\ncoño\ngilipollas\nhijo de puta\njoder\nmierda\npendejo\nputa";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The entries of a list as somebody typed it: trimmed, none empty, none twice.</summary>
    public static IReadOnlyList<string> Read(string? list) =>
    [
        .. (list ?? "").Split(['\n', '\r'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Distinct(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>The text with the words covered.</summary>
    public static string Clean(string text, IReadOnlyList<string> words)
    {
        if (words.Count == 0) return text;
        var any = string.Join(
            '|', words.OrderByDescending(w => w.Length).Select(w => Regex.Escape(w).Replace("\\ ", "\\s+", StringComparison.Ordinal)));
        try
        {
            return Regex.Replace(
                text, $@"(?<![\p{{L}}\p{{N}}])(?:{any})(?![\p{{L}}\p{{N}}])", Cover,
                RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience);
        }
        catch (RegexMatchTimeoutException)
        {
            // Nobody reads it rather than everybody what should have been covered.
            return Cover;
        }
    }
}
