using System.Text.RegularExpressions;
using Automat.Architecture.Tests.Reading;

namespace Automat.Architecture.Tests.Rules;

/// <summary>
/// Writes to audited tables that the change tracker does not see, and which therefore make no event by themselves: SQL, and
/// EF Core's <c>ExecuteUpdate</c> and <c>ExecuteDelete</c>. Also SQL whose table the code does not name.
/// </summary>
internal sealed partial class Unseen
{
    private const string Somewhere = "a table it does not name";

    private readonly HashSet<(string Type, string Table)> found = [];

    public Unseen(IReadOnlyList<CodeType> types)
    {
        var touches = types.SelectMany(t => t.Tables.Select(table => (Type: t, Table: table))).ToList();
        var exempt = touches.Where(t => t.Table.Touch is Touch.LeavesUnaudited).Select(t => t.Table.Entity).ToHashSet();
        var tables = touches.Where(t => t.Table.Table is not null).Select(t => (t.Table.Entity, Name: t.Table.Table!)).Distinct().ToList();
        Audited = [.. tables.Where(t => !exempt.Contains(t.Entity)).Select(t => t.Name).Order(StringComparer.Ordinal)];
        foreach (var (type, table) in touches.Where(t => t.Table.Touch is Touch.WritesUnseen))
        {
            foreach (var (_, name) in tables.Where(t => t.Entity == table.Entity && !exempt.Contains(t.Entity))) found.Add((type.ShortName, name));
        }

        var known = tables.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var type in types.Where(t => !t.Namespace.EndsWith(".Migrations", StringComparison.Ordinal)))
        {
            foreach (var text in type.Literals) Read(type, text, known);
        }
    }

    /// <summary>The tables whose changes are audited.</summary>
    public IReadOnlyList<string> Audited { get; }

    /// <summary>Writes that are not listed, and listed ones that are gone.</summary>
    /// <param name="listed">Type and table, with why it is right.</param>
    public IEnumerable<string> Breaches(IReadOnlyDictionary<(string Type, string Table), string> listed)
    {
        foreach (var (type, table) in found.Except(listed.Keys).Order())
        {
            yield return $"{type} writes {table} past the change tracker, so that nothing of it is audited. Load and save the "
                + "entity; or db.Note what was done in the same transaction, and list it in UnseenWriteTests with the reason.";
        }

        foreach (var (type, table) in listed.Keys.Except(found).Order())
            yield return $"{type} is listed as writing {table} unseen and does not: remove it from UnseenWriteTests.";
    }

    private void Read(CodeType type, string text, HashSet<string> known)
    {
        foreach (Match write in Write().Matches(text))
        {
            var name = write.Groups["table"].Value;
            if (Audited.Contains(name, StringComparer.Ordinal)) found.Add((type.ShortName, name));
            else if (!known.Contains(name)) found.Add((type.ShortName, Somewhere));
        }
    }

    // Not the update of "for update" and "do update set", which write nothing by themselves or were read before.
    [GeneratedRegex(
        @"\b(insert\s+into|delete\s+from|merge\s+into|truncate(\s+table)?|(?<!\b(for|do|no\s+key)\s+)update(?=\s+([a-z_]+\s+([a-z]\s+)?set\b|$)))\s+(only\s+)?(?<table>[a-z_0-9]*)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Write();
}
