using Automat.Domain;
using Automat.Domain.Chips;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Chips;

/// <summary>
/// Credit on a chip that goes by itself. It is part of the balance like all other; what is left of it when its time is over
/// is taken back by an entry of its own.
/// </summary>
internal sealed record ChipCredit
{
    public required Id<ChipCredit> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required Id<Chip> ChipId { get; init; }

    /// <summary>Minor units given.</summary>
    public required long Amount { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>The account it came from and goes back to: <c>promo</c> or <c>allowance</c>.</summary>
    public required string Source { get; init; }

    public required DateTimeOffset GrantedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it went, or moved to another chip; null as long as it is there.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Minor units taken back.</summary>
    public long TakenBack { get; init; }

    /// <summary>For the rules.</summary>
    public FreeCredit<Id<ChipCredit>> Fact => new(Id, Amount, GrantedAt, ClosedAt ?? ExpiresAt);
}

/// <summary>Expiring credit in a journal batch, by chip.</summary>
internal sealed class ChipCreditRows : IJournalTable
{
    private readonly HashSet<Id<Chip>> asked = [];
    private readonly Dictionary<Id<ChipCredit>, ChipCredit> rows = [];
    private readonly Dictionary<Id<ChipCredit>, ChipCredit> changes = [];
    private readonly HashSet<Id<ChipCredit>> stored = [];
    private readonly HashSet<Id<ChipCredit>> dirty = [];

    public void Ask(Id<Chip> chip) => asked.Add(chip);

    /// <summary>All of a chip, past ones too.</summary>
    public IReadOnlyList<ChipCredit> Of(Id<Chip> chip)
    {
        var all = new Dictionary<Id<ChipCredit>, ChipCredit>(rows);
        foreach (var (id, credit) in changes) all[id] = credit;
        return [.. all.Values.Where(c => c.ChipId == chip).OrderBy(c => c.GrantedAt)];
    }

    public void Put(ChipCredit credit) => changes[credit.Id] = credit;

    public bool AddLoad(NpgsqlBatch batch)
    {
        if (asked.Count == 0) return false;
        batch.BatchCommands.Add(
            Sql.Of("select id, organization_id, chip_id, amount, currency, source, granted_at, expires_at, closed_at, taken_back "
                    + "from chip_credits where chip_id = any($1) order by id for update")
                .Column(NpgsqlDbType.Uuid, asked, a => a.Value));
        asked.Clear();
        return true;
    }

    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct))
        {
            var credit = new ChipCredit
            {
                Id = new Id<ChipCredit>(reader.GetGuid(0)),
                OrganizationId = new Id<Organization>(reader.GetGuid(1)),
                ChipId = new Id<Chip>(reader.GetGuid(2)),
                Amount = reader.GetInt64(3),
                Currency = Currency.Parse(reader.GetString(4)),
                Source = reader.GetString(5),
                GrantedAt = reader.GetFieldValue<DateTimeOffset>(6),
                ExpiresAt = reader.GetFieldValue<DateTimeOffset>(7),
                ClosedAt = reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8),
                TakenBack = reader.GetInt64(9),
            };
            rows[credit.Id] = credit;
            stored.Add(credit.Id);
        }
    }

    public void AddWrites(NpgsqlBatch batch)
    {
        var (updates, inserts) = (dirty.Where(stored.Contains).Select(d => rows[d]).ToList(), dirty.Where(d => !stored.Contains(d)).Select(d => rows[d]).ToList());
        if (updates.Count > 0)
        {
            batch.BatchCommands.Add(
                Sql.Of("update chip_credits c set closed_at = n.b, taken_back = n.c from unnest($1, $2, $3) as n(a, b, c) where c.id = n.a")
                    .Column(NpgsqlDbType.Uuid, updates, c => c.Id.Value)
                    .Column(NpgsqlDbType.TimestampTz, updates, c => c.ClosedAt)
                    .Column(NpgsqlDbType.Bigint, updates, c => c.TakenBack));
        }

        if (inserts.Count == 0) return;
        batch.BatchCommands.Add(
            Sql.Of("insert into chip_credits (id, organization_id, chip_id, amount, currency, source, granted_at, expires_at, "
                    + "closed_at, taken_back) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
                .Column(NpgsqlDbType.Uuid, inserts, c => c.Id.Value)
                .Column(NpgsqlDbType.Uuid, inserts, c => c.OrganizationId.Value)
                .Column(NpgsqlDbType.Uuid, inserts, c => c.ChipId.Value)
                .Column(NpgsqlDbType.Bigint, inserts, c => c.Amount)
                .Column(NpgsqlDbType.Char, inserts, c => c.Currency.Code)
                .Column(NpgsqlDbType.Text, inserts, c => c.Source)
                .Column(NpgsqlDbType.TimestampTz, inserts, c => c.GrantedAt)
                .Column(NpgsqlDbType.TimestampTz, inserts, c => c.ExpiresAt)
                .Column(NpgsqlDbType.TimestampTz, inserts, c => c.ClosedAt)
                .Column(NpgsqlDbType.Bigint, inserts, c => c.TakenBack));
    }

    public void Accept()
    {
        foreach (var (id, credit) in changes)
        {
            rows[id] = credit;
            dirty.Add(id);
        }

        changes.Clear();
    }

    public void Discard() => changes.Clear();
}
