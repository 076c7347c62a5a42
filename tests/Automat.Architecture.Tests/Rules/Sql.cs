using System.Text.RegularExpressions;

namespace Automat.Architecture.Tests.Rules;

/// <summary>Finds tables in SQL text, as far as a glance can tell.</summary>
internal static class Sql
{
    /// <summary>Whether a text changes a table's rows or shape.</summary>
    public static bool Writes(string text, string table) => Finds(
        text, @"\b(insert\s+into|update|delete\s+from|merge\s+into|truncate(\s+table)?|(alter|create|drop)\s+table)", table);

    /// <summary>Whether a text reads a table.</summary>
    public static bool Reads(string text, string table) =>
        !Writes(text, table) && Finds(text, @"\b(from|join)", table);

    private static bool Finds(string text, string verb, string table) => Regex.IsMatch(
        text,
        $@"{verb}\s+(only\s+)?{Regex.Escape(table)}\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(1));
}
