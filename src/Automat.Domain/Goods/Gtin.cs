namespace Automat.Domain.Goods;

/// <summary>The number below a bar code (GS1): 8, 12, 13 or 14 digits, the last of which checks the others.</summary>
public static class Gtin
{
    /// <summary>What was typed or scanned as the number it is, without blanks and hyphens; null when it is none.</summary>
    public static string? Of(string? typed)
    {
        var digits = string.Concat((typed ?? "").Where(c => c is not (' ' or '-')));
        return digits.Length is 8 or 12 or 13 or 14 && digits.All(char.IsAsciiDigit) && IsChecked(digits) ? digits : null;
    }

    /// <summary>The digit that belongs behind these.</summary>
    public static char CheckDigitOf(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        // From the right, beginning with three.
        for (var i = 0; i < digits.Length; i++) sum += (digits[^(i + 1)] - '0') * (i % 2 == 0 ? 3 : 1);
        return (char)('0' + ((10 - (sum % 10)) % 10));
    }

    private static bool IsChecked(string digits) => CheckDigitOf(digits.AsSpan(0, digits.Length - 1)) == digits[^1];
}
