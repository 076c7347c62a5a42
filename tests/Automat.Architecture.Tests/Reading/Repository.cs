namespace Automat.Architecture.Tests.Reading;

/// <summary>The checkout these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Files written by people below a folder, relative to the root and with forward slashes.</summary>
    public static IEnumerable<string> Written(string folder, params string[] extensions) =>
        Directory.EnumerateFiles(PathOf(folder), "*", SearchOption.AllDirectories)
            .Where(file => extensions.Contains(Path.GetExtension(file)))
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/node_modules/", StringComparison.Ordinal)
                && !file.Contains("/Migrations/", StringComparison.Ordinal) // generated
                && !file.EndsWith(".g.cs", StringComparison.Ordinal) // likewise
                && !file.Contains("/wwwroot/assets/", StringComparison.Ordinal)) // built
            .Order(StringComparer.Ordinal);

    private static string Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Automat.slnx"))) return folder.FullName;
        throw new InvalidOperationException($"No Automat.slnx above {start}: run the tests from the checkout's own artifacts.");
    }
}
