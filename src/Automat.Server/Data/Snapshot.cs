using Npgsql;

namespace Automat.Server.Data;

/// <summary>
/// Connections for reading long tables under the crossing role, which may read everybody's and change nothing in them, each
/// in one snapshot: the server may go on working meanwhile.
/// </summary>
public static class Snapshot
{
    // Logs are many times larger than what the pool is tuned for.
    private const int ReadBuffer = 256 << 10;

    /// <summary>Opens a connection and begins its snapshot.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<NpgsqlConnection> OpenAsync(DatabaseAddress address, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(address.As(DatabaseAddress.CrossingRole, 1))
            {
                Pooling = false,
                ReadBufferSize = ReadBuffer,
                CommandTimeout = 0,
                MaxAutoPrepare = 0,
            }.ConnectionString);
        try
        {
            await connection.OpenAsync(ct);
            // Rows in order straight from the index: a sort would take memory and disk as the table grows.
            await using var begin = new NpgsqlCommand(
                "begin isolation level repeatable read read only; set local enable_sort = off; "
                    + "set local enable_bitmapscan = off; set local jit = off; set local statement_timeout = 0",
                connection);
            await begin.ExecuteNonQueryAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
