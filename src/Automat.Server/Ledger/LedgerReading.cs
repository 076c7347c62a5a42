using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Server.Data;
using Npgsql;

namespace Automat.Server.Ledger;

/// <summary>A ledger and its head as one snapshot sees them.</summary>
/// <param name="Organization">Whose.</param>
/// <param name="Name">The organisation's name, or its id where it has none.</param>
/// <param name="Last">Number of the newest entry by the head row; null when there is none.</param>
/// <param name="Head">Chain hash by the head row.</param>
internal sealed record LedgerFound(Id<Organization> Organization, string Name, long? Last, byte[] Head);

/// <summary>
/// Connections that read ledgers under the crossing role, which may read everybody's and change nothing, each in one snapshot: the server may go on selling meanwhile.
/// </summary>
internal static class LedgerReading
{
    // Ledgers are many times larger than what the pool is tuned for.
    private const int ReadBuffer = 256 << 10;

    /// <summary>Opens a connection and begins its snapshot.</summary>
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
            // Rows in order straight from the index: a sort would take memory and disk as the ledger grows.
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

    /// <summary>The ledgers of a scope: those with a head, and those of which only entries are left.</summary>
    /// <exception cref="RuleException"><c>organization_unknown</c>, <c>organization_ambiguous</c>.</exception>
    public static async Task<IReadOnlyList<LedgerFound>> FindAsync(
        NpgsqlConnection connection, LedgerScope scope, CancellationToken ct)
    {
        var ledgers = new List<LedgerFound>();
        await using (var command = new NpgsqlCommand(
            """
            with recursive written(id) as (
                (select organization_id from ledger_entries order by organization_id limit 1)
                union all
                select (select organization_id from ledger_entries where organization_id > w.id
                    order by organization_id limit 1)
                from written w where w.id is not null)
            select l.id, coalesce(o.name, l.id::text), h.sequence, h.chain_hash
            from (select id from written where id is not null union select organization_id from ledger_heads
                union select id from organizations) l
            left join organizations o on o.id = l.id
            left join ledger_heads h on h.organization_id = l.id
            where $1::text is null or o.name = $1 or l.id::text = lower($1)
            order by l.id
            """, connection))
        {
            command.Parameters.Add(new() { Value = (object?)scope.Organization ?? DBNull.Value });
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                ledgers.Add(new LedgerFound(
                    new Id<Organization>(reader.GetGuid(0)), reader.GetString(1),
                    reader.IsDBNull(2) ? null : reader.GetInt64(2),
                    reader.IsDBNull(3) ? [] : reader.GetFieldValue<byte[]>(3)));
            }
        }

        return (scope.Organization, ledgers.Count) switch
        {
            (not null, 0) => throw new RuleException("organization_unknown",
                $"There is no organisation {scope.Organization}."),
            (not null, > 1) => throw new RuleException("organization_ambiguous",
                $"{ledgers.Count} organisations are called {scope.Organization}; use the id."),
            _ => ledgers,
        };
    }

    /// <summary>The chain hash that the entry of this number must follow.</summary>
    /// <exception cref="RuleException"><c>entry_unknown</c> when there is no entry before it.</exception>
    public static async Task<byte[]> StartAsync(
        NpgsqlConnection connection, Id<Organization> organization, long from, CancellationToken ct)
    {
        if (from == 1) return Chain.Genesis.ToArray();
        await using var command = new NpgsqlCommand(
            "select chain_hash from ledger_entries where organization_id = $1 and sequence = $2", connection);
        command.Parameters.Add(new() { Value = organization.Value });
        command.Parameters.Add(new() { Value = from - 1 });
        return await command.ExecuteScalarAsync(ct) as byte[] ?? throw new RuleException(
            "entry_unknown", $"To begin at {from}, row {from - 1} must be there; it is not.");
    }
}
