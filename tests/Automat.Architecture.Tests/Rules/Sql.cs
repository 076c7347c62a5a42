using System.Text.RegularExpressions;

namespace Automat.Architecture.Tests.Rules;

/// <summary>Finds tables in SQL text.</summary>
internal static class Sql
{
    /// <summary>Whether a text reads or writes a table, as far as a glance can tell.</summary>
    public static bool Names(string text, string table) => Regex.IsMatch(
        text,
        $@"\b(from|join|into|update|truncate|table)\s+(only\s+)?{Regex.Escape(table)}\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(1));
}
