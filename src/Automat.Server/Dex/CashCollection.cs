using Automat.Domain;
using Automat.Server.Data;
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
internal sealed class CashCollectionRows : JournalTable<Id<CashCollection>, CashCollection>
{
    private const string Columns =
        "id, organization_id, machine_id, bag, counted, currency, collected_at, collected_by, read_id, entry, created_at, expected";

    /// <inheritdoc/>
    protected override Id<CashCollection> KeyOf(CashCollection row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<CashCollection>> keys) =>
        throw new NotSupportedException("Nothing changes a collection.");

    /// <inheritdoc/>
    protected override CashCollection Read(NpgsqlDataReader reader) => throw new NotSupportedException("Nothing changes a collection.");

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand InsertCommand(IReadOnlyList<CashCollection> inserts) =>
        Sql.Of($"insert into cash_collections ({Columns}) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
            .Column(NpgsqlDbType.Uuid, inserts, c => c.Id.Value)
            .Column(NpgsqlDbType.Uuid, inserts, c => c.OrganizationId.Value)
            .Column(NpgsqlDbType.Text, inserts, c => c.MachineId.Value)
            .Column(NpgsqlDbType.Text, inserts, c => c.Bag)
            .Column(NpgsqlDbType.Bigint, inserts, c => c.Counted)
            .Column(NpgsqlDbType.Char, inserts, c => c.Currency.Code)
            .Column(NpgsqlDbType.TimestampTz, inserts, c => c.CollectedAt)
            .Column(NpgsqlDbType.Text, inserts, c => c.CollectedBy)
            .Column(NpgsqlDbType.Uuid, inserts, c => c.ReadId?.Value)
            .Column(NpgsqlDbType.Bigint, inserts, c => c.Entry)
            .Column(NpgsqlDbType.TimestampTz, inserts, c => c.CreatedAt)
            .Column(NpgsqlDbType.Bigint, inserts, c => c.Expected);

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand UpdateCommand(IReadOnlyList<CashCollection> updates) =>
        throw new NotSupportedException("Nothing changes a collection.");
}
