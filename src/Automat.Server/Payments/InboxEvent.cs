using Automat.Domain;
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
public sealed class InboxRows() : JournalTable<string, InboxEvent>(_columns)
{
    private static readonly JournalColumns<InboxEvent> _columns = new JournalColumns<InboxEvent>("inbox_events")
        .Key("id", NpgsqlDbType.Text, e => e.Id)
        .Once("organization_id", NpgsqlDbType.Uuid, e => e.OrganizationId.Value)
        .Once("provider", NpgsqlDbType.Text, e => e.Provider)
        .Once("type", NpgsqlDbType.Text, e => e.Type)
        .Once("body", NpgsqlDbType.Bytea, e => e.Body)
        .Once("received_at", NpgsqlDbType.TimestampTz, e => e.ReceivedAt)
        .Changing("status", NpgsqlDbType.Text, e => e.Status.ToString())
        .Changing("attempts", NpgsqlDbType.Integer, e => e.Attempts)
        .Changing("next_attempt_at", NpgsqlDbType.TimestampTz, e => e.NextAttemptAt)
        .Changing("error", NpgsqlDbType.Text, e => e.Error)
        .Once("subject", NpgsqlDbType.Text, e => e.Subject);

    /// <summary>All that follows from an event is in this batch; null where no event told it.</summary>
    public void Done(InboxEvent? told)
    {
        if (told is not null && TryGet(told.Id, out var stored))
            Put(stored with { Status = InboxStatus.Done, Attempts = stored.Attempts + 1 });
    }

    /// <inheritdoc/>
    protected override string KeyOf(InboxEvent row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<string> keys) => _columns.Load(keys, k => k);

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
}
