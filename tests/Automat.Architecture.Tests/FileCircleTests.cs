using Automat.Architecture.Tests.Reading;
using Automat.Architecture.Tests.Rules;

namespace Automat.Architecture.Tests;

/// <summary>Files lie in layers: what one file needs of another never leads back to it.</summary>
public sealed class FileCircleTests
{
    public static TheoryData<string> Projects => [.. Codebase.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Files_form_no_circle(string project) =>
        Breach.None(new FileGraph(Codebase.Of(project).Types).CircleBreaches());

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_written_file_is_seen(string project)
    {
        // A reader that overlooks files would find no circles either.
        var seen = Codebase.Of(project).Types.SelectMany(type => type.Files).ToHashSet();

        Breach.None(Repository.Written($"src/{project}", ".cs").Except(seen).Select(file => $"{file} is in no PDB."));
    }

    [Fact]
    public void A_circle_of_files_is_reported_with_both_halves()
    {
        var breaches = new FileGraph(Codebase.Twins).CircleBreaches().ToList();

        var breach = Assert.Single(breaches, b => b.Contains("Island/Egg.cs", StringComparison.Ordinal));
        Assert.Contains("Egg uses", breach, StringComparison.Ordinal);
        Assert.Contains("Hen uses", breach, StringComparison.Ordinal);
    }
}
