using Microsoft.Extensions.Logging;

namespace Automat.EmbeddedPostgres;

/// <summary>Where a private cluster lives and how it runs.</summary>
public sealed record EmbeddedClusterOptions
{
    /// <summary>The server's data folder; the cluster is its subfolder <c>postgres</c>.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>
    /// Folder with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>. Without it: the environment's
    /// <c>AUTOMAT_POSTGRES_BIN</c>, then the binaries that came with the product, then the machine's own.
    /// </summary>
    public string? BinaryDirectory { get; init; }

    /// <summary>False gives up all promises across a crash for speed. For tests, whose data is thrown away.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Connections the cluster accepts, 10 to 1000; each in use is a process of some megabytes.</summary>
    public int MaxConnections { get; init; } = 60;

    /// <summary>Further <c>postgresql.conf</c> settings; they win over ours and over the file.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a start may take; recovery after a crash replays the log and can take minutes.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a fast shutdown may take before the cluster is stopped hard and left to recover.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Receives the cluster's own messages too.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>Where binaries are looked for; tests put other places here.</summary>
    internal PostgresPlaces? Places { get; init; }

    internal void Check()
    {
        if (string.IsNullOrWhiteSpace(DataDirectory))
            throw new EmbeddedClusterException("The private database needs a data folder.");
        if (MaxConnections is < 10 or > 1000)
            throw new EmbeddedClusterException($"{MaxConnections} connections: the private database takes 10 to 1000.");
        if (StartTimeout <= TimeSpan.Zero || StopTimeout <= TimeSpan.Zero)
            throw new EmbeddedClusterException("The private database needs some time to start and to stop.");
    }
}
