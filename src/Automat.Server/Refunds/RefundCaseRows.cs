using Automat.Domain;
using Automat.Domain.Refunds;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Refunds;

/// <summary>The refund cases' share in a journal batch.</summary>
internal sealed class RefundCaseRows : JournalTable<Id<RefundCase>, RefundCase>
{
    private const string Columns = "id, organization_id, vend_id, machine_id, tender, amount, currency, reason, note, status, "
        + "requested_by, requested_at, expires_at, decided_by, decided_at, answer, entry";

    /// <inheritdoc/>
    protected override Id<RefundCase> KeyOf(RefundCase row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<RefundCase>> keys) =>
        Sql.Of($"select {Columns} from refund_cases where id = any($1) order by id for update")
            .Column(NpgsqlDbType.Uuid, keys, k => k.Value);

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

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand InsertCommand(IReadOnlyList<RefundCase> inserts) =>
        Sql.Of($"insert into refund_cases ({Columns}) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
                + "$13, $14, $15, $16, $17)")
            .Column(NpgsqlDbType.Uuid, inserts, c => c.Id.Value)
            .Column(NpgsqlDbType.Uuid, inserts, c => c.OrganizationId.Value)
            .Column(NpgsqlDbType.Uuid, inserts, c => c.VendId.Value)
            .Column(NpgsqlDbType.Text, inserts, c => c.MachineId.Value)
            .Column(NpgsqlDbType.Text, inserts, c => c.Tender.ToString())
            .Column(NpgsqlDbType.Bigint, inserts, c => c.Amount)
            .Column(NpgsqlDbType.Char, inserts, c => c.Currency.Code)
            .Column(NpgsqlDbType.Text, inserts, c => c.Reason)
            .Column(NpgsqlDbType.Text, inserts, c => c.Note)
            .Column(NpgsqlDbType.Text, inserts, c => c.Status.ToString())
            .Column(NpgsqlDbType.Text, inserts, c => c.RequestedBy)
            .Column(NpgsqlDbType.TimestampTz, inserts, c => c.RequestedAt)
            .Column(NpgsqlDbType.TimestampTz, inserts, c => c.ExpiresAt)
            .Column(NpgsqlDbType.Text, inserts, c => c.DecidedBy)
            .Column(NpgsqlDbType.TimestampTz, inserts, c => c.DecidedAt)
            .Column(NpgsqlDbType.Text, inserts, c => c.Answer)
            .Column(NpgsqlDbType.Bigint, inserts, c => c.Entry);

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand UpdateCommand(IReadOnlyList<RefundCase> updates) =>
        Sql.Of("update refund_cases c set status = n.b, decided_by = n.c, decided_at = n.d, answer = n.e, entry = n.f, "
                + "expires_at = n.g from unnest($1, $2, $3, $4, $5, $6, $7) as n(a, b, c, d, e, f, g) where c.id = n.a")
            .Column(NpgsqlDbType.Uuid, updates, c => c.Id.Value)
            .Column(NpgsqlDbType.Text, updates, c => c.Status.ToString())
            .Column(NpgsqlDbType.Text, updates, c => c.DecidedBy)
            .Column(NpgsqlDbType.TimestampTz, updates, c => c.DecidedAt)
            .Column(NpgsqlDbType.Text, updates, c => c.Answer)
            .Column(NpgsqlDbType.Bigint, updates, c => c.Entry)
            .Column(NpgsqlDbType.TimestampTz, updates, c => c.ExpiresAt);
}
