using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Chips.CardTopUps;

/// <summary>Where a top-up by card is in its life.</summary>
public enum CardTopUpStatus
{
    /// <summary>The pay page is open, or its payment is on its way (a delayed method).</summary>
    Open,

    /// <summary>The money is there and the credit is on the chip.</summary>
    Paid,

    /// <summary>Closed without money. Money that comes all the same still becomes credit.</summary>
    Closed,
}

/// <summary>Credit somebody set out to pay for on the provider's page. It becomes credit when the provider has the money.</summary>
internal sealed record CardTopUp
{
    /// <summary>Identity; our reference at the provider.</summary>
    public required Id<CardTopUp> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required Id<Chip> ChipId { get; init; }

    public CardTopUpStatus Status { get; init; }

    /// <summary>Minor units asked for, and after the payment what was paid.</summary>
    public required long Amount { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>Name of the provider: its account in the ledger.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's pay page; null while it is being opened.</summary>
    public string? SessionId { get; init; }

    /// <summary>The provider's payment.</summary>
    public string? IntentId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the pay page closes.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>Number of the entry that made it credit.</summary>
    public long? LedgerSequence { get; init; }

    /// <summary>Why it was closed, in a stable word.</summary>
    public string? Reason { get; init; }
}

/// <summary>The card top-ups' share in a journal batch.</summary>
internal sealed class CardTopUpRows : JournalTable<Id<CardTopUp>, CardTopUp>
{
    private const string Columns = "id, organization_id, chip_id, status, amount, currency, provider, session_id, intent_id, "
        + "created_at, expires_at, paid_at, ledger_sequence, reason";

    protected override Id<CardTopUp> KeyOf(CardTopUp row) => row.Id;

    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<CardTopUp>> keys) =>
        Sql.Of($"select {Columns} from card_top_ups where id = any($1) order by id for update")
            .Column(NpgsqlDbType.Uuid, keys, k => k.Value);

    protected override CardTopUp Read(NpgsqlDataReader reader) => new()
    {
        Id = new Id<CardTopUp>(reader.GetGuid(0)),
        OrganizationId = new Id<Organization>(reader.GetGuid(1)),
        ChipId = new Id<Chip>(reader.GetGuid(2)),
        Status = Enum.Parse<CardTopUpStatus>(reader.GetString(3)),
        Amount = reader.GetInt64(4),
        Currency = Currency.Parse(reader.GetString(5)),
        Provider = reader.GetString(6),
        SessionId = reader.IsDBNull(7) ? null : reader.GetString(7),
        IntentId = reader.IsDBNull(8) ? null : reader.GetString(8),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(9),
        ExpiresAt = reader.GetFieldValue<DateTimeOffset>(10),
        PaidAt = reader.IsDBNull(11) ? null : reader.GetFieldValue<DateTimeOffset>(11),
        LedgerSequence = reader.IsDBNull(12) ? null : reader.GetInt64(12),
        Reason = reader.IsDBNull(13) ? null : reader.GetString(13),
    };

    protected override NpgsqlBatchCommand InsertCommand(IReadOnlyList<CardTopUp> inserts) =>
        Sql.Of($"insert into card_top_ups ({Columns}) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)")
            .Column(NpgsqlDbType.Uuid, inserts, t => t.Id.Value)
            .Column(NpgsqlDbType.Uuid, inserts, t => t.OrganizationId.Value)
            .Column(NpgsqlDbType.Uuid, inserts, t => t.ChipId.Value)
            .Column(NpgsqlDbType.Text, inserts, t => t.Status.ToString())
            .Column(NpgsqlDbType.Bigint, inserts, t => t.Amount)
            .Column(NpgsqlDbType.Char, inserts, t => t.Currency.Code)
            .Column(NpgsqlDbType.Text, inserts, t => t.Provider)
            .Column(NpgsqlDbType.Text, inserts, t => t.SessionId)
            .Column(NpgsqlDbType.Text, inserts, t => t.IntentId)
            .Column(NpgsqlDbType.TimestampTz, inserts, t => t.CreatedAt)
            .Column(NpgsqlDbType.TimestampTz, inserts, t => t.ExpiresAt)
            .Column(NpgsqlDbType.TimestampTz, inserts, t => t.PaidAt)
            .Column(NpgsqlDbType.Bigint, inserts, t => t.LedgerSequence)
            .Column(NpgsqlDbType.Text, inserts, t => t.Reason);

    protected override NpgsqlBatchCommand UpdateCommand(IReadOnlyList<CardTopUp> updates) =>
        Sql.Of("update card_top_ups t set status = n.b, amount = n.c, session_id = n.d, intent_id = n.e, paid_at = n.f, "
                + "ledger_sequence = n.g, reason = n.h from unnest($1, $2, $3, $4, $5, $6, $7, $8) as n(a, b, c, d, e, f, g, h) "
                + "where t.id = n.a")
            .Column(NpgsqlDbType.Uuid, updates, t => t.Id.Value)
            .Column(NpgsqlDbType.Text, updates, t => t.Status.ToString())
            .Column(NpgsqlDbType.Bigint, updates, t => t.Amount)
            .Column(NpgsqlDbType.Text, updates, t => t.SessionId)
            .Column(NpgsqlDbType.Text, updates, t => t.IntentId)
            .Column(NpgsqlDbType.TimestampTz, updates, t => t.PaidAt)
            .Column(NpgsqlDbType.Bigint, updates, t => t.LedgerSequence)
            .Column(NpgsqlDbType.Text, updates, t => t.Reason);
}
