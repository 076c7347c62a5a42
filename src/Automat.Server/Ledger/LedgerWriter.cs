using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Server.Data;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Ledger;

/// <summary>
/// The ledger's share in a journal batch: locks the heads, links new entries in memory, keeps balances. Lives for one batch.
/// </summary>
public sealed class LedgerWriter
{
    private readonly Dictionary<Id<Organization>, LedgerHead> heads = [];
    private readonly List<LedgerEntry> entries = [];
    private readonly HashSet<AccountKey> asked = [];
    private readonly Dictionary<AccountKey, long> balances = [];
    private readonly Dictionary<AccountKey, long> deltas = [];
    private readonly Dictionary<AccountKey, long> pendingDeltas = [];
    private readonly List<(Id<Organization> Organization, LedgerDraft Draft, long Timestamp)> pending = [];
    private readonly ArrayBufferWriter<byte> buffer = new(1024);

    /// <summary>Says that a command must know this account's balance.</summary>
    public void Ask(Id<Organization> organization, string account, Currency currency) =>
        asked.Add(new AccountKey(organization, account, currency));

    /// <summary>The balance of an account that was asked for, as the commands so far have left it.</summary>
    public long Balance(Id<Organization> organization, string account, Currency currency)
    {
        var key = new AccountKey(organization, account, currency);
        return balances.GetValueOrDefault(key) + deltas.GetValueOrDefault(key) + pendingDeltas.GetValueOrDefault(key);
    }

    /// <summary>Books an entry; returns its number.</summary>
    public long Append(Id<Organization> organization, LedgerDraft draft, DateTimeOffset now)
    {
        var head = heads[organization];
        var sequence = head.Sequence + 1 + pending.Count(p => p.Organization == organization);
        pending.Add((organization, draft, Chain.Timestamp(now)));
        foreach (var posting in draft.Postings)
        {
            Add(pendingDeltas, new AccountKey(organization, posting.Account, draft.Currency), posting.Amount);
        }

        return sequence;
    }

    /// <summary>Links what the present command booked.</summary>
    public void Accept()
    {
        foreach (var (organization, draft, timestamp) in pending) Link(organization, draft, timestamp);
        foreach (var (key, amount) in pendingDeltas) Add(deltas, key, amount);
        Discard();
    }

    /// <summary>Forgets what the present command booked: it broke a rule.</summary>
    public void Discard()
    {
        pending.Clear();
        pendingDeltas.Clear();
    }

    /// <summary>Locks the heads: whoever holds them is the only writer of these ledgers, on any node.</summary>
    public static NpgsqlBatchCommand LockHeads(IReadOnlyCollection<Id<Organization>> organizations) =>
        Sql.Of("select organization_id, sequence, chain_hash from ledger_heads "
                + "where organization_id = any($1) order by organization_id for update")
            .Column(NpgsqlDbType.Uuid, organizations, o => o.Value);

