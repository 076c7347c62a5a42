using Automat.Domain;
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
internal sealed class CardTopUpRows() : JournalTable<Id<CardTopUp>, CardTopUp>(_columns)
{
    private static readonly JournalColumns<CardTopUp> _columns = new JournalColumns<CardTopUp>("card_top_ups")
        .Key("id", NpgsqlDbType.Uuid, t => t.Id.Value)
        .Once("organization_id", NpgsqlDbType.Uuid, t => t.OrganizationId.Value)
        .Once("chip_id", NpgsqlDbType.Uuid, t => t.ChipId.Value)
        .Changing("status", NpgsqlDbType.Text, t => t.Status.ToString())
        .Changing("amount", NpgsqlDbType.Bigint, t => t.Amount)
        .Once("currency", NpgsqlDbType.Char, t => t.Currency.Code)
        .Once("provider", NpgsqlDbType.Text, t => t.Provider)
        .Changing("session_id", NpgsqlDbType.Text, t => t.SessionId)
        .Changing("intent_id", NpgsqlDbType.Text, t => t.IntentId)
        .Once("created_at", NpgsqlDbType.TimestampTz, t => t.CreatedAt)
        .Once("expires_at", NpgsqlDbType.TimestampTz, t => t.ExpiresAt)
        .Changing("paid_at", NpgsqlDbType.TimestampTz, t => t.PaidAt)
        .Changing("ledger_sequence", NpgsqlDbType.Bigint, t => t.LedgerSequence)
        .Changing("reason", NpgsqlDbType.Text, t => t.Reason);

    protected override Id<CardTopUp> KeyOf(CardTopUp row) => row.Id;

    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<CardTopUp>> keys) => _columns.Load(keys, k => k.Value);

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
}
