using System.Globalization;
using System.Runtime.InteropServices;

namespace Automat.EmbeddedPostgres;

/// <summary>The folders where PostgreSQL's programs may be, in the order they are tried.</summary>
/// <param name="Demanded">The folder somebody named; nothing else is tried then.</param>
/// <param name="Brought">Folders the product itself brings.</param>
/// <param name="Installed">Folders of the machine's own installations, newest first.</param>
internal sealed record PostgresPlaces(
    string? Demanded, IReadOnlyList<string> Brought, IReadOnlyList<string> Installed)
{
    public const string EnvironmentVariable = "AUTOMAT_POSTGRES_BIN";

    public IEnumerable<string> All => Demanded is not null ? [Demanded] : [.. Brought, .. Installed];

    public static PostgresPlaces OfThisMachine(string? demanded)
    {
        demanded ??= Environment.GetEnvironmentVariable(EnvironmentVariable);
        return new(
            string.IsNullOrWhiteSpace(demanded) ? null : demanded,
            [.. BroughtFolders()],
            [.. InstalledFolders().Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>A published server has them beside itself; a build, a note saying where they are.</summary>
    private static IEnumerable<string> BroughtFolders()
    {
        yield return Path.Combine(AppContext.BaseDirectory, "postgres", "bin");
        var note = Path.Combine(AppContext.BaseDirectory, "postgres.path");
        if (File.Exists(note)) yield return Path.Combine(File.ReadAllText(note).Trim(), Platform(), "bin");
    }

    /// <summary>As npm's packages name it; the project file says the same.</summary>
    private static string Platform()
    {
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        return $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
    }

    private static IEnumerable<string> InstalledFolders()
    {
        if (OperatingSystem.IsWindows())
            return [.. VersionsIn(@"C:\Program Files\PostgreSQL", "bin"), .. OnPath(';')];
        if (OperatingSystem.IsMacOS())
            return
            [
                .. VersionsIn("/opt/homebrew/opt", "bin", "postgresql@"),
                .. VersionsIn("/usr/local/opt", "bin", "postgresql@"),
                .. VersionsIn("/Applications/Postgres.app/Contents/Versions", "bin"), .. OnPath(':'),
            ];

        // Debian and its kin, Red Hat and its kin, Alpine.
        return
        [
            .. VersionsIn("/usr/lib/postgresql", "bin"), .. VersionsIn("/usr", "bin", "pgsql-"),
            .. VersionsIn("/usr/libexec", "", "postgresql"), .. OnPath(':'),
        ];
    }

    private static IEnumerable<string> VersionsIn(string folder, string below, string prefix = "")
    {
        if (!Directory.Exists(folder)) return [];

        return Directory.EnumerateDirectories(folder, prefix + "*")
            .Select(path => (path, version: Path.GetFileName(path)[prefix.Length..]))
            .Where(found => int.TryParse(found.version, out _))
            .OrderByDescending(found => int.Parse(found.version, CultureInfo.InvariantCulture))
            .Select(found => Path.Combine(found.path, below));
    }

    private static IEnumerable<string> OnPath(char separator) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(separator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified);
}
