using System.Xml.Linq;
using Automat.Architecture.Tests.Reading;
using Automat.Architecture.Tests.Rules;

namespace Automat.Architecture.Tests;

/// <summary>Which project rests on which. Domain imports nothing; everything else knows as little as it can.</summary>
public sealed class ProjectArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Automat.Domain"] = [],
        ["Automat.EmbeddedPostgres"] = [],
        ["Automat.Mqtt"] = [],
        ["Automat.Protocol"] = [],
        ["Automat.StripeSandbox"] = [],
        ["Automat.Simulator"] = ["Automat.Mqtt", "Automat.Protocol"],
        ["Automat.Server"] =
        [
            "Automat.Domain", "Automat.EmbeddedPostgres", "Automat.Mqtt", "Automat.Protocol", "Automat.Simulator",
            "Automat.StripeSandbox",
        ],
    };

    [Fact]
    public void A_project_references_exactly_what_is_listed_for_it() =>
        Breach.None(ProjectArrows.Breaches(Allowed, Codebase.Projects.ToDictionary(project => project, Referenced)));

    [Fact]
    public void A_project_uses_only_what_it_references()
    {
        foreach (var project in Codebase.Projects)
        {
            var used = Codebase.Of(project).References.Where(name => name.StartsWith("Automat.", StringComparison.Ordinal));
            Assert.Empty(used.Except(Allowed[project]));
        }
    }

    [Fact]
    public void The_domain_needs_no_package_and_no_framework_but_the_base_library()
    {
        var domain = Codebase.Of("Automat.Domain");

        Assert.All(domain.References, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void A_project_nobody_listed_and_an_arrow_that_is_gone_are_reported()
    {
        var listed = new Dictionary<string, string[]> { ["A"] = ["B"], ["B"] = [], ["C"] = ["B"] };
        var found = new Dictionary<string, string[]> { ["A"] = ["B", "C"], ["B"] = [], ["C"] = [], ["D"] = [] };

        var breaches = ProjectArrows.Breaches(listed, found).ToList();

        Assert.Contains(breaches, b => b.StartsWith("A references C", StringComparison.Ordinal));
        Assert.Contains(breaches, b => b.StartsWith("C is listed as referencing B", StringComparison.Ordinal));
        Assert.Contains(breaches, b => b.StartsWith("D is a new project", StringComparison.Ordinal));
        Assert.Equal(3, breaches.Count);
    }

    private static string[] Referenced(string project) =>
        [.. XDocument.Load(Repository.PathOf("src", project, project + ".csproj")).Descendants("ProjectReference")
            .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'))
            .Select(path => Path.GetFileNameWithoutExtension(path)!)];
}
