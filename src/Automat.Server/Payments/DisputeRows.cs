using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Payments;

/// <summary>The disputes' share in a journal batch.</summary>
public sealed class DisputeRows() : JournalTable<string, DisputeCase>(_columns)
{
    private static readonly JournalColumns<DisputeCase> _columns = new JournalColumns<DisputeCase>("disputes")
        .Key("id", NpgsqlDbType.Text, d => d.Id)
        .Once("organization_id", NpgsqlDbType.Uuid, d => d.OrganizationId.Value)
        .Once("provider", NpgsqlDbType.Text, d => d.Provider)
        .Once("intent_id", NpgsqlDbType.Text, d => d.IntentId)
        .Changing("vend_id", NpgsqlDbType.Uuid, d => d.VendId?.Value)
        .Changing("amount", NpgsqlDbType.Bigint, d => d.Amount)
        .Once("currency", NpgsqlDbType.Char, d => d.Currency.Code)
        .Changing("reason", NpgsqlDbType.Text, d => d.Reason)
        .Changing("status", NpgsqlDbType.Text, d => d.Status.ToString())
        .Changing("due_by", NpgsqlDbType.TimestampTz, d => d.DueBy)
        .Changing("opened_at", NpgsqlDbType.TimestampTz, d => d.OpenedAt)
        .Changing("told_at", NpgsqlDbType.TimestampTz, d => d.ToldAt)
        .Changing("ended_at", NpgsqlDbType.TimestampTz, d => d.EndedAt);

    /// <inheritdoc/>
    protected override string KeyOf(DisputeCase row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<string> keys) => _columns.Load(keys, k => k);

    /// <inheritdoc/>
    protected override DisputeCase Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetString(0),
        OrganizationId = new Id<Organization>(reader.GetGuid(1)),
        Provider = reader.GetString(2),
        IntentId = reader.IsDBNull(3) ? null : reader.GetString(3),
        VendId = reader.IsDBNull(4) ? null : new Id<Vend>(reader.GetGuid(4)),
        Amount = reader.GetInt64(5),
        Currency = Currency.Parse(reader.GetString(6)),
        Reason = reader.GetString(7),
        Status = Enum.Parse<DisputeStatus>(reader.GetString(8)),
        DueBy = reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9),
        OpenedAt = reader.GetFieldValue<DateTimeOffset>(10),
        ToldAt = reader.GetFieldValue<DateTimeOffset>(11),
        EndedAt = reader.IsDBNull(12) ? null : reader.GetFieldValue<DateTimeOffset>(12),
    };
}
