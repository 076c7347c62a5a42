using System.Security.Cryptography;
using System.Text;
using Automat.Domain.Ledger;
using Automat.Server.Data;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Bench;

/// <summary>
/// The limit of one batching writer: the rows the journal writes for the same steps, written by hand over one connection.
/// No callers, no rules, no rows but these.
/// </summary>
internal sealed class BareWriter(NpgsqlConnection connection)
{
    private readonly Dictionary<Guid, (long Sequence, byte[] Hash)> heads = [];
    private readonly Dictionary<(Guid Organization, string Account), long> sums = [];

    /// <summary>Writes some new sales and ends some begun before, in one transaction.</summary>
    public async Task WriteAsync(IReadOnlyList<BenchVend> begun, IReadOnlyList<BenchVend> ended)
    {
        var now = TimeProvider.System.GetUtcNow();
        (BenchVend Vend, string Key)[] steps =
            [.. begun.Select(v => (v, $"reserve:{v.Id}")), .. ended.Select(v => (v, $"settle:{v.Id}:Commit"))];
        await LoadAsync(steps, begun);
        sums.Clear();
        var entries = new List<Entry>(steps.Length);
        foreach (var vend in begun) entries.Add(Link(vend, "vend.reserved", now));
        foreach (var vend in ended) entries.Add(Link(vend, "vend.committed", now));
        await using var batch = new NpgsqlBatch(connection);
        AddAnswers(batch, steps, now);
        if (begun.Count > 0) AddVends(batch, begun, now);
        if (ended.Count > 0) EndVends(batch, ended, now);
        AddLedger(batch, entries);
        batch.BatchCommands.Add(Sql.Of("commit"));
        await batch.ExecuteNonQueryAsync();
    }

