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
            if (!types.TryGetValue(first.Use.Type, out var used) || map.Of(used) is null)
            {
                yield return $"{from} uses the composition root: {first.Type.ShortName} ({first.Type.Files[0]}) uses "
                    + $"{first.Use.Member}. Nothing below may know it: move what is needed into a module.";
                continue;
            }

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
        from crossing in Crossings
        where !crossing.Use.IsDoor
        group crossing by (crossing.Type, crossing.To) into breach
        let first = breach.First()
        select $"{first.Type.ShortName} ({first.Type.Files[0]}, module {first.From}) uses {Listed(breach)}, which {first.To} "
            + "keeps to itself. Use a public door of that module; or make it public there and document what it promises.";

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
            var to = map.Of(used) ?? "the composition root";
            if (to != from) yield return new Crossing(from, to, type, use);
        }
    }

    private static string Listed(IEnumerable<Crossing> crossings)
    {
        var members = crossings.Select(c => c.Use.Member).Distinct().ToList();
        return string.Join(", ", members.Take(3)) + More(members.Count - Math.Min(3, members.Count));
    }

    private static string More(int count) => count == 0 ? "" : $" (and {count} more)";
}

/// <summary>A type of one module uses a type of another.</summary>
internal sealed record Crossing(string From, string To, CodeType Type, Use Use);
