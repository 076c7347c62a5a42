using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Payments;

/// <summary>The disputes' share in a journal batch.</summary>
public sealed class DisputeRows : JournalTable<string, DisputeCase>
{
    private const string Columns =
        "id, organization_id, provider, intent_id, vend_id, amount, currency, reason, status, due_by, opened_at, told_at, ended_at";

    /// <inheritdoc/>
    protected override string KeyOf(DisputeCase row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<string> keys) =>
        Sql.Of($"select {Columns} from disputes where id = any($1) order by id for update")
            .Column(NpgsqlDbType.Text, keys, k => k);

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

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand InsertCommand(IReadOnlyList<DisputeCase> inserts) =>
        Sql.Of($"insert into disputes ({Columns}) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
            .Column(NpgsqlDbType.Text, inserts, d => d.Id)
            .Column(NpgsqlDbType.Uuid, inserts, d => d.OrganizationId.Value)
            .Column(NpgsqlDbType.Text, inserts, d => d.Provider)
            .Column(NpgsqlDbType.Text, inserts, d => d.IntentId)
            .Column(NpgsqlDbType.Uuid, inserts, d => d.VendId?.Value)
            .Column(NpgsqlDbType.Bigint, inserts, d => d.Amount)
            .Column(NpgsqlDbType.Char, inserts, d => d.Currency.Code)
            .Column(NpgsqlDbType.Text, inserts, d => d.Reason)
            .Column(NpgsqlDbType.Text, inserts, d => d.Status.ToString())
            .Column(NpgsqlDbType.TimestampTz, inserts, d => d.DueBy)
            .Column(NpgsqlDbType.TimestampTz, inserts, d => d.OpenedAt)
            .Column(NpgsqlDbType.TimestampTz, inserts, d => d.ToldAt)
            .Column(NpgsqlDbType.TimestampTz, inserts, d => d.EndedAt);

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand UpdateCommand(IReadOnlyList<DisputeCase> updates) =>
        Sql.Of("update disputes d set vend_id = n.b, amount = n.c, reason = n.d, status = n.e, due_by = n.f, opened_at = n.g, told_at = n.h, "
                + "ended_at = n.i from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) as n(a, b, c, d, e, f, g, h, i) where d.id = n.a")
            .Column(NpgsqlDbType.Text, updates, d => d.Id)
            .Column(NpgsqlDbType.Uuid, updates, d => d.VendId?.Value)
            .Column(NpgsqlDbType.Bigint, updates, d => d.Amount)
            .Column(NpgsqlDbType.Text, updates, d => d.Reason)
            .Column(NpgsqlDbType.Text, updates, d => d.Status.ToString())
            .Column(NpgsqlDbType.TimestampTz, updates, d => d.DueBy)
            .Column(NpgsqlDbType.TimestampTz, updates, d => d.OpenedAt)
            .Column(NpgsqlDbType.TimestampTz, updates, d => d.ToldAt)
            .Column(NpgsqlDbType.TimestampTz, updates, d => d.EndedAt);
}
