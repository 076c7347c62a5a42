using System.Globalization;

namespace Automat.EmbeddedPostgres;

/// <summary>The settings a private cluster starts with, on the command line: they win over the file.</summary>
internal static class PostmasterSettings
{
    public static IReadOnlyList<string> Arguments(EmbeddedClusterOptions options, ClusterAddress address)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["listen_addresses"] = address.IsSocket ? "" : address.Host,
            ["unix_socket_directories"] = address.IsSocket ? Quoted(address.Host) : "",
            ["unix_socket_permissions"] = "0700",
            ["port"] = address.Port.ToString(CultureInfo.InvariantCulture),
            ["max_connections"] = options.MaxConnections.ToString(CultureInfo.InvariantCulture),
            ["cluster_name"] = "automat",
            // Messages go to the server's log, in one known form (ServerLog reads it).
            ["logging_collector"] = "off",
            ["log_destination"] = "stderr",
            ["log_line_prefix"] = "",
            ["lc_messages"] = "C",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            // Short queries on a solid-state disk: compiling them costs more than it saves, and seeks are cheap.
            ["jit"] = "off",
            ["random_page_cost"] = "1.1",
            ["wal_compression"] = "on",
        };
        if (!options.Durable)
            foreach (var name in new[] { "fsync", "full_page_writes", "synchronous_commit", "wal_compression" })
                settings[name] = "off";
        foreach (var (name, value) in options.Settings) settings[name] = value;

        return [.. settings.SelectMany(s => new[] { "-c", $"{s.Key}={s.Value}" })];
    }

    /// <summary>The setting is a list of names, in which a comma or a space would separate.</summary>
    private static string Quoted(string folder) => $"\"{folder.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
