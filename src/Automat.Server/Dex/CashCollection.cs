using Automat.Domain;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Dex;

/// <summary>Somebody emptied a machine's cash box into a bag and counted it.</summary>
internal sealed record CashCollection
{
    public required Id<CashCollection> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required MachineId MachineId { get; init; }

    /// <summary>Number on the bag.</summary>
    public required string Bag { get; init; }

    /// <summary>What was counted, minor units.</summary>
    public required long Counted { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>When the box was emptied.</summary>
    public required DateTimeOffset CollectedAt { get; init; }

    /// <summary>Who says so: an id, never a name.</summary>
    public required string CollectedBy { get; init; }

    /// <summary>The audit file that was read at the machine then; null when there was none.</summary>
    public Id<DexRead>? ReadId { get; init; }

    /// <summary>What the books had in the machine when it was emptied, minor units; null where that was not noted yet.</summary>
    public long? Expected { get; init; }

    /// <summary>Number of the ledger entry.</summary>
    public required long Entry { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The collections' share in a journal batch: they are only ever added.</summary>
internal sealed class CashCollectionRows() : JournalTable<Id<CashCollection>, CashCollection>(_columns)
{
    private static readonly JournalColumns<CashCollection> _columns = new JournalColumns<CashCollection>("cash_collections")
        .Key("id", NpgsqlDbType.Uuid, c => c.Id.Value)
        .Once("organization_id", NpgsqlDbType.Uuid, c => c.OrganizationId.Value)
        .Once("machine_id", NpgsqlDbType.Text, c => c.MachineId.Value)
        .Once("bag", NpgsqlDbType.Text, c => c.Bag)
        .Once("counted", NpgsqlDbType.Bigint, c => c.Counted)
        .Once("currency", NpgsqlDbType.Char, c => c.Currency.Code)
        .Once("collected_at", NpgsqlDbType.TimestampTz, c => c.CollectedAt)
        .Once("collected_by", NpgsqlDbType.Text, c => c.CollectedBy)
        .Once("read_id", NpgsqlDbType.Uuid, c => c.ReadId?.Value)
        .Once("entry", NpgsqlDbType.Bigint, c => c.Entry)
        .Once("created_at", NpgsqlDbType.TimestampTz, c => c.CreatedAt)
        .Once("expected", NpgsqlDbType.Bigint, c => c.Expected);

    /// <inheritdoc/>
    protected override Id<CashCollection> KeyOf(CashCollection row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<CashCollection>> keys) =>
        throw new NotSupportedException("Nothing changes a collection.");

    /// <inheritdoc/>
    protected override CashCollection Read(NpgsqlDataReader reader) => throw new NotSupportedException("Nothing changes a collection.");
}
