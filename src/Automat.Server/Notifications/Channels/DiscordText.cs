using System.Text.RegularExpressions;

namespace Automat.Server.Notifications.Channels;

/// <summary>Makes text harmless for a channel, and as long as a post may be.</summary>
internal static partial class DiscordText
{
    /// <summary>Characters of one post; the channel takes no more.</summary>
    public const int Longest = 2_000;

    // Takes no room and breaks what would otherwise mean something.
    private const string Nothing = "\u200B";

    /// <summary>
    /// Calls nobody and hides no link: <c>@everyone</c> and <c>&lt;@…&gt;</c> are just letters, and <c>[text](address)</c> shows
    /// where it leads. The post says besides that nobody may be called.
    /// </summary>
    public static string Harmless(string text)
    {
        var plain = new string([.. text.Where(c => c is '\n' or '\t' || !char.IsControl(c))])
            .Replace("@", "@" + Nothing, StringComparison.Ordinal)
            .Replace("<#", "<" + Nothing + "#", StringComparison.Ordinal)
            .Replace("](", "]" + Nothing + "(", StringComparison.Ordinal)
            .Replace("```", "'''", StringComparison.Ordinal);
        return Cut(plain);
    }

    /// <summary>The text without what leads to somebody: addresses of mail and numbers as long as those of phones and cards.</summary>
    public static string WithoutPeople(string text) => Numbers().Replace(Addresses().Replace(text, "[e-mail]"), "[number]");

    /// <summary>Texts in their order, as few posts as they fit in.</summary>
    public static IReadOnlyList<(string Text, int Count)> Pack(IReadOnlyList<string> texts)
    {
        var packed = new List<(string Text, int Count)>();
        foreach (var text in texts)
        {
            if (packed.Count > 0 && packed[^1].Text.Length + 1 + text.Length <= Longest)
                packed[^1] = (packed[^1].Text + "\n" + text, packed[^1].Count + 1);
            else packed.Add((text, 1));
        }

        return packed;
    }

    private static string Cut(string text)
    {
        if (text.Length <= Longest) return text;
        // Never half of a character that takes two.
        var end = Longest - 1;
        if (char.IsHighSurrogate(text[end - 1])) end--;
        return text[..end] + "…";
    }

    [GeneratedRegex(@"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Addresses();

    [GeneratedRegex(@"(?<!\d)\+?\d(?:[ \-/.]?\d){6,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Numbers();
}
