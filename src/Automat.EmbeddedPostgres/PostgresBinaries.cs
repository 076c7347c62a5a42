namespace Automat.EmbeddedPostgres;

/// <summary>A folder with PostgreSQL's <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>.</summary>
/// <param name="Folder">Full path of the folder.</param>
/// <param name="Version">Full version text, such as <c>18.4</c>.</param>
/// <param name="Major">Major version; a cluster can only be opened by the one that made it.</param>
public sealed record PostgresBinaries(string Folder, string Version, int Major)
{
    /// <summary>The oldest major version we run on.</summary>
    public const int OldestMajor = 15;

    /// <summary>
    /// Finds the binaries: the folder given, else <c>AUTOMAT_POSTGRES_BIN</c>, else what the product brings, else the
    /// machine's own, newest first.
    /// </summary>
    /// <param name="folder">A folder to use and no other.</param>
    /// <param name="major">The only major version that will do, for a cluster that exists already.</param>
    /// <param name="ct">Ends the search.</param>
    /// <exception cref="EmbeddedClusterException">There are none; the message says what to type.</exception>
    public static Task<PostgresBinaries> FindAsync(
        string? folder = null, int? major = null, CancellationToken ct = default) =>
        FindAsync(PostgresPlaces.OfThisMachine(folder), major, ct);

    internal static async Task<PostgresBinaries> FindAsync(PostgresPlaces places, int? major, CancellationToken ct)
    {
        var others = new List<PostgresBinaries>();
        foreach (var place in places.All)
        {
            if (await TryOpenAsync(place, ct) is not { } found) continue;
            if (found.Major >= OldestMajor && (major is null || major == found.Major)) return found;
            others.Add(found);
        }

        throw new EmbeddedClusterException(Missing(places, major, others));
    }

    internal string Program(string name) =>
        Path.Combine(Folder, OperatingSystem.IsWindows() ? name + ".exe" : name);

    private static async Task<PostgresBinaries?> TryOpenAsync(string folder, CancellationToken ct)
    {
        var candidate = new PostgresBinaries(Path.GetFullPath(folder), "", 0);
        if (!File.Exists(candidate.Program("initdb")) || !File.Exists(candidate.Program("pg_ctl"))) return null;
        if (!File.Exists(candidate.Program("postgres"))) return null;

        // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "postgres (PostgreSQL) 19beta1"
        var said = await Command.TryRunAsync([candidate.Program("postgres"), "--version"], ct);
        if (said is not { Succeeded: true }) return null;
        var version = said.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(2).FirstOrDefault() ?? "";
        var digits = version.TakeWhile(char.IsAsciiDigit).Count();
        return int.TryParse(version.AsSpan(0, digits), out var major)
            ? candidate with { Version = version, Major = major }
            : null;
    }

    private static string Missing(PostgresPlaces places, int? major, List<PostgresBinaries> others)
    {
        var seen = others.Count == 0
            ? ""
            : $" (found only {string.Join(", ", others.Select(o => $"{o.Version} in {o.Folder}"))})";
        if (places.Demanded is { } demanded && others.Count == 0)
            return $"{demanded} holds no runnable initdb, pg_ctl and postgres; "
                + $"correct or remove the setting ({PostgresPlaces.EnvironmentVariable}).";
        if (major is not null)
            return $"PostgreSQL {major} is needed to open the existing data{seen}; "
                + $"install that version: {InstallCommand(major.Value)}";

        return $"No PostgreSQL {OldestMajor} or newer was found{seen}; install it: {InstallCommand(null)}";
    }

    private static string InstallCommand(int? major)
    {
        if (OperatingSystem.IsWindows()) return $"winget install PostgreSQL.PostgreSQL.{major ?? 17}";
        if (OperatingSystem.IsMacOS()) return $"brew install postgresql@{major ?? 17}";
        if (File.Exists("/etc/alpine-release")) return $"apk add postgresql{major ?? 17}";
        if (File.Exists("/etc/redhat-release")) return $"dnf install postgresql{major}-server";
        return $"apt-get install postgresql{(major is null ? "" : "-" + major)}";
    }
}