    /// <summary>Reads the result of <see cref="LockHeads"/>.</summary>
    public async Task ReadHeadsAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct))
        {
            var organization = new Id<Organization>(reader.GetGuid(0));
            heads[organization] = new LedgerHead
            {
                OrganizationId = organization,
                Sequence = reader.GetInt64(1),
                ChainHash = reader.GetFieldValue<byte[]>(2),
            };
        }
    }

    /// <summary>Whether this organisation has a ledger.</summary>
    public bool Has(Id<Organization> organization) => heads.ContainsKey(organization);

    /// <summary>Loads the balances asked for since the last load; null when none were.</summary>
    public NpgsqlBatchCommand? LoadBalances()
    {
        if (asked.Count == 0) return null;
        var keys = asked.ToArray();
        asked.Clear();
        // "offset 0" keeps the planner from turning this round: key by key, however small the table was when planned.
        return Sql.Of("select b.* from unnest($1, $2, $3) as k(o, a, c), lateral (select organization_id, account, "
                + "currency, amount from balances where organization_id = k.o and account = k.a and currency = k.c offset 0) b")
            .Column(NpgsqlDbType.Uuid, keys, k => k.Organization.Value)
            .Column(NpgsqlDbType.Text, keys, k => k.Account)
            .Column(NpgsqlDbType.Char, keys, k => k.Currency.Code);
    }

    /// <summary>Reads the result of <see cref="LoadBalances"/>.</summary>
    public async Task ReadBalancesAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct))
        {
            var key = new AccountKey(
                new Id<Organization>(reader.GetGuid(0)), reader.GetString(1), Currency.Parse(reader.GetString(2)));
            balances[key] = reader.GetInt64(3);
        }
    }

    /// <summary>Adds the statements that write all entries, the heads they moved and the balances they changed.</summary>
    public void AddWrites(NpgsqlBatch batch)
    {
        if (entries.Count == 0) return;
        batch.BatchCommands.Add(
            Sql.Of("insert into ledger_entries (organization_id, sequence, timestamp, kind, payload, payload_hash, "
                    + "prev_hash, nonce, chain_hash) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)")
                .Column(NpgsqlDbType.Uuid, entries, e => e.OrganizationId.Value)
                .Column(NpgsqlDbType.Bigint, entries, e => e.Sequence)
                .Column(NpgsqlDbType.Bigint, entries, e => e.Timestamp)
                .Column(NpgsqlDbType.Text, entries, e => e.Kind)
                .Column(NpgsqlDbType.Text, entries, e => e.Payload)
                .Column(NpgsqlDbType.Bytea, entries, e => e.PayloadHash)
                .Column(NpgsqlDbType.Bytea, entries, e => e.PrevHash)
                .Column(NpgsqlDbType.Bytea, entries, e => e.Nonce)
                .Column(NpgsqlDbType.Bytea, entries, e => e.ChainHash));
        var moved = heads.Values.Where(h => entries.Exists(e => e.OrganizationId == h.OrganizationId)).ToArray();
        batch.BatchCommands.Add(
            Sql.Of("update ledger_heads h set sequence = n.sequence, chain_hash = n.chain_hash "
                    + "from unnest($1, $2, $3) as n(organization_id, sequence, chain_hash) "
                    + "where h.organization_id = n.organization_id")
                .Column(NpgsqlDbType.Uuid, moved, h => h.OrganizationId.Value)
                .Column(NpgsqlDbType.Bigint, moved, h => h.Sequence)
                .Column(NpgsqlDbType.Bytea, moved, h => h.ChainHash));
        var sums = deltas.Where(d => d.Value != 0).ToArray();
        if (sums.Length == 0) return;
        batch.BatchCommands.Add(
            Sql.Of("insert into balances as b (organization_id, account, currency, amount) "
                    + "select * from unnest($1, $2, $3, $4) on conflict (organization_id, account, currency) "
                    + "do update set amount = b.amount + excluded.amount")
                .Column(NpgsqlDbType.Uuid, sums, s => s.Key.Organization.Value)
                .Column(NpgsqlDbType.Text, sums, s => s.Key.Account)
                .Column(NpgsqlDbType.Char, sums, s => s.Key.Currency.Code)
                .Column(NpgsqlDbType.Bigint, sums, s => s.Value));
    }

    private void Link(Id<Organization> organization, LedgerDraft draft, long timestamp)
    {
        var head = heads[organization];
        buffer.ResetWrittenCount();
        EntryPayload.Write(buffer, organization, head.Sequence + 1, draft);
        var hash = SHA256.HashData(buffer.WrittenSpan);
        var nonce = RandomNumberGenerator.GetBytes(Chain.NonceSize);
        var next = new byte[Chain.HashSize];
        Chain.Next(head.ChainHash, hash, timestamp, nonce, next);
        entries.Add(new LedgerEntry
        {
            OrganizationId = organization,
            Sequence = head.Sequence + 1,
            Timestamp = timestamp,
            Kind = draft.Kind,
            Payload = Encoding.UTF8.GetString(buffer.WrittenSpan),
            PayloadHash = hash,
            PrevHash = head.ChainHash,
            Nonce = nonce,
            ChainHash = next,
        });
        heads[organization] = head with { Sequence = head.Sequence + 1, ChainHash = next };
    }

    private static void Add(Dictionary<AccountKey, long> sums, AccountKey key, long amount)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, key, out _);
        sum += amount;
    }

    private readonly record struct AccountKey(Id<Organization> Organization, string Account, Currency Currency);
}
