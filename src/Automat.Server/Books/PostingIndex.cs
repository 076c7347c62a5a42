using Automat.Domain;
using Npgsql;

namespace Automat.Server.Books;

/// <summary>
/// Takes the postings out of new entries, so that an account's can be found without reading the ledger. It follows the head
/// beside the journal, which knows nothing of it and loses no time; whoever reads catches up first.
/// </summary>
internal static class PostingIndex
{
    private const int BatchSize = 5_000;

    private const string SalesOf =
        """
        insert into vend_entries (organization_id, vend_id, sequence)
        select e.organization_id, (j -> 'details' ->> 'vend')::uuid, e.sequence
        from ledger_entries e, lateral (select e.payload::jsonb as j offset 0) l
        where e.organization_id = $1 and e.sequence > $2 and e.sequence <= $3 and j -> 'details' ? 'vend'
        """;

    /// <summary>Takes all postings there are by now. Several may do so at once: the mark's row orders them.</summary>
    /// <param name="connection">Open, under the crossing role.</param>
    /// <param name="organization">Whose.</param>
    /// <param name="ct">Ends it after a batch.</param>
    /// <exception cref="RuleException"><c>ledger_broken</c> for an entry that cannot be read.</exception>
    public static async Task CatchUpAsync(NpgsqlConnection connection, Id<Organization> organization, CancellationToken ct)
    {
        while (await TakeAsync(connection, organization, ct))
        {
            // A full batch: there may be more.
        }
    }

    private static async Task<bool> TakeAsync(NpgsqlConnection connection, Id<Organization> organization, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync(connection, "insert into posting_marks values ($1, 0) on conflict do nothing", ct, organization.Value);
        var done = await NumberAsync(
            connection, "select sequence from posting_marks where organization_id = $1 for update", ct, organization.Value);
        var head = await NumberAsync(
            connection, "select coalesce(max(sequence), 0) from ledger_heads where organization_id = $1", ct, organization.Value);
        if (head <= done) return false;
        var upTo = Math.Min(head, done + BatchSize);
        try
        {
            await ExecuteAsync(
                connection,
                """
                insert into ledger_postings (organization_id, account, sequence, currency, amount)
                select e.organization_id, p ->> 0, e.sequence, j ->> 'currency', (p ->> 1)::bigint
                from ledger_entries e, lateral (select e.payload::jsonb as j offset 0) l,
                    lateral jsonb_array_elements(j -> 'postings') p
                where e.organization_id = $1 and e.sequence > $2 and e.sequence <= $3
                """, ct, organization.Value, done, upTo);
            await ExecuteAsync(connection, SalesOf, ct, organization.Value, done, upTo);
        }
        catch (PostgresException unreadable) when (unreadable.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            throw new RuleException(
                "ledger_broken", $"An entry between {done + 1} and {upTo} cannot be read. Verify the ledger: automat ledger verify.");
        }

        await ExecuteAsync(
            connection, "update posting_marks set sequence = $2 where organization_id = $1", ct, organization.Value, upTo);
        await transaction.CommitAsync(ct);
        return upTo < head;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<long> NumberAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync(ct) as long? ?? 0;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
