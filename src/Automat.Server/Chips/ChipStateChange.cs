using Automat.Domain;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Chips;

/// <summary>A chip came into a state: a line of its history. Never changed.</summary>
internal sealed record ChipStateChange
{
    public required Id<ChipStateChange> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required Id<Chip> ChipId { get; init; }

    public required ChipState State { get; init; }

    /// <summary>Why, as somebody said.</summary>
    public string? Reason { get; init; }

    /// <summary>Who: a person's or token's id, or the worker's name.</summary>
    public required string Actor { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The line that says how a chip came to be as it is.</summary>
    public static ChipStateChange Of(Chip chip, string actor, DateTimeOffset now) => new()
    {
        Id = Id<ChipStateChange>.New(now),
        OrganizationId = chip.OrganizationId,
        ChipId = chip.Id,
        State = chip.State,
        Reason = chip.StateReason,
        Actor = actor,
        At = now.ToUniversalTime(),
    };
}

/// <summary>The history's share in a journal batch.</summary>
internal sealed class ChipStateRows() : JournalTable<Id<ChipStateChange>, ChipStateChange>(_columns)
{
    private static readonly JournalColumns<ChipStateChange> _columns = new JournalColumns<ChipStateChange>("chip_states")
        .Key("id", NpgsqlDbType.Uuid, s => s.Id.Value)
        .Once("organization_id", NpgsqlDbType.Uuid, s => s.OrganizationId.Value)
        .Once("chip_id", NpgsqlDbType.Uuid, s => s.ChipId.Value)
        .Once("state", NpgsqlDbType.Text, s => s.State.ToString())
        .Once("reason", NpgsqlDbType.Text, s => s.Reason)
        .Once("actor", NpgsqlDbType.Text, s => s.Actor)
        .Once("at", NpgsqlDbType.TimestampTz, s => s.At);

    protected override Id<ChipStateChange> KeyOf(ChipStateChange row) => row.Id;

    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<ChipStateChange>> keys) =>
        throw new NotSupportedException("Nothing is decided by a chip's history.");

    protected override ChipStateChange Read(NpgsqlDataReader reader) =>
        throw new NotSupportedException("Nothing is decided by a chip's history.");
}
