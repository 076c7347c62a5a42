using Microsoft.Extensions.Logging;

namespace Automat.EmbeddedPostgres;

/// <summary>Passes the cluster's messages on to the server's log and remembers the last ones for errors.</summary>
internal sealed class ServerLog(ILogger? logger)
{
    private const int LinesRemembered = 40;
    private const int LineLimit = 2000;
    private readonly Queue<string> _lines = new();

    /// <summary>True while the cluster is being stopped: cut connections are no news then.</summary>
    public bool Stopping { get; set; }

    public string Recent()
    {
        lock (_lines) return string.Join(" | ", _lines);
    }

    public void Add(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        if (line.Length > LineLimit) line = line[..LineLimit];
        lock (_lines)
        {
            if (_lines.Count == LinesRemembered) _lines.Dequeue();
            _lines.Enqueue(line);
        }

        logger?.Log(LevelOf(line), "PostgreSQL: {Message}", line);
    }

    /// <summary>An ERROR is a statement's, and its sender was told; FATAL ends a connection, PANIC all.</summary>
    private LogLevel LevelOf(string line) => line.Split(':', 2)[0] switch
    {
        "PANIC" => LogLevel.Critical,
        "FATAL" when !Stopping => LogLevel.Warning,
        "WARNING" => LogLevel.Warning,
        _ => LogLevel.Debug,
    };
}
