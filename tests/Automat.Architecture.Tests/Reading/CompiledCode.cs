using Mono.Cecil;

namespace Automat.Architecture.Tests.Reading;

/// <summary>One assembly of ours, read from what the compiler wrote.</summary>
/// <param name="Project">The project's name.</param>
/// <param name="References">The assemblies it uses.</param>
/// <param name="Types">Its types that are written in its folder.</param>
internal sealed record CompiledCode(string Project, IReadOnlyList<string> References, IReadOnlyList<CodeType> Types)
{
    /// <summary>Reads what lies beside these tests.</summary>
    /// <param name="project">The project's name, which is its folder's.</param>
    /// <param name="assembly">Its assembly's name.</param>
    /// <param name="kind"><c>src</c> or <c>tests</c>.</param>
    public static CompiledCode Read(string project, string assembly, string kind)
    {
        var path = Path.Combine(AppContext.BaseDirectory, assembly + ".dll");
        using var module = ModuleDefinition.ReadModule(path);
        using var sources = new SourceFiles(path, Repository.Root, $"{kind}/{project}");
        return new CompiledCode(
            project,
            [.. module.AssemblyReferences.Select(reference => reference.Name)],
            [.. module.Types.Select(type => Read(type, sources)).OfType<CodeType>()
                .OrderBy(type => type.Name, StringComparer.Ordinal)]);
    }

    private static CodeType? Read(TypeDefinition type, SourceFiles sources)
    {
        var all = WithNested(type).ToList();
        var files = all.SelectMany(sources.Of).Distinct().Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0) return null; // the compiler's own, or a generator's
        var uses = new UseCollector(type);
        foreach (var part in all) uses.Read(part);
        return new CodeType(
            Names.Of(type), type.Namespace, files, type.Methods.Select(method => method.Name).ToHashSet(),
            uses.Uses, uses.Tables, uses.Literals);
    }

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) =>
        type.NestedTypes.SelectMany(WithNested).Prepend(type);
}
