namespace Automat.Domain.Planograms;

/// <summary>Codes of slots: what one may be, and the order people read them in.</summary>
public static class SlotCode
{
    /// <summary>Characters at most.</summary>
    public const int Longest = 16;

    /// <summary>Orders <c>A2</c> before <c>A10</c>.</summary>
    public static IComparer<string> Order { get; } = Comparer<string>.Create(Compare);

    /// <summary>Whether a slot may be called so: 1 to 16 letters, digits, hyphens or underscores.</summary>
    public static bool IsOne(string? code) => code is { Length: >= 1 and <= Longest }
        && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>
    /// The shelf and the place on it, for codes that say both: a letter and a number (<c>B3</c>), or two to three digits whose
    /// last one is the place (<c>11</c>, <c>104</c>). Null for others, such as <c>coin-2</c>.
    /// </summary>
    public static (string Shelf, int Place)? PlaceOf(string code)
    {
        if (code.Length is 2 or 3 && char.IsAsciiLetter(code[0]) && char.IsAsciiDigit(code[1]) && char.IsAsciiDigit(code[^1]))
        {
            return code[1] == '0' ? null : (code[..1], int.Parse(code.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture));
        }

        return code.Length is 2 or 3 && code.All(char.IsAsciiDigit) ? (code[..^1], code[^1] - '0') : null;
    }

    private static int Compare(string? one, string? other)
    {
        if (one is null || other is null) return string.CompareOrdinal(one, other);
        var (a, b) = (0, 0);
        while (a < one.Length && b < other.Length)
        {
            if (char.IsAsciiDigit(one[a]) && char.IsAsciiDigit(other[b]))
            {
                var (number, against) = (NumberAt(one, ref a), NumberAt(other, ref b));
                if (number != against) return number.CompareTo(against);
                continue;
            }

            if (one[a] != other[b]) return one[a].CompareTo(other[b]);
            a++;
            b++;
        }

        var rest = (one.Length - a).CompareTo(other.Length - b);
        return rest != 0 ? rest : string.CompareOrdinal(one, other); // "A01" and "A1" are two codes
    }

    private static long NumberAt(string text, ref int at)
    {
        var number = 0L;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            number = Math.Min((number * 10) + (text[at] - '0'), 999_999_999_999_999); // longer than any code
            at++;
        }

        return number;
    }
}