    private async Task LoadAsync((BenchVend Vend, string Key)[] steps, IReadOnlyList<BenchVend> begun)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Sql.Of("begin"));
        batch.BatchCommands.Add(
            Sql.Of("select organization_id, sequence, chain_hash from ledger_heads where organization_id = any($1) "
                    + "order by organization_id for update")
                .Column(NpgsqlDbType.Uuid, [.. steps.Select(s => s.Vend.Organization).Distinct()], o => o.Value));
        batch.BatchCommands.Add(
            Sql.Of("select a.* from unnest($1, $2) as k(o, k), lateral (select answer from journal_answers "
                    + "where organization_id = k.o and key = k.k offset 0) a")
                .Column(NpgsqlDbType.Uuid, steps, s => s.Vend.Organization.Value)
                .Column(NpgsqlDbType.Text, steps, s => s.Key));
        batch.BatchCommands.Add(
            Sql.Of("select min(b.amount) from unnest($1, $2) as k(o, a), lateral (select amount from balances "
                    + "where organization_id = k.o and account = k.a and currency = 'EUR' offset 0) b")
                .Column(NpgsqlDbType.Uuid, begun, v => v.Organization.Value)
                .Column(NpgsqlDbType.Text, begun, v => "chip:" + v.Chip));
        await using var reader = await batch.ExecuteReaderAsync();
        while (await reader.ReadAsync()) heads[reader.GetGuid(0)] = (reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
        await reader.NextResultAsync();
        if (await reader.ReadAsync()) throw new InvalidOperationException("A key was used twice.");
        await reader.NextResultAsync();
        await reader.ReadAsync();
        if (begun.Count > 0 && reader.GetInt64(0) < 1_000_000) throw new InvalidOperationException("A chip ran dry.");
    }

    private Entry Link(BenchVend vend, string kind, DateTimeOffset now)
    {
        var organization = vend.Organization.Value;
        var (sequence, previous) = heads[organization];
        var reserved = kind == "vend.reserved";
        if (reserved)
        {
            Add(organization, "chip:" + vend.Chip, -150);
        }
        else
        {
            Add(organization, "revenue:SNACK-1", 140);
            Add(organization, "tax:7", 10);
        }

        Add(organization, "held", reserved ? 150 : -150);
        var lines = reserved ? "lines" : "delivered";
        var postings = reserved
            ? $"[\"chip:{vend.Chip}\",-150],[\"held\",150]"
            : "[\"held\",-150],[\"revenue:SNACK-1\",140],[\"tax:7\",10]";
        var payload = $"{{\"currency\":\"EUR\",\"details\":{{\"{lines}\":[[\"A1\",\"Apple pie\",1,150,700]],"
            + $"\"machine\":\"SNACK-1\",\"vend\":\"{vend.Id}\"}},\"kind\":\"{kind}\",\"organization\":\"{organization}\","
            + $"\"postings\":[{postings}],\"sequence\":{sequence + 1}}}";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(payload));
        var nonce = RandomNumberGenerator.GetBytes(Chain.NonceSize);
        var timestamp = Chain.Timestamp(now);
        var next = new byte[Chain.HashSize];
        Chain.Next(previous, hash, timestamp, nonce, next);
        heads[organization] = (sequence + 1, next);
        return new Entry(organization, sequence + 1, timestamp, kind, payload, hash, previous, nonce, next);
    }

    private void Add(Guid organization, string account, long amount) =>
        sums[(organization, account)] = sums.GetValueOrDefault((organization, account)) + amount;

    private static void AddAnswers(NpgsqlBatch batch, (BenchVend Vend, string Key)[] steps, DateTimeOffset now) =>
        batch.BatchCommands.Add(
            Sql.Of("insert into journal_answers (organization_id, key, fingerprint, answer, answered_at) "
                    + "select o, k, f, a, $5 from unnest($1, $2, $3, $4) as n(o, k, f, a)")
                .Column(NpgsqlDbType.Uuid, steps, s => s.Vend.Organization.Value)
                .Column(NpgsqlDbType.Text, steps, s => s.Key)
                .Column(NpgsqlDbType.Text, steps, s => "chip:1:1.50 EUR")
                .Column(NpgsqlDbType.Bytea, steps, s => Encoding.UTF8.GetBytes($"\"{s.Vend.Id}\""))
                .Value(now));

    private static void AddVends(NpgsqlBatch batch, IReadOnlyList<BenchVend> begun, DateTimeOffset now) =>
        batch.BatchCommands.Add(
            Sql.Of("insert into vends (id, organization_id, machine_id, tender_kind, tender_reference, amount, currency, "
                    + "lines, status, delivered, refunded, late, deadline, reserved_at, entry) select i, o, 'SNACK-1', 'Chip', c, "
                    + "150, 'EUR', $4::jsonb, 'Reserved', 0, 0, false, $5, $5, 1 from unnest($1, $2, $3) as n(i, o, c)")
                .Column(NpgsqlDbType.Uuid, begun, v => v.Id)
                .Column(NpgsqlDbType.Uuid, begun, v => v.Organization.Value)
                .Column(NpgsqlDbType.Text, begun, v => v.Chip)
                .Value(BenchVend.LinesJson).Value(now));

    private static void EndVends(NpgsqlBatch batch, IReadOnlyList<BenchVend> ended, DateTimeOffset now) =>
        batch.BatchCommands.Add(
            Sql.Of("update vends set status = 'Committed', delivered = 150, settled_at = $2, entry = 2 where id = any($1)")
                .Column(NpgsqlDbType.Uuid, ended, v => v.Id)
                .Value(now));

    private void AddLedger(NpgsqlBatch batch, IReadOnlyList<Entry> entries)
    {
        batch.BatchCommands.Add(
            Sql.Of("insert into ledger_entries (organization_id, sequence, timestamp, kind, payload, payload_hash, "
                    + "prev_hash, nonce, chain_hash) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)")
                .Column(NpgsqlDbType.Uuid, entries, e => e.Organization)
                .Column(NpgsqlDbType.Bigint, entries, e => e.Sequence)
                .Column(NpgsqlDbType.Bigint, entries, e => e.Timestamp)
                .Column(NpgsqlDbType.Text, entries, e => e.Kind)
                .Column(NpgsqlDbType.Text, entries, e => e.Payload)
                .Column(NpgsqlDbType.Bytea, entries, e => e.PayloadHash)
                .Column(NpgsqlDbType.Bytea, entries, e => e.Previous)
                .Column(NpgsqlDbType.Bytea, entries, e => e.Nonce)
                .Column(NpgsqlDbType.Bytea, entries, e => e.Hash));
        Entry[] newest = [.. entries.GroupBy(e => e.Organization).Select(g => g.Last())];
        batch.BatchCommands.Add(
            Sql.Of("update ledger_heads h set sequence = n.sequence, chain_hash = n.chain_hash "
                    + "from unnest($1, $2, $3) as n(organization_id, sequence, chain_hash) "
                    + "where h.organization_id = n.organization_id")
                .Column(NpgsqlDbType.Uuid, newest, h => h.Organization)
                .Column(NpgsqlDbType.Bigint, newest, h => h.Sequence)
                .Column(NpgsqlDbType.Bytea, newest, h => h.Hash));
        batch.BatchCommands.Add(
            Sql.Of("insert into balances as b (organization_id, account, currency, amount) select o, a, 'EUR', n "
                    + "from unnest($1, $2, $3) as u(o, a, n) on conflict (organization_id, account, currency) "
                    + "do update set amount = b.amount + excluded.amount")
                .Column(NpgsqlDbType.Uuid, sums, s => s.Key.Organization)
                .Column(NpgsqlDbType.Text, sums, s => s.Key.Account)
                .Column(NpgsqlDbType.Bigint, sums, s => s.Value));
    }

    private sealed record Entry(
        Guid Organization, long Sequence, long Timestamp, string Kind, string Payload, byte[] PayloadHash, byte[] Previous,
        byte[] Nonce, byte[] Hash);
}
