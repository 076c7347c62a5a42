using Automat.Architecture.Tests.Reading;
using Automat.Architecture.Tests.Rules;

namespace Automat.Architecture.Tests;

/// <summary>The page about the architecture shows the code as it is.</summary>
public sealed class ArchitecturePageTests
{
    private static readonly string Page = Repository.PathOf("docs", "architecture.md");

    [Fact]
    public void The_page_shows_the_modules_as_they_are()
    {
        var drawing = ModuleDrawing.Draw(new Modules(Codebase.ServerModules, Codebase.Server.Types).Arrows);
        var page = File.ReadAllText(Page);
        if (Environment.GetEnvironmentVariable("AUTOMAT_UPDATE_DOCS") == "1")
            File.WriteAllText(Page, page = ModuleDrawing.Renew(page, drawing));

        Breach.None(ModuleDrawing.Breaches(page, drawing));
    }

    [Fact]
    public void A_stale_drawing_is_reported_with_the_command_that_renews_it()
    {
        var old = ModuleDrawing.Draw(new Dictionary<string, IReadOnlyList<string>> { ["A"] = [], ["B"] = ["A"] });
        var now = ModuleDrawing.Draw(new Dictionary<string, IReadOnlyList<string>> { ["A"] = [], ["B"] = ["A"], ["C"] = ["B", "A"] });
        var page = ModuleDrawing.Renew($"before\n{ModuleDrawing.Begin}\n{ModuleDrawing.End}\nafter\n", old);

        Assert.Empty(ModuleDrawing.Breaches(page, old));
        Assert.Contains("AUTOMAT_UPDATE_DOCS=1", Assert.Single(ModuleDrawing.Breaches(page, now)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_graph_leaves_out_what_a_longer_way_implies_and_the_table_does_not()
    {
        var drawing = ModuleDrawing.Draw(new Dictionary<string, IReadOnlyList<string>> { ["A"] = [], ["B"] = ["A"], ["C"] = ["B", "A"] });

        Assert.DoesNotContain("C --> A", drawing, StringComparison.Ordinal);
        Assert.Contains("| C | A, B |", drawing, StringComparison.Ordinal);
    }
}
