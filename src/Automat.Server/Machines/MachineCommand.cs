using Automat.Domain;
using Automat.Domain.Vends;
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
public sealed class CommandRows() : JournalTable<Id<MachineCommand>, MachineCommand>(_columns)
{
    private static readonly JournalColumns<MachineCommand> _columns = new JournalColumns<MachineCommand>("machine_commands")
        .Key("id", NpgsqlDbType.Uuid, c => c.Id.Value)
        .Once("organization_id", NpgsqlDbType.Uuid, c => c.OrganizationId.Value)
        .Once("machine_id", NpgsqlDbType.Text, c => c.MachineId.Value)
        .Once("vend_id", NpgsqlDbType.Uuid, c => c.VendId?.Value)
        .Once("kind", NpgsqlDbType.Text, c => c.Kind)
        .Once("payload", NpgsqlDbType.Jsonb, c => c.Payload)
        .Once("deadline", NpgsqlDbType.TimestampTz, c => c.Deadline)
        .Changing("state", NpgsqlDbType.Text, c => c.State.ToString())
        .Changing("attempts", NpgsqlDbType.Integer, c => c.Attempts)
        .Once("created_at", NpgsqlDbType.TimestampTz, c => c.CreatedAt)
        .Changing("sent_at", NpgsqlDbType.TimestampTz, c => c.SentAt)
        .Changing("outcome", NpgsqlDbType.Text, c => c.Outcome)
        .Once("asked_by", NpgsqlDbType.Text, c => c.AskedBy)
        .Once("forced", NpgsqlDbType.Boolean, c => c.Forced)
        .Changing("acknowledged_at", NpgsqlDbType.TimestampTz, c => c.AcknowledgedAt)
        .Changing("sent_by", NpgsqlDbType.Integer, c => c.SentBy);

    /// <inheritdoc/>
    protected override Id<MachineCommand> KeyOf(MachineCommand row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<MachineCommand>> keys) => _columns.Load(keys, k => k.Value);

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
}
