using System.Reflection;
using System.Text.RegularExpressions;

namespace Automat.Mqtt.Tests;

/// <summary><c>docs/mqtt-conformance.md</c> tells no stories: what it names exists, and nothing is left out.</summary>
public sealed partial class ConformancePageTests
{
    private static readonly string[] Instead = ["not applicable: ", "by design: ", "differs: "];

    [Fact]
    public void The_page_is_true()
    {
        var complaints = Complaints(Page(), TestsOfThisProject(), StatementsOfThisProject());

        Assert.True(complaints.Count == 0, string.Join(Environment.NewLine, complaints));
    }

    [Fact]
    public void Both_specifications_are_there_as_a_whole()
    {
        var lines = Lines(Page()).ToList();

        Assert.Equal(251, lines.Count(l => l.Version == "5.0"));
        Assert.Equal(142, lines.Count(l => l.Version == "3.1.1"));
    }

    [Theory]
    [InlineData("| 1.2.3-1 | demands | `Some.Test_there_is` |", null)]
    [InlineData("| 1.2.3-1 | demands | `Some.Test_there_is_not` |", "names a test that does not exist")]
    [InlineData("| 1.2.3-1 | demands | by design: it can't |", "Some.Test_there_is says it shows 1.2.3-1")]
    [InlineData("| 1.2.3-2 | demands | `Some.Test_there_is` |", "misses 1.2.3-1")]
    [InlineData("| 1.2.3-1 | demands | trust us |", "shows nothing")]
    [InlineData("| 1.2.3-1 | | `Some.Test_there_is` |", "demands nothing")]
    public void A_false_page_is_found_out(string line, string? complaint)
    {
        var page = $"## MQTT 5.0\n\n| statement | demands | shown by |\n| --- | --- | --- |\n{line}\n";

        var complaints = Complaints(page, ["Some.Test_there_is"], [("5.0 1.2.3-1", "Some.Test_there_is")]);

        if (complaint is null) Assert.Empty(complaints);
        else Assert.Contains(complaints, c => c.Contains(complaint, StringComparison.Ordinal));
    }

    private static List<string> Complaints(
        string page, HashSet<string> tests, IReadOnlyList<(string Statement, string Test)> statements)
    {
        var complaints = new List<string>();
        var shown = new HashSet<(string, string)>();
        var previous = "";
        foreach (var (version, statement, demands, how) in Lines(page))
        {
            var where = $"{version} {statement}";
            var named = Named().Matches(how).Select(m => m.Groups[1].Value).ToList();
            foreach (var test in named) shown.Add((where, test));
            complaints.AddRange(named.Where(t => !tests.Contains(t))
                .Select(t => $"{where} names a test that does not exist: {t}"));
            if (named.Count == 0 && !Array.Exists(Instead, i => how.StartsWith(i, StringComparison.Ordinal)))
                complaints.Add($"{where} shows nothing");
            if (demands.Length == 0) complaints.Add($"{where} demands nothing");
            if (Missing(previous, statement) is { } missing) complaints.Add($"{version} misses {missing}");
            previous = statement;
        }

        complaints.AddRange(statements.Where(s => !shown.Contains(s))
            .Select(s => $"{s.Test} says it shows {s.Statement.Split(' ')[1]}, and the page doesn't ({s.Statement})"));
        return complaints;
    }

    /// <summary>The numbers of a section follow each other; 5.0 begins 2.2.1 with 2.</summary>
    private static string? Missing(string previous, string statement)
    {
        var (section, number) = Split(statement);
        var (before, last) = previous.Length == 0 ? ("", 0) : Split(previous);
        var expected = section == before ? last + 1 : 1;
        return number == expected || statement == "2.2.1-2" ? null : $"{section}-{expected}";
    }

    private static (string Section, int Number) Split(string statement)
    {
        var dash = statement.LastIndexOf('-');
        return (statement[..dash], int.Parse(statement[(dash + 1)..], null));
    }

    private static IEnumerable<(string Version, string Statement, string Demands, string How)> Lines(string page)
    {
        var version = "";
        foreach (var line in page.Split('\n'))
        {
            if (line.StartsWith("## MQTT ", StringComparison.Ordinal)) version = line["## MQTT ".Length..].Trim();
            if (Line().Match(line) is not { Success: true } match) continue;
            string Cell(int number) => match.Groups[number].Value.Trim();
            yield return (version, Cell(1), Cell(2), Cell(3));
        }
    }

    private static HashSet<string> TestsOfThisProject() =>
        [.. Methods().Select(m => $"{m.DeclaringType!.Name}.{m.Name}")];

    private static List<(string, string)> StatementsOfThisProject() =>
    [
        .. from method in Methods()
           from trait in method.GetCustomAttributes<TraitAttribute>()
           where trait.Name == "Mqtt"
           select (trait.Value, $"{method.DeclaringType!.Name}.{method.Name}"),
    ];

    private static IEnumerable<MethodInfo> Methods() => typeof(ConformancePageTests).Assembly.GetTypes()
        .SelectMany(t => t.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(m => m.GetCustomAttribute<FactAttribute>() is not null);

    private static string Page()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Automat.slnx")))
            folder = folder.Parent;
        Assert.NotNull(folder);
        return File.ReadAllText(Path.Combine(folder.FullName, "docs", "mqtt-conformance.md"));
    }

    [GeneratedRegex(@"^\| (\d+\.\d+\.\d+-\d+) \|(.*)\|(.*)\|\s*$")]
    private static partial Regex Line();

    [GeneratedRegex(@"`(\w+\.\w+)`")]
    private static partial Regex Named();
}
