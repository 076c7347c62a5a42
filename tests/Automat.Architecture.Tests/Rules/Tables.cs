using Automat.Architecture.Tests.Reading;

namespace Automat.Architecture.Tests.Rules;

/// <summary>
/// Whose table is whose. A table belongs to the module that maps its entity. The owner alone writes it and names it in SQL;
/// another module may read it where the list says so, and where the entity is public.
/// </summary>
internal sealed class Tables
{
    private readonly ModuleMap map;
    private readonly List<(string Module, CodeType Type)> types;
    private readonly List<(string Module, CodeType Type, TableUse Table)> touches;
    private readonly Dictionary<string, string> ownerOf;

    public Tables(ModuleMap map, IEnumerable<CodeType> types)
    {
        this.map = map;
        this.types = [.. types.Where(type => map.Of(type) is not null).Select(type => (map.Of(type)!, type))];
        touches = [.. this.types.SelectMany(t => t.Type.Tables.Select(table => (t.Module, t.Type, table)))];
        ownerOf = touches.Where(t => t.Table.Touch is Touch.Maps)
            .GroupBy(t => t.Table.Entity).ToDictionary(entity => entity.Key, entity => entity.First().Module);
    }

    /// <summary>The tables' names, and whose they are.</summary>
    public IReadOnlyDictionary<string, string> Names => touches.Where(t => t.Table.Table is not null)
        .DistinctBy(t => t.Table.Table).ToDictionary(t => t.Table.Table!, t => ownerOf[t.Table.Entity]);

    /// <summary>Tables touched by a module that neither owns them nor is listed as their reader.</summary>
    /// <param name="readers">For each module the foreign entities it may read, by their names below the root.</param>
    public IEnumerable<string> Breaches(IReadOnlyDictionary<string, string[]> readers)
    {
        var read = new HashSet<(string Module, string Entity)>();
        foreach (var (module, type, table) in touches.Concat(InSql()))
        {
            if (!ownerOf.TryGetValue(table.Entity, out var owner) || owner == module) continue;
            if (table.Touch is Touch.WritesUnseen) continue; // told as a write
            var entity = map.Below(table.Entity);
            if (table.Touch is Touch.Reads && readers.GetValueOrDefault(module, []).Contains(entity))
                read.Add((module, entity));
            else
                yield return table.Touch is Touch.Reads
                    ? $"{type.ShortName} ({module}) reads {entity}{InSql(table)}, a table of {owner}. Ask a public door of {owner} "
                        + $"instead; or, for a list that joins tables, add \"{entity}\" to {module} in TableTests."
                    : $"{type.ShortName} ({module}) {table.Touch.ToString().ToLowerInvariant()} {entity}{InSql(table)}, a table of "
                        + $"{owner}: the owner alone does that. Ask for it through a public door.";
        }

        foreach (var (module, entity) in readers.SelectMany(r => r.Value.Select(entity => (r.Key, entity))).Except(read))
            yield return $"{module} is listed as reading {entity} and does not: remove it from TableTests.";
    }

    private static string InSql(TableUse table) => table.Table is null ? "" : $" as {table.Table} in SQL";

    private IEnumerable<(string Module, CodeType Type, TableUse Table)> InSql() =>
        from entry in types
        where !entry.Type.Namespace.EndsWith(".Migrations", StringComparison.Ordinal) // generated for all modules at once
        from table in touches.Where(t => t.Table.Table is not null).Select(t => t.Table).DistinctBy(t => t.Table)
        from text in entry.Type.Literals
        let touch = Sql.Writes(text, table.Table!) ? Touch.Writes : Sql.Reads(text, table.Table!) ? Touch.Reads : default(Touch?)
        where touch is not null
        select (entry.Module, entry.Type, table with { Touch = touch.Value });
}
