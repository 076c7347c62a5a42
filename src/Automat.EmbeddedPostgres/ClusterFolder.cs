using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Automat.EmbeddedPostgres;

/// <summary>What lies where in the server's data folder.</summary>
internal sealed class ClusterFolder(string dataDirectory)
{
    /// <summary>Longest socket path all systems take (macOS: 103 bytes, Linux: 107).</summary>
    private const int SocketPathLimit = 103;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Root { get; } = Path.GetFullPath(dataDirectory);

    public string Cluster => Path.Combine(Root, "postgres");

    /// <summary>Where a cluster is made; it gets its name when whole, so half a one is never used.</summary>
    public string Unfinished => Path.Combine(Root, "postgres.new");

    public string PasswordFile => Path.Combine(Root, "postgres.password");

    public string LockFile => Path.Combine(Root, "postgres.lock");

    public string PidFile => Path.Combine(Cluster, "postmaster.pid");

    /// <summary>The major version that made the cluster; null when there is none yet.</summary>
    public int? Major()
    {
        var file = Path.Combine(Cluster, "PG_VERSION");
        if (File.Exists(file))
        {
            // "15"; before PostgreSQL 10 "9.6".
            var version = File.ReadAllText(file).Trim();
            return int.TryParse(version.Split('.')[0], CultureInfo.InvariantCulture, out var major)
                ? major
                : throw new EmbeddedClusterException($"{file} names no PostgreSQL version; the cluster is damaged.");
        }

        if (Directory.Exists(Cluster) && Directory.EnumerateFileSystemEntries(Cluster).Any())
            throw new EmbeddedClusterException(
                $"{Cluster} is not empty but holds no PostgreSQL cluster; move it away to start with an empty one.");
        return null;
    }

    public string WriteNewPassword()
    {
        var password = RandomNumberGenerator.GetHexString(48, lowercase: true);
        WriteSecret(PasswordFile, password);
        return password;
    }

    public string ReadPassword() => File.Exists(PasswordFile)
        ? File.ReadAllText(PasswordFile).Trim()
        : throw new EmbeddedClusterException(
            $"{PasswordFile}, the key to the cluster beside it, is missing; restore it from a backup.");

    public static void WriteSecret(string file, string text)
    {
        File.Delete(file);
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) create.UnixCreateMode = OwnerOnly;
        using var stream = new FileStream(file, create);
        stream.Write(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>A new empty folder only its owner can enter; what was there before is gone.</summary>
    public static void MakePrivate(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>
    /// The folder for the socket: in the data folder, unless the path would be too long for a socket address or has
    /// the comma that separates hosts in a connection string.
    /// </summary>
    public ClusterAddress SocketAddress()
    {
        var inside = Path.Combine(Root, "postgres.socket");
        var length = Encoding.UTF8.GetByteCount(Path.Combine(inside, ClusterAddress.SocketName));
        if (length <= SocketPathLimit && !inside.Contains(',', StringComparison.Ordinal)) return new(inside, ClusterAddress.SocketPort);

        var temporary = Directory.Exists("/tmp") ? "/tmp" : Path.GetTempPath();
        var name = "automat-" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        return new(Path.Combine(temporary, name), ClusterAddress.SocketPort) { IsTemporary = true };
    }
}
