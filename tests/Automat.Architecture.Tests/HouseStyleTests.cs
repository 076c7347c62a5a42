using System.Text.RegularExpressions;
using Automat.Architecture.Tests.Reading;
using Automat.Architecture.Tests.Rules;

namespace Automat.Architecture.Tests;

/// <summary>The few habits of the house that a machine can watch.</summary>
public sealed partial class HouseStyleTests
{
    private const int LongestFile = 400;

    private static readonly string[] Folders = ["src", "tests", "bench"];

    [Fact]
    public void No_file_is_longer_than_one_can_read() => Breach.None(
        Folders.SelectMany(folder => Repository.Written(folder, ".cs", ".razor", ".ts", ".css"))
            .SelectMany(file => TooLong(file, File.ReadLines(Repository.PathOf(file)).Count())));

    [Fact]
    public void A_type_lies_in_the_folder_its_namespace_names() => Breach.None(
        Codebase.Projects.SelectMany(project => Misplaced(project, Codebase.Of(project).Types)));

    [Fact]
    public void A_rule_is_switched_off_only_with_a_reason() => Breach.None(
        Folders.SelectMany(folder => Repository.Written(folder, ".cs"))
            .SelectMany(file => Unexplained(file, File.ReadAllLines(Repository.PathOf(file)))));

    [Fact]
    public void Each_of_these_habits_can_be_broken()
    {
        var stray = new CodeType("Automat.X.Far.Away", "Automat.X.Far", ["src/Automat.X/Near/Away.cs"],
            new HashSet<string>(), new HashSet<Use>(), new HashSet<TableUse>(), new HashSet<string>());

        Assert.NotEmpty(TooLong("a.cs", LongestFile + 1));
        Assert.Empty(TooLong("a.cs", LongestFile));
        Assert.NotEmpty(Misplaced("Automat.X", [stray]));
        Assert.NotEmpty(Unexplained("a.cs", ["using A;", "#pragma warning disable " + "RS0030", "B();"]));
        Assert.Empty(Unexplained("a.cs", ["#pragma warning disable " + "RS0030 // The seed is printed."]));
        Assert.Empty(Unexplained("a.cs", ["// The seed is printed.", "#pragma warning disable " + "RS0030"]));
    }

    private static IEnumerable<string> TooLong(string file, int lines)
    {
        if (lines > LongestFile) yield return $"{file} has {lines} lines: split it (look again at 200, split at 300).";
    }

    private static IEnumerable<string> Misplaced(string project, IEnumerable<CodeType> types) =>
        from type in types
        from file in type.Files
        let folder = Path.GetDirectoryName(file)!.Replace('\\', '/')
        let expected = "src/" + project + type.Namespace[Math.Min(project.Length, type.Namespace.Length)..].Replace('.', '/')
        where folder != expected
        select $"{type.Name} lies in {folder} and says by its namespace {expected}: move the file or rename the namespace.";

    private static IEnumerable<string> Unexplained(string file, string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (!SwitchedOff().IsMatch(lines[i])) continue;
            var above = i > 0 && lines[i - 1].TrimStart().StartsWith("//", StringComparison.Ordinal);
            if (!above && !lines[i].Contains("//", StringComparison.Ordinal))
                yield return $"{file}({i + 1}) switches a rule off without saying why: write the reason on the line or above it.";
        }
    }

    [GeneratedRegex(@"^\s*#pragma warning disable", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SwitchedOff();
}
