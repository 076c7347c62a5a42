using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Machines;

/// <summary>Where a command to a machine is in its life.</summary>
public enum CommandState
{
    /// <summary>Written down, not handed over.</summary>
    Waiting,

    /// <summary>Being handed over, or handed over and not yet answered.</summary>
    Sending,

    /// <summary>The machine has done it, or counts as having done it.</summary>
    Done,

    /// <summary>The machine said it could not.</summary>
    Failed,

    /// <summary>Handed over, and nobody knows what became of it.</summary>
    Doubtful,

    /// <summary>Not handed over before its deadline; it never will be.</summary>
    Expired,
}

/// <summary>
/// Something a machine is to do, kept until it is done or too late. It is delivered at least once under one id and never
/// after its deadline.
/// </summary>
public sealed record MachineCommand
{
    /// <summary>Identity; travels to machines that can tell a repeat by it.</summary>
    public required Id<MachineCommand> Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Who is to do it.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>The sale it belongs to; null for commands that move no money.</summary>
    public Id<Vend>? VendId { get; init; }

    /// <summary>Who asked for it: a person's or key's id; <c>sale</c> for what was paid.</summary>
    public string AskedBy { get; init; } = "sale";

    /// <summary>To be done even while somebody is buying.</summary>
    public bool Forced { get; init; }

    /// <summary>When the machine told what became of it.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>What to do, in the driver's words, such as <c>coin_pulse</c>, or one of <see cref="CommandKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>What the driver needs for it, as JSON.</summary>
    public required string Payload { get; init; }

    /// <summary>After this it must not be done.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>Where it is in its life.</summary>
    public CommandState State { get; init; }

    /// <summary>How often it was handed over or tried to be.</summary>
    public int Attempts { get; init; }

    /// <summary>When it was written down.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last handed over.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>The node that is handing it over or did so last; null when the machine fetched it.</summary>
    public int? SentBy { get; init; }

    /// <summary>How it ended, in a stable word.</summary>
    public string? Outcome { get; init; }
}

/// <summary>The commands' share in a journal batch.</summary>
public sealed class CommandRows : JournalTable<Id<MachineCommand>, MachineCommand>
{
    /// <inheritdoc/>
    protected override Id<MachineCommand> KeyOf(MachineCommand row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<MachineCommand>> keys) =>
        Sql.Of("select id, organization_id, machine_id, vend_id, kind, payload, deadline, state, attempts, created_at, "
                + "sent_at, outcome, asked_by, forced, acknowledged_at, sent_by from machine_commands where id = any($1) order by id for update")
            .Column(NpgsqlDbType.Uuid, keys, k => k.Value);

    /// <inheritdoc/>
    protected override MachineCommand Read(NpgsqlDataReader reader) => new()
    {
        Id = new Id<MachineCommand>(reader.GetGuid(0)),
        OrganizationId = new Id<Organization>(reader.GetGuid(1)),
        MachineId = MachineId.Parse(reader.GetString(2)),
        VendId = reader.IsDBNull(3) ? null : new Id<Vend>(reader.GetGuid(3)),
        Kind = reader.GetString(4),
        Payload = reader.GetString(5),
        Deadline = reader.GetFieldValue<DateTimeOffset>(6),
        State = Enum.Parse<CommandState>(reader.GetString(7)),
        Attempts = reader.GetInt32(8),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(9),
        SentAt = reader.IsDBNull(10) ? null : reader.GetFieldValue<DateTimeOffset>(10),
        Outcome = reader.IsDBNull(11) ? null : reader.GetString(11),
        AskedBy = reader.GetString(12),
        Forced = reader.GetBoolean(13),
        AcknowledgedAt = reader.IsDBNull(14) ? null : reader.GetFieldValue<DateTimeOffset>(14),
        SentBy = reader.IsDBNull(15) ? null : reader.GetInt32(15),
    };

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand InsertCommand(IReadOnlyList<MachineCommand> inserts) =>
        Sql.Of("insert into machine_commands (id, organization_id, machine_id, vend_id, kind, payload, deadline, state, "
                + "attempts, created_at, sent_at, outcome, asked_by, forced, acknowledged_at, sent_by) "
                + "select id, o, m, v, k, p::jsonb, d, s, a, c, t, r, q, f, w, b "
                + "from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) "
                + "as n(id, o, m, v, k, p, d, s, a, c, t, r, q, f, w, b)")
            .Column(NpgsqlDbType.Uuid, inserts, c => c.Id.Value)
            .Column(NpgsqlDbType.Uuid, inserts, c => c.OrganizationId.Value)
            .Column(NpgsqlDbType.Text, inserts, c => c.MachineId.Value)
            .Column(NpgsqlDbType.Uuid, inserts, c => c.VendId?.Value)
            .Column(NpgsqlDbType.Text, inserts, c => c.Kind)
            .Column(NpgsqlDbType.Text, inserts, c => c.Payload)
            .Column(NpgsqlDbType.TimestampTz, inserts, c => c.Deadline)
            .Column(NpgsqlDbType.Text, inserts, c => c.State.ToString())
            .Column(NpgsqlDbType.Integer, inserts, c => c.Attempts)
            .Column(NpgsqlDbType.TimestampTz, inserts, c => c.CreatedAt)
            .Column(NpgsqlDbType.TimestampTz, inserts, c => c.SentAt)
            .Column(NpgsqlDbType.Text, inserts, c => c.Outcome)
            .Column(NpgsqlDbType.Text, inserts, c => c.AskedBy)
            .Column(NpgsqlDbType.Boolean, inserts, c => c.Forced)
            .Column(NpgsqlDbType.TimestampTz, inserts, c => c.AcknowledgedAt)
            .Column(NpgsqlDbType.Integer, inserts, c => c.SentBy);

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand UpdateCommand(IReadOnlyList<MachineCommand> updates) =>
        Sql.Of("update machine_commands c set state = n.state, attempts = n.attempts, sent_at = n.sent_at, "
                + "outcome = n.outcome, acknowledged_at = n.acknowledged_at, sent_by = n.sent_by "
                + "from unnest($1, $2, $3, $4, $5, $6, $7) "
                + "as n(id, state, attempts, sent_at, outcome, acknowledged_at, sent_by) "
                + "where c.id = n.id")
            .Column(NpgsqlDbType.Uuid, updates, c => c.Id.Value)
            .Column(NpgsqlDbType.Text, updates, c => c.State.ToString())
            .Column(NpgsqlDbType.Integer, updates, c => c.Attempts)
            .Column(NpgsqlDbType.TimestampTz, updates, c => c.SentAt)
            .Column(NpgsqlDbType.Text, updates, c => c.Outcome)
            .Column(NpgsqlDbType.TimestampTz, updates, c => c.AcknowledgedAt)
            .Column(NpgsqlDbType.Integer, updates, c => c.SentBy);
}
