using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Payments;

/// <summary>Where a payback is in its life.</summary>
public enum PaybackStatus
{
    /// <summary>Owed to the customer, the provider has not confirmed yet; it is tried until it has.</summary>
    Owed,

    /// <summary>The provider accepted the refund and has not finished it.</summary>
    Pending,

    /// <summary>The provider has sent the money back.</summary>
    Paid,

    /// <summary>The provider refused or could not; a person has to solve it.</summary>
    Failed,

    /// <summary>The provider could not; staff paid it back in another way.</summary>
    SettledOtherwise,
}

/// <summary>
/// Money the provider still has to give back. Written with the decision that owes it; its id is the idempotency key at the
/// provider, so however often it is tried, the money goes back once.
/// </summary>
public sealed record Payback
{
    /// <summary>Identity, and the key at the provider.</summary>
    public required Id<Payback> Id { get; init; }

    /// <summary>Whose ledger.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The sale it came from.</summary>
    public required Id<Vend> VendId { get; init; }

    /// <summary>Name of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's pay page, to find the payment by.</summary>
    public string? SessionId { get; init; }

    /// <summary>The provider's payment.</summary>
    public string? IntentId { get; init; }

    /// <summary>Minor units.</summary>
    public required long Amount { get; init; }

    /// <summary>Their currency.</summary>
    public required Currency Currency { get; init; }

    /// <summary>Why, in a stable word.</summary>
    public required string Reason { get; init; }

    /// <summary>Where it is in its life.</summary>
    public PaybackStatus Status { get; init; }

    /// <summary>The provider's id of the refund.</summary>
    public string? RefundId { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>How often a person had it begun anew after it failed; each time is a refund of its own at the provider.</summary>
    public int Round { get; init; }

    /// <summary>When it is tried next.</summary>
    public required DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>What the provider said against it, in its stable word.</summary>
    public string? Error { get; init; }

    /// <summary>When it came to be owed.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was paid.</summary>
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>When the provider last said that it is still paid; a bank may return a refund days later.</summary>
    public DateTimeOffset? CheckedAt { get; init; }
}

/// <summary>The paybacks' share in a journal batch.</summary>
public sealed class PaybackRows() : JournalTable<Id<Payback>, Payback>(_columns)
{
    private static readonly JournalColumns<Payback> _columns = new JournalColumns<Payback>("paybacks")
        .Key("id", NpgsqlDbType.Uuid, p => p.Id.Value)
        .Once("organization_id", NpgsqlDbType.Uuid, p => p.OrganizationId.Value)
        .Once("vend_id", NpgsqlDbType.Uuid, p => p.VendId.Value)
        .Once("provider", NpgsqlDbType.Text, p => p.Provider)
        .Once("session_id", NpgsqlDbType.Text, p => p.SessionId)
        .Changing("intent_id", NpgsqlDbType.Text, p => p.IntentId)
        .Once("amount", NpgsqlDbType.Bigint, p => p.Amount)
        .Once("currency", NpgsqlDbType.Char, p => p.Currency.Code)
        .Once("reason", NpgsqlDbType.Text, p => p.Reason)
        .Changing("status", NpgsqlDbType.Text, p => p.Status.ToString())
        .Changing("refund_id", NpgsqlDbType.Text, p => p.RefundId)
        .Changing("attempts", NpgsqlDbType.Integer, p => p.Attempts)
        .Changing("next_attempt_at", NpgsqlDbType.TimestampTz, p => p.NextAttemptAt)
        .Changing("error", NpgsqlDbType.Text, p => p.Error)
        .Once("created_at", NpgsqlDbType.TimestampTz, p => p.CreatedAt)
        .Changing("paid_at", NpgsqlDbType.TimestampTz, p => p.PaidAt)
        .Changing("round", NpgsqlDbType.Integer, p => p.Round)
        .Changing("checked_at", NpgsqlDbType.TimestampTz, p => p.CheckedAt);

    /// <inheritdoc/>
    protected override Id<Payback> KeyOf(Payback row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<Payback>> keys) => _columns.Load(keys, k => k.Value);

    /// <inheritdoc/>
    protected override Payback Read(NpgsqlDataReader reader) => new()
    {
        Id = new Id<Payback>(reader.GetGuid(0)),
        OrganizationId = new Id<Organization>(reader.GetGuid(1)),
        VendId = new Id<Vend>(reader.GetGuid(2)),
        Provider = reader.GetString(3),
        SessionId = reader.IsDBNull(4) ? null : reader.GetString(4),
        IntentId = reader.IsDBNull(5) ? null : reader.GetString(5),
        Amount = reader.GetInt64(6),
        Currency = Currency.Parse(reader.GetString(7)),
        Reason = reader.GetString(8),
        Status = Enum.Parse<PaybackStatus>(reader.GetString(9)),
        RefundId = reader.IsDBNull(10) ? null : reader.GetString(10),
        Attempts = reader.GetInt32(11),
        NextAttemptAt = reader.GetFieldValue<DateTimeOffset>(12),
        Error = reader.IsDBNull(13) ? null : reader.GetString(13),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(14),
        PaidAt = reader.IsDBNull(15) ? null : reader.GetFieldValue<DateTimeOffset>(15),
        Round = reader.GetInt32(16),
        CheckedAt = reader.IsDBNull(17) ? null : reader.GetFieldValue<DateTimeOffset>(17),
    };
}
