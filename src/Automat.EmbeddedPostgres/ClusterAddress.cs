using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Automat.EmbeddedPostgres;

/// <summary>Where clients reach the cluster: a socket's folder, or the loopback address.</summary>
internal sealed record ClusterAddress(string Host, int Port)
{
    /// <summary>PostgreSQL names its socket after the port, which otherwise means nothing there.</summary>
    public const string SocketName = ".s.PGSQL.5432";

    public const int SocketPort = 5432;

    public bool IsSocket => !OperatingSystem.IsWindows() && Path.IsPathRooted(Host);

    /// <summary>True for a folder nobody uses again: the cluster itself may remove it.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>False while an attempt to connect is known to fail.</summary>
    public bool MayListen => !IsSocket || File.Exists(Path.Combine(Host, SocketName));

    public static ClusterAddress FreeLoopbackPort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return new("127.0.0.1", ((IPEndPoint)probe.LocalEndpoint).Port);
    }

    public string ConnectionString(string database, string user, string password) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = Host,
            Port = Port,
            Database = database,
            Username = user,
            Password = password,
        }.ConnectionString;

    public void RemoveFolder()
    {
        if (IsSocket && Directory.Exists(Host)) Directory.Delete(Host, recursive: true);
    }
}
