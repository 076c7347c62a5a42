using Automat.Architecture.Tests.Reading;

namespace Automat.Architecture.Tests.Rules;

/// <summary>Some types of one assembly, seen as modules and the arrows between them.</summary>
internal sealed class Modules
{
    private readonly ModuleMap map;
    private readonly Dictionary<string, CodeType> types;

    public Modules(ModuleMap map, IEnumerable<CodeType> types)
    {
        this.map = map;
        this.types = types.ToDictionary(type => type.Name);
        Names = map.All(this.types.Values);
        Crossings = [.. this.types.Values.SelectMany(CrossingsOf)
            .OrderBy(c => c.From, StringComparer.Ordinal).ThenBy(c => c.To, StringComparer.Ordinal)
            .ThenBy(c => c.Type.Name, StringComparer.Ordinal).ThenBy(c => c.Use.Member, StringComparer.Ordinal)];
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Every use of one module by another. What the composition root uses is not among them.</summary>
    public IReadOnlyList<Crossing> Crossings { get; }

    /// <summary>What each module uses.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Arrows => Names.ToDictionary(
        name => name,
        name => (IReadOnlyList<string>)[.. Crossings.Where(c => c.From == name).Select(c => c.To).Distinct()]);

    /// <summary>Arrows that are there and not listed, or listed and not there.</summary>
    public IEnumerable<string> ArrowBreaches(IReadOnlyDictionary<string, string[]> listed)
    {
        foreach (var arrow in Crossings.GroupBy(c => (c.From, c.To)))
        {
            var (from, to) = arrow.Key;
            if (listed.TryGetValue(from, out var allowed) && allowed.Contains(to)) continue;
            var first = arrow.First();
            yield return $"{from} uses {to}, which is not listed: {first.Type.ShortName} ({first.Type.Files[0]}) uses "
                + $"{first.Use.Member}{More(arrow.Count() - 1)}. Move the code, turn the arrow round with an event or a sweep, "
                + $"or, if {from} really rests on {to}, add \"{to}\" to {from} in ModuleBoundaryTests.";
        }

        var arrows = Arrows;
        foreach (var (from, allowed) in listed.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (!arrows.TryGetValue(from, out var present))
                yield return $"{from} is listed and no longer exists: remove it from ModuleBoundaryTests.";
            else
                foreach (var to in allowed.Except(present))
                    yield return $"{from} is listed as using {to} and no longer does: remove the arrow from ModuleBoundaryTests.";
        }
    }

    /// <summary>Modules that use each other, directly or around.</summary>
    public IEnumerable<string> CircleBreaches()
    {
        var arrows = Arrows;
        foreach (var circle in Circles.Of(arrows))
        {
            var uses = Crossings.Where(c => circle.Contains(c.From) && circle.Contains(c.To))
                .GroupBy(c => (c.From, c.To)).Select(a => a.First())
                .Select(c => $"{c.From} uses {c.To} ({c.Type.ShortName} uses {c.Use.Member})");
            yield return $"The modules {string.Join(", ", circle)} form a circle: {string.Join("; ", uses)}. "
                + "Call down, publish up: replace one arrow by an event, a sweep, or an interface the lower module owns.";
        }
    }

    /// <summary>Uses of what another module keeps to itself.</summary>
    public IEnumerable<string> DoorBreaches() =>
        Crossings.Where(c => !c.Use.IsDoor).Select(c =>
            $"{c.Type.ShortName} ({c.Type.Files[0]}, module {c.From}) uses {c.Use.Member}, which {c.To} keeps to itself. "
            + "Use a public door of that module; or make it public there and document what it promises.");

    /// <summary>Tables touched by a module that does not own them; an entity's owner is the module that maps it.</summary>
    public IEnumerable<string> TableBreaches()
    {
        var mappings = types.Values.Where(type => map.Of(type) is not null).SelectMany(type => type.Tables
            .Where(table => table.Maps).Select(table => (Module: map.Of(type)!, Type: type, Table: table))).ToList();
        var owners = mappings.GroupBy(m => m.Table.Entity).ToDictionary(m => m.Key, m => m.First().Module);
        foreach (var (module, type, table) in mappings.Where(m => owners[m.Table.Entity] != m.Module))
            yield return $"{type.ShortName} ({module}) maps {table.Entity}, which {owners[table.Entity]} maps too: "
                + "one module owns a table.";

        var names = mappings.Where(m => m.Table.Table is not null)
            .DistinctBy(m => m.Table.Table).ToDictionary(m => m.Table.Table!, m => m.Module);
        foreach (var type in types.Values)
        {
            if (map.Of(type) is not { } module || type.Namespace.EndsWith(".Migrations", StringComparison.Ordinal)) continue;
            foreach (var table in type.Tables.Where(t => !t.Maps))
                if (owners.TryGetValue(table.Entity, out var owner) && owner != module)
                    yield return $"{type.ShortName} ({module}) queries {table.Entity}, a table of {owner}. "
                        + $"Ask a public door of {owner} instead; only the owner reads or writes its tables.";
            foreach (var (name, owner) in names.Where(n => n.Value != module))
                if (type.Literals.Any(text => Sql.Names(text, name)))
                    yield return $"{type.ShortName} ({module}) names the table {name} in SQL, a table of {owner}. "
                        + $"Ask a public door of {owner} instead; only the owner reads or writes its tables.";
        }
    }

    /// <summary>Modules without a front door: a method <c>AddX</c> that the composition root can call.</summary>
    public IEnumerable<string> FrontDoorBreaches(IReadOnlyCollection<string> without)
    {
        foreach (var module in Names.Except(without))
        {
            var door = "Add" + module.Split('.')[^1];
            if (!types.Values.Any(type => map.Of(type) == module && type.Methods.Contains(door)))
                yield return $"{module} has no front door: write {door}(this IServiceCollection …) in its folder and call it "
                    + "from the composition root.";
        }
    }

    private IEnumerable<Crossing> CrossingsOf(CodeType type)
    {
        if (map.Of(type) is not { } from) yield break;
        foreach (var use in type.Uses)
        {
            // What lies at the root belongs to nobody below it; what a generator wrote has no file and is not here.
            if (!types.TryGetValue(use.Type, out var used)) continue;
            var to = map.Of(used) ?? "(root)";
            if (to != from) yield return new Crossing(from, to, type, use);
        }
    }

    private static string More(int count) => count == 0 ? "" : $" (and {count} more)";
}

/// <summary>A type of one module uses a type of another.</summary>
internal sealed record Crossing(string From, string To, CodeType Type, Use Use);
