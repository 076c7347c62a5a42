using Automat.Architecture.Tests.Reading;

namespace Automat.Architecture.Tests.Rules;

/// <summary>Our compiled code, read once for all tests.</summary>
internal static class Codebase
{
    private static readonly Lazy<Dictionary<string, CompiledCode>> Read = new(ReadAll);

    private static readonly Lazy<CompiledCode> ReadTwins = new(() =>
        CompiledCode.Read("Automat.Architecture.Tests", "Automat.Architecture.Tests", "tests"));

    /// <summary>The projects below <c>src</c>.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Directory.EnumerateDirectories(Repository.PathOf("src"))
            .Select(folder => Path.GetFileName(folder))
            .Where(project => File.Exists(Repository.PathOf("src", project, project + ".csproj")))
            .Order(StringComparer.Ordinal)];

    public static CompiledCode Server => Of("Automat.Server");

    /// <summary>The types that break every rule, written so that the rules can be seen to bite.</summary>
    public static IReadOnlyList<CodeType> Twins { get; } =
        [.. ReadTwins.Value.Types.Where(type => type.Namespace.StartsWith(TwinModules.Root, StringComparison.Ordinal))];

    /// <summary>What a module is in the server.</summary>
    public static ModuleMap ServerModules { get; } = new("Automat.Server", ["Machines.Drivers", "Payments"], ["Cli", "Demo", "Hosting"]);

    public static ModuleMap TwinModules => new("Automat.Architecture.Tests.Twins", ["Front.Extras"], ["Roof"]);

    public static CompiledCode Of(string project) => Read.Value[project];

    private static Dictionary<string, CompiledCode> ReadAll() => Projects.ToDictionary(
        project => project,
        project => CompiledCode.Read(project, project == "Automat.Server" ? "automat" : project, "src"));
}
