using Automat.Architecture.Tests.Reading;

namespace Automat.Architecture.Tests.Rules;

/// <summary>The files of an assembly, and which use which. The files of a partial type are one.</summary>
internal sealed class FileGraph
{
    private readonly Dictionary<string, string> fileOf = [];
    private readonly Dictionary<(string From, string To), string> reasons = [];

    public FileGraph(IReadOnlyList<CodeType> types)
    {
        foreach (var type in types)
            foreach (var file in type.Files.Skip(1)) Join(type.Files[0], file);
        var files = types.ToDictionary(type => type.Name, type => Find(type.Files[0]));
        foreach (var type in types)
        {
            foreach (var use in type.Uses.OrderBy(use => use.Member, StringComparer.Ordinal))
            {
                if (!files.TryGetValue(use.Type, out var to) || to == files[type.Name]) continue;
                reasons.TryAdd((files[type.Name], to), $"{type.ShortName} uses {use.Member}");
            }
        }

        Arrows = reasons.Keys.GroupBy(arrow => arrow.From)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<string>)[.. group.Select(arrow => arrow.To)]);
    }

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Arrows { get; }

    /// <summary>Files that use each other, directly or around.</summary>
    public IEnumerable<string> CircleBreaches() => Circles.Of(Arrows).Select(circle =>
        $"These files form a circle: {string.Join("; ", Within(circle))}. Let the part both need stand in a file of its own, "
        + "give one side an interface or a delegate, or put the types that change together into one file.");

    private IEnumerable<string> Within(IReadOnlyList<string> circle) =>
        from @from in circle
        from to in circle
        where reasons.ContainsKey((@from, to))
        select $"{@from} → {to} ({reasons[(@from, to)]})";

    private string Find(string file) => fileOf.TryGetValue(file, out var other) && other != file ? Find(other) : file;

    private void Join(string one, string other) => fileOf[Find(other)] = Find(one);
}
