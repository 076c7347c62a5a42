using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Automat.Server.Platform;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Journal;

/// <summary>
/// One transaction for many commands: lock and load in one round trip, decide in memory in order, write and commit in
/// one round trip. Answers are given only after the commit.
/// </summary>
internal sealed class JournalBatch(IReadOnlyList<IJournalWork> commands, IEnumerable<IJournalTable> tables)
{
    private readonly LedgerWriter ledger = new();
    private readonly Dictionary<(Id<Organization>, string), (string Fingerprint, byte[] Answer)> answers = [];
    private readonly List<(IJournalWork Work, object? Answer)> done = [];
    private readonly List<(IJournalWork Work, Exception Error)> refused = [];
    private readonly List<(IJournalWork Work, byte[] Answer)> fresh = [];
    private JournalRows rows = null!;

    /// <summary>Runs the batch on an open connection. Throws when the transaction itself failed; then nobody was answered.</summary>
    public async Task RunAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken ct)
    {
        rows = new JournalRows(tables, ledger);
        try
        {
            await LoadAsync(connection, ct);
            Steps.Passed("journal.loaded");
            foreach (var command in commands) Decide(command, now);
            await WriteAsync(connection, now, ct);
            Steps.Passed("journal.committed");
        }
        catch
        {
            await RollBackAsync(connection);
            throw;
        }

        foreach (var tell in rows.Told) tell();
        foreach (var (work, error) in refused) work.Fail(error);
        foreach (var (work, answer) in done) work.Complete(answer);
    }

    private async Task LoadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var load = new NpgsqlBatch(connection);
        load.BatchCommands.Add(Sql.Of("begin"));
        load.BatchCommands.Add(LedgerWriter.LockHeads([.. commands.Select(c => c.Organization).Distinct()]));
        load.BatchCommands.Add(
            // "offset 0" keeps the planner from turning this round: key by key, however small the table was when planned.
            Sql.Of("select a.* from unnest($1, $2) as k(o, k), lateral (select organization_id, key, fingerprint, answer "
                    + "from journal_answers where organization_id = k.o and key = k.k offset 0) a")
                .Column(NpgsqlDbType.Uuid, commands, c => c.Organization.Value)
                .Column(NpgsqlDbType.Text, commands, c => c.Key));
        foreach (var command in commands) command.Ask(rows);
        await ReadAsync(load, first: true, ct);
        foreach (var command in commands) command.AskMore(rows);
        await using var more = new NpgsqlBatch(connection);
        await ReadAsync(more, first: false, ct);
    }

    private async Task ReadAsync(NpgsqlBatch batch, bool first, CancellationToken ct)
    {
        var loading = rows.Tables.Where(t => t.AddLoad(batch)).ToArray();
        var balances = ledger.LoadBalances();
        if (balances is not null) batch.BatchCommands.Add(balances);
        if (batch.BatchCommands.Count == 0) return;

        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (first)
        {
            await ledger.ReadHeadsAsync(reader, ct);
            await reader.NextResultAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                answers[(new Id<Organization>(reader.GetGuid(0)), reader.GetString(1))] =
                    (reader.GetString(2), reader.GetFieldValue<byte[]>(3));
            }
        }

        var isFirst = !first;
        foreach (var table in loading)
        {
            if (!isFirst) await reader.NextResultAsync(ct);
            isFirst = false;
            await table.ReadAsync(reader, ct);
        }

        if (balances is null) return;
        if (!isFirst) await reader.NextResultAsync(ct);
        await ledger.ReadBalancesAsync(reader, ct);
    }

    private void Decide(IJournalWork command, DateTimeOffset now)
    {
        try
        {
            if (!ledger.Has(command.Organization))
            {
                throw new RuleException("organization_unknown", $"There is no organisation {command.Organization}.");
            }

            var key = (command.Organization, command.Key);
            if (answers.TryGetValue(key, out var stored))
            {
                Repeat(command, stored);
                return;
            }

            var answer = command.Decide(rows, now);
            var bytes = command.Store(answer);
            rows.Accept();
            answers[key] = (command.Fingerprint, bytes);
            fresh.Add((command, bytes));
            done.Add((command, answer));
        }
        catch (Exception error) // any failure in deciding belongs to this command alone; the others go on
        {
            rows.Discard();
            refused.Add((command, error));
        }
    }

    private void Repeat(IJournalWork command, (string Fingerprint, byte[] Answer) stored)
    {
        if (stored.Fingerprint != command.Fingerprint)
        {
            throw new RuleException("idempotency_key_reused", "This key was used before for a different request.");
        }

        done.Add((command, command.Restore(stored.Answer)));
    }

    private async Task WriteAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken ct)
    {
        await using var write = new NpgsqlBatch(connection);
        if (fresh.Count > 0)
        {
            write.BatchCommands.Add(
                Sql.Of("insert into journal_answers (organization_id, key, fingerprint, answer, answered_at) "
                        + "select o, k, f, a, $5 from unnest($1, $2, $3, $4) as n(o, k, f, a)")
                    .Column(NpgsqlDbType.Uuid, fresh, f => f.Work.Organization.Value)
                    .Column(NpgsqlDbType.Text, fresh, f => f.Work.Key)
                    .Column(NpgsqlDbType.Text, fresh, f => f.Work.Fingerprint)
                    .Column(NpgsqlDbType.Bytea, fresh, f => f.Answer)
                    .Value(now.ToUniversalTime()));
        }

        foreach (var table in rows.Tables) table.AddWrites(write);
        ledger.AddWrites(write);
        if (write.BatchCommands.Count == 0)
        {
            await RollBackAsync(connection);
            return;
        }

        write.BatchCommands.Add(Sql.Of("commit"));
        Steps.Passed("journal.deciding");
        await write.ExecuteNonQueryAsync(ct);
    }

    private static async Task RollBackAsync(NpgsqlConnection connection)
    {
        if (connection.FullState.HasFlag(System.Data.ConnectionState.Broken)
            || connection.State is not System.Data.ConnectionState.Open)
        {
            return;
        }

        try
        {
            await using var rollback = new NpgsqlCommand("rollback", connection);
            await rollback.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            // The connection is gone, and the transaction with it; the failure that brought us here is the one to tell.
        }
    }
}
