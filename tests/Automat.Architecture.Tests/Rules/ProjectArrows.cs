namespace Automat.Architecture.Tests.Rules;

/// <summary>Compares the projects' references with what is listed.</summary>
internal static class ProjectArrows
{
    public static IEnumerable<string> Breaches(
        IReadOnlyDictionary<string, string[]> listed, IReadOnlyDictionary<string, string[]> found)
    {
        foreach (var (project, references) in found)
        {
            if (!listed.TryGetValue(project, out var allowed))
            {
                yield return $"{project} is a new project: say why in docs/decisions and list it in ProjectArrowTests.";
                continue;
            }

            foreach (var reference in references.Except(allowed))
                yield return $"{project} references {reference}, which is not listed in ProjectArrowTests: arrows point down only.";
            foreach (var reference in allowed.Except(references))
                yield return $"{project} is listed as referencing {reference} and does not: remove it from ProjectArrowTests.";
        }

        foreach (var project in listed.Keys.Except(found.Keys))
            yield return $"{project} is listed and does not exist: remove it from ProjectArrowTests.";
    }
}
