using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Payments;

/// <summary>What has become of an event.</summary>
public enum InboxStatus
{
    /// <summary>Stored, to be worked on.</summary>
    Waiting,

    /// <summary>All that follows from it is done.</summary>
    Done,

    /// <summary>Nothing follows from it.</summary>
    Ignored,

    /// <summary>There is money in it and we do not know whose: a person has to look.</summary>
    Unmatched,
}

/// <summary>An event a provider told us, stored before it was answered, keyed by the provider's id: heard twice, kept once.</summary>
public sealed record InboxEvent
{
    /// <summary>The provider's id of the event.</summary>
    public required string Id { get; init; }

    /// <summary>Whose provider account.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Name of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's word for what happened.</summary>
    public required string Type { get; init; }

    /// <summary>The body exactly as it came, its signature checked.</summary>
    public required byte[] Body { get; init; }

    /// <summary>
    /// The provider's name for what it is about: the payment, or the pay page of one that has none yet; null where it is about
    /// neither. A sale finds what was told of it by this.
    /// </summary>
    public string? Subject { get; init; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>What has become of it.</summary>
    public InboxStatus Status { get; init; }

    /// <summary>How often it was worked on without success.</summary>
    public int Attempts { get; init; }

    /// <summary>When it is worked on next.</summary>
    public required DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>Why the last attempt failed, in a stable word.</summary>
    public string? Error { get; init; }
}

/// <summary>The inbox' share in a journal batch.</summary>
public sealed class InboxRows : JournalTable<string, InboxEvent>
{
    private const string Columns =
        "id, organization_id, provider, type, body, received_at, status, attempts, next_attempt_at, error, subject";

    /// <summary>All that follows from an event is in this batch; null where no event told it.</summary>
    public void Done(InboxEvent? told)
    {
        if (told is not null && TryGet(told.Id, out var stored))
            Put(stored with { Status = InboxStatus.Done, Attempts = stored.Attempts + 1 });
    }

    /// <inheritdoc/>
    protected override string KeyOf(InboxEvent row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<string> keys) =>
        Sql.Of($"select {Columns} from inbox_events where id = any($1) order by id for update")
            .Column(NpgsqlDbType.Text, keys, k => k);

    /// <inheritdoc/>
    protected override InboxEvent Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetString(0),
        OrganizationId = new Id<Organization>(reader.GetGuid(1)),
        Provider = reader.GetString(2),
        Type = reader.GetString(3),
        Body = reader.GetFieldValue<byte[]>(4),
        ReceivedAt = reader.GetFieldValue<DateTimeOffset>(5),
        Status = Enum.Parse<InboxStatus>(reader.GetString(6)),
        Attempts = reader.GetInt32(7),
        NextAttemptAt = reader.GetFieldValue<DateTimeOffset>(8),
        Error = reader.IsDBNull(9) ? null : reader.GetString(9),
        Subject = reader.IsDBNull(10) ? null : reader.GetString(10),
    };

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand InsertCommand(IReadOnlyList<InboxEvent> inserts) =>
        Sql.Of($"insert into inbox_events ({Columns}) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
            .Column(NpgsqlDbType.Text, inserts, e => e.Id)
            .Column(NpgsqlDbType.Uuid, inserts, e => e.OrganizationId.Value)
            .Column(NpgsqlDbType.Text, inserts, e => e.Provider)
            .Column(NpgsqlDbType.Text, inserts, e => e.Type)
            .Column(NpgsqlDbType.Bytea, inserts, e => e.Body)
            .Column(NpgsqlDbType.TimestampTz, inserts, e => e.ReceivedAt)
            .Column(NpgsqlDbType.Text, inserts, e => e.Status.ToString())
            .Column(NpgsqlDbType.Integer, inserts, e => e.Attempts)
            .Column(NpgsqlDbType.TimestampTz, inserts, e => e.NextAttemptAt)
            .Column(NpgsqlDbType.Text, inserts, e => e.Error)
            .Column(NpgsqlDbType.Text, inserts, e => e.Subject);

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand UpdateCommand(IReadOnlyList<InboxEvent> updates) =>
        Sql.Of("update inbox_events e set status = n.b, attempts = n.c, next_attempt_at = n.d, error = n.e "
                + "from unnest($1, $2, $3, $4, $5) as n(a, b, c, d, e) where e.id = n.a")
            .Column(NpgsqlDbType.Text, updates, e => e.Id)
            .Column(NpgsqlDbType.Text, updates, e => e.Status.ToString())
            .Column(NpgsqlDbType.Integer, updates, e => e.Attempts)
            .Column(NpgsqlDbType.TimestampTz, updates, e => e.NextAttemptAt)
            .Column(NpgsqlDbType.Text, updates, e => e.Error);
}
