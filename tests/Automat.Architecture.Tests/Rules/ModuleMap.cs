using Automat.Architecture.Tests.Reading;

namespace Automat.Architecture.Tests.Rules;

/// <summary>
/// Which module a type belongs to: the first part of its namespace below the root. Below a plug-in place, such as
/// <c>Machines.Drivers</c>, every folder is a module of its own. The root itself, and what stands beside it, is the composition
/// root: it puts the modules together, may use all of them, and none may use it.
/// </summary>
/// <param name="Root">The namespace above all modules.</param>
/// <param name="PlugInPlaces">Where plug-ins live, relative to the root.</param>
/// <param name="BesideRoot">Folders that belong to the composition root.</param>
internal sealed record ModuleMap(string Root, IReadOnlyList<string> PlugInPlaces, IReadOnlyList<string> BesideRoot)
{
    /// <summary>The module; null for the composition root.</summary>
    public string? Of(CodeType type) => Of(type.Namespace);

    /// <summary>All modules of some types, in order.</summary>
    public IReadOnlyList<string> All(IEnumerable<CodeType> types) =>
        [.. types.Select(Of).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    /// <summary>A name without the root.</summary>
    public string Below(string name) => name.StartsWith(Root + ".", StringComparison.Ordinal) ? name[(Root.Length + 1)..] : name;

    private string? Of(string @namespace)
    {
        if (!@namespace.StartsWith(Root + ".", StringComparison.Ordinal)) return null;
        var below = @namespace[(Root.Length + 1)..];
        foreach (var place in PlugInPlaces)
            if (below.StartsWith(place + ".", StringComparison.Ordinal))
                return $"{place}.{below[(place.Length + 1)..].Split('.')[0]}";
        var first = below.Split('.')[0];
        return BesideRoot.Contains(first) ? null : first;
    }
}
