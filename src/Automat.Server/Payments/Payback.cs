using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
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
public sealed class PaybackRows : JournalTable<Id<Payback>, Payback>
{
    private const string Columns = "id, organization_id, vend_id, provider, session_id, intent_id, amount, currency, reason, "
        + "status, refund_id, attempts, next_attempt_at, error, created_at, paid_at, round, checked_at";

    /// <inheritdoc/>
    protected override Id<Payback> KeyOf(Payback row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<Payback>> keys) =>
        Sql.Of($"select {Columns} from paybacks where id = any($1) order by id for update")
            .Column(NpgsqlDbType.Uuid, keys, k => k.Value);

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

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand InsertCommand(IReadOnlyList<Payback> inserts) =>
        Sql.Of($"insert into paybacks ({Columns}) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
                + "$13, $14, $15, $16, $17, $18)")
            .Column(NpgsqlDbType.Uuid, inserts, p => p.Id.Value)
            .Column(NpgsqlDbType.Uuid, inserts, p => p.OrganizationId.Value)
            .Column(NpgsqlDbType.Uuid, inserts, p => p.VendId.Value)
            .Column(NpgsqlDbType.Text, inserts, p => p.Provider)
            .Column(NpgsqlDbType.Text, inserts, p => p.SessionId)
            .Column(NpgsqlDbType.Text, inserts, p => p.IntentId)
            .Column(NpgsqlDbType.Bigint, inserts, p => p.Amount)
            .Column(NpgsqlDbType.Char, inserts, p => p.Currency.Code)
            .Column(NpgsqlDbType.Text, inserts, p => p.Reason)
            .Column(NpgsqlDbType.Text, inserts, p => p.Status.ToString())
            .Column(NpgsqlDbType.Text, inserts, p => p.RefundId)
            .Column(NpgsqlDbType.Integer, inserts, p => p.Attempts)
            .Column(NpgsqlDbType.TimestampTz, inserts, p => p.NextAttemptAt)
            .Column(NpgsqlDbType.Text, inserts, p => p.Error)
            .Column(NpgsqlDbType.TimestampTz, inserts, p => p.CreatedAt)
            .Column(NpgsqlDbType.TimestampTz, inserts, p => p.PaidAt)
            .Column(NpgsqlDbType.Integer, inserts, p => p.Round)
            .Column(NpgsqlDbType.TimestampTz, inserts, p => p.CheckedAt);

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand UpdateCommand(IReadOnlyList<Payback> updates) =>
        Sql.Of("update paybacks p set status = n.b, refund_id = n.c, attempts = n.d, next_attempt_at = n.e, error = n.f, "
                + "paid_at = n.g, intent_id = n.h, round = n.i, checked_at = n.j "
                + "from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as n(a, b, c, d, e, f, g, h, i, j) "
                + "where p.id = n.a")
            .Column(NpgsqlDbType.Uuid, updates, p => p.Id.Value)
            .Column(NpgsqlDbType.Text, updates, p => p.Status.ToString())
            .Column(NpgsqlDbType.Text, updates, p => p.RefundId)
            .Column(NpgsqlDbType.Integer, updates, p => p.Attempts)
            .Column(NpgsqlDbType.TimestampTz, updates, p => p.NextAttemptAt)
            .Column(NpgsqlDbType.Text, updates, p => p.Error)
            .Column(NpgsqlDbType.TimestampTz, updates, p => p.PaidAt)
            .Column(NpgsqlDbType.Text, updates, p => p.IntentId)
            .Column(NpgsqlDbType.Integer, updates, p => p.Round)
            .Column(NpgsqlDbType.TimestampTz, updates, p => p.CheckedAt);
}
