using Automat.Domain;
using Automat.Domain.Refunds;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Refunds;

/// <summary>The refund cases' share in a journal batch.</summary>
internal sealed class RefundCaseRows() : JournalTable<Id<RefundCase>, RefundCase>(_columns)
{
    private static readonly JournalColumns<RefundCase> _columns = new JournalColumns<RefundCase>("refund_cases")
        .Key("id", NpgsqlDbType.Uuid, c => c.Id.Value)
        .Once("organization_id", NpgsqlDbType.Uuid, c => c.OrganizationId.Value)
        .Once("vend_id", NpgsqlDbType.Uuid, c => c.VendId.Value)
        .Once("machine_id", NpgsqlDbType.Text, c => c.MachineId.Value)
        .Changing("tender", NpgsqlDbType.Text, c => c.Tender.ToString())
        .Once("amount", NpgsqlDbType.Bigint, c => c.Amount)
        .Once("currency", NpgsqlDbType.Char, c => c.Currency.Code)
        .Once("reason", NpgsqlDbType.Text, c => c.Reason)
        .Once("note", NpgsqlDbType.Text, c => c.Note)
        .Changing("status", NpgsqlDbType.Text, c => c.Status.ToString())
        .Once("requested_by", NpgsqlDbType.Text, c => c.RequestedBy)
        .Once("requested_at", NpgsqlDbType.TimestampTz, c => c.RequestedAt)
        .Changing("expires_at", NpgsqlDbType.TimestampTz, c => c.ExpiresAt)
        .Changing("decided_by", NpgsqlDbType.Text, c => c.DecidedBy)
        .Changing("decided_at", NpgsqlDbType.TimestampTz, c => c.DecidedAt)
        .Changing("answer", NpgsqlDbType.Text, c => c.Answer)
        .Changing("entry", NpgsqlDbType.Bigint, c => c.Entry);

    /// <inheritdoc/>
    protected override Id<RefundCase> KeyOf(RefundCase row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<RefundCase>> keys) => _columns.Load(keys, k => k.Value);

    /// <inheritdoc/>
    protected override RefundCase Read(NpgsqlDataReader reader) => new()
    {
        Id = new Id<RefundCase>(reader.GetGuid(0)),
        OrganizationId = new Id<Organization>(reader.GetGuid(1)),
        VendId = new Id<Vend>(reader.GetGuid(2)),
        MachineId = MachineId.Parse(reader.GetString(3)),
        Tender = Enum.Parse<TenderKind>(reader.GetString(4)),
        Amount = reader.GetInt64(5),
        Currency = Currency.Parse(reader.GetString(6)),
        Reason = reader.GetString(7),
        Note = reader.IsDBNull(8) ? null : reader.GetString(8),
        Status = Enum.Parse<RefundCaseStatus>(reader.GetString(9)),
        RequestedBy = reader.GetString(10),
        RequestedAt = reader.GetFieldValue<DateTimeOffset>(11),
        ExpiresAt = reader.IsDBNull(12) ? null : reader.GetFieldValue<DateTimeOffset>(12),
        DecidedBy = reader.IsDBNull(13) ? null : reader.GetString(13),
        DecidedAt = reader.IsDBNull(14) ? null : reader.GetFieldValue<DateTimeOffset>(14),
        Answer = reader.IsDBNull(15) ? null : reader.GetString(15),
        Entry = reader.IsDBNull(16) ? null : reader.GetInt64(16),
    };
}
