using System.Text;

namespace Automat.Server.People;

/// <summary>
/// What a password must not be, checked without asking anybody on the net: too short, common, about oneself, a run or a
/// repetition. Common ones are recognised by their core, so that <c>P@ssw0rd2024!</c> counts as <c>password</c>.
/// </summary>
public static class PasswordRules
{
    /// <summary>The shortest that is taken.</summary>
    public const int Shortest = 10;

    /// <summary>The longest that is taken: hashing more is work for nothing.</summary>
    public const int Longest = 200;

    // Rows of keyboards (QWERTY, QWERTZ, AZERTY), the alphabet, and columns people draw with a finger.
    private static readonly string[] Runs =
    [
        "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiopu", "azertyuiop", "asdfghjkl", "qsdfghjklm",
        "zxcvbnm", "yxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujm",
    ];

    /// <summary>What is wrong with a password, as names of texts; empty when it will do.</summary>
    /// <param name="password">The password.</param>
    /// <param name="about">Words an attacker tries first: names, the address, the organisation.</param>
    public static IReadOnlyList<string> Faults(string? password, params IEnumerable<string?> about)
    {
        if (password is not { Length: >= Shortest }) return ["Password.Short"];
        if (password.Length > Longest) return ["Password.Long"];
        var faults = new List<string>();
        var plain = password.ToLowerInvariant();
        if (plain.Distinct().Count() < 5) faults.Add("Password.Repeated");
        if (IsRepetition(plain)) faults.Add("Password.Repeated");
        if (IsMostlyRuns(plain)) faults.Add("Password.Sequence");
        var core = plain.Trim([.. "0123456789!?.,-_*#$%&+=@()/ "]);
        if (CommonPasswords.Cores.Contains(WordOf(core)) || CommonPasswords.Cores.Contains(WordOf(Unmasked(core))))
            faults.Add("Password.Common");
        if (IsAbout(plain, about)) faults.Add("Password.Personal");
        return [.. faults.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The letters of what is left without the digits and signs people put around a word to satisfy rules.</summary>
    private static string WordOf(string text)
    {
        var core = new string([.. text.Where(char.IsLetter)]);
        // A word said twice is still one word.
        var half = core.Length / 2;
        return core.Length % 2 == 0 && half > 0 && core[..half] == core[half..] ? core[..half] : core;
    }

    private static string Unmasked(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            plain.Append(c switch
            {
                '0' => 'o',
                '1' or '!' => 'i',
                '3' => 'e',
                '4' or '@' => 'a',
                '5' or '$' => 's',
                '7' => 't',
                '8' => 'b',
                _ => c,
            });
        }

        return plain.ToString();
    }

    private static bool IsRepetition(string text)
    {
        for (var length = 1; length <= text.Length / 2; length++)
        {
            var unit = text[..length];
            var repeats = true;
            for (var i = length; i < text.Length && repeats; i++) repeats = text[i] == unit[i % length];
            if (repeats) return true;
        }

        return false;
    }

    /// <summary>Whether at least two thirds of it are runs of four or more, forwards or backwards.</summary>
    private static bool IsMostlyRuns(string text)
    {
        var covered = 0;
        for (var i = 0; i < text.Length;)
        {
            var longest = 0;
            for (var length = 4; i + length <= text.Length && IsRun(text.Substring(i, length)); length++) longest = length;
            covered += longest;
            i += Math.Max(longest, 1);
        }

        return covered * 3 >= text.Length * 2;
    }

    private static bool IsRun(string part)
    {
        var backwards = new string([.. part.Reverse()]);
        return Runs.Any(run => run.Contains(part, StringComparison.Ordinal) || run.Contains(backwards, StringComparison.Ordinal));
    }

    private static bool IsAbout(string plain, IEnumerable<string?> about)
    {
        foreach (var word in about.Where(a => a is not null).SelectMany(a => a!.ToLowerInvariant().Split([' ', '@', '.', '-', '_', '+'])))
        {
            // A short word may be part of a good password; one that makes up half of it may not.
            if (word.Length >= 3 && plain.Contains(word, StringComparison.Ordinal) && word.Length * 2 >= plain.Length - 3) return true;
        }

        return false;
    }
}
