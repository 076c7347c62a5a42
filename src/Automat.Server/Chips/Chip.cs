using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Chips;

/// <summary>Whether a chip may pay.</summary>
public enum ChipState
{
    /// <summary>It pays with its credit.</summary>
    Active,

    /// <summary>Lost or blocked: it pays nothing until it is unlocked; its credit stays.</summary>
    Locked,

    /// <summary>Never used again.</summary>
    Retired,
}

/// <summary>A customer's RFID chip. Its credit is the balance of its account in the ledger and stands nowhere else.</summary>
public sealed record Chip
{
    /// <summary>Identity; names its account.</summary>
    public required Id<Chip> Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>What its UID is found by: HMAC-SHA256 under the organisation's key. The UID itself is kept nowhere.</summary>
    public required byte[] UidHash { get; init; }

    /// <summary>What staff call it.</summary>
    public required string Label { get; init; }

    /// <summary>Whether it may pay.</summary>
    public ChipState State { get; init; }

    /// <summary>When it was issued.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What a vend paid with it names as its tender.</summary>
    public Tender Tender => Tender.Chip(Id.ToString());
}

/// <summary>The chips' share in a journal batch: locked while a command decides about them.</summary>
public sealed class ChipRows : JournalTable<Id<Chip>, Chip>
{
    /// <inheritdoc/>
    protected override Id<Chip> KeyOf(Chip row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<Chip>> keys) =>
        Sql.Of("select id, organization_id, uid_hash, label, state, created_at from chips where id = any($1) "
                + "order by id for update")
            .Column(NpgsqlDbType.Uuid, keys, k => k.Value);

    /// <inheritdoc/>
    protected override Chip Read(NpgsqlDataReader reader) => new()
    {
        Id = new Id<Chip>(reader.GetGuid(0)),
        OrganizationId = new Id<Organization>(reader.GetGuid(1)),
        UidHash = reader.GetFieldValue<byte[]>(2),
        Label = reader.GetString(3),
        State = Enum.Parse<ChipState>(reader.GetString(4)),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(5),
    };

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand InsertCommand(IReadOnlyList<Chip> inserts) =>
        throw new NotSupportedException("Chips are issued by their own use case; the journal only reads and locks them.");

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand UpdateCommand(IReadOnlyList<Chip> updates) =>
        throw new NotSupportedException("Chips are changed by their own use cases; the journal only reads and locks them.");
}
