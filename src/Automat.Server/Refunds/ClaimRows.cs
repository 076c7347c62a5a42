using Automat.Domain;
using Automat.Domain.Claims;
using Automat.Domain.Refunds;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Refunds;

/// <summary>The claims' share in a journal batch, by sale: each has one at the most.</summary>
internal sealed class ClaimRows : JournalTable<Id<Vend>, Claim>
{
    private const string Columns = "id, organization_id, vend_id, machine_id, kind, text, email, language, status, verdict, amount, "
        + "currency, refund_id, answer, created_at, decided_at, decided_by";

    /// <inheritdoc/>
    protected override Id<Vend> KeyOf(Claim row) => row.VendId;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<Vend>> keys) =>
        Sql.Of($"select {Columns} from claims where vend_id = any($1) order by vend_id for update")
            .Column(NpgsqlDbType.Uuid, keys, k => k.Value);

    /// <inheritdoc/>
    protected override Claim Read(NpgsqlDataReader reader) => new()
    {
        Id = new Id<Claim>(reader.GetGuid(0)),
        OrganizationId = new Id<Organization>(reader.GetGuid(1)),
        VendId = new Id<Vend>(reader.GetGuid(2)),
        MachineId = MachineId.Parse(reader.GetString(3)),
        Kind = Enum.Parse<ClaimKind>(reader.GetString(4)),
        Text = reader.IsDBNull(5) ? null : reader.GetString(5),
        Email = reader.IsDBNull(6) ? null : reader.GetString(6),
        Language = reader.GetString(7),
        Status = Enum.Parse<ClaimStatus>(reader.GetString(8)),
        Verdict = Enum.Parse<ClaimVerdict>(reader.GetString(9)),
        Amount = reader.GetInt64(10),
        Currency = Currency.Parse(reader.GetString(11)),
        RefundId = reader.IsDBNull(12) ? null : new Id<RefundCase>(reader.GetGuid(12)),
        Answer = reader.IsDBNull(13) ? null : reader.GetString(13),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(14),
        DecidedAt = reader.IsDBNull(15) ? null : reader.GetFieldValue<DateTimeOffset>(15),
        DecidedBy = reader.IsDBNull(16) ? null : reader.GetString(16),
    };

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand InsertCommand(IReadOnlyList<Claim> inserts) =>
        Sql.Of($"insert into claims ({Columns}) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
                + "$15, $16, $17)")
            .Column(NpgsqlDbType.Uuid, inserts, c => c.Id.Value)
            .Column(NpgsqlDbType.Uuid, inserts, c => c.OrganizationId.Value)
            .Column(NpgsqlDbType.Uuid, inserts, c => c.VendId.Value)
            .Column(NpgsqlDbType.Text, inserts, c => c.MachineId.Value)
            .Column(NpgsqlDbType.Text, inserts, c => c.Kind.ToString())
            .Column(NpgsqlDbType.Text, inserts, c => c.Text)
            .Column(NpgsqlDbType.Text, inserts, c => c.Email)
            .Column(NpgsqlDbType.Text, inserts, c => c.Language)
            .Column(NpgsqlDbType.Text, inserts, c => c.Status.ToString())
            .Column(NpgsqlDbType.Text, inserts, c => c.Verdict.ToString())
            .Column(NpgsqlDbType.Bigint, inserts, c => c.Amount)
            .Column(NpgsqlDbType.Char, inserts, c => c.Currency.Code)
            .Column(NpgsqlDbType.Uuid, inserts, c => c.RefundId?.Value)
            .Column(NpgsqlDbType.Text, inserts, c => c.Answer)
            .Column(NpgsqlDbType.TimestampTz, inserts, c => c.CreatedAt)
            .Column(NpgsqlDbType.TimestampTz, inserts, c => c.DecidedAt)
            .Column(NpgsqlDbType.Text, inserts, c => c.DecidedBy);

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand UpdateCommand(IReadOnlyList<Claim> updates) =>
        Sql.Of("update claims c set status = n.b, amount = n.c, refund_id = n.d, answer = n.e, decided_at = n.f, decided_by = n.g "
                + "from unnest($1, $2, $3, $4, $5, $6, $7) as n(a, b, c, d, e, f, g) where c.vend_id = n.a")
            .Column(NpgsqlDbType.Uuid, updates, c => c.VendId.Value)
            .Column(NpgsqlDbType.Text, updates, c => c.Status.ToString())
            .Column(NpgsqlDbType.Bigint, updates, c => c.Amount)
            .Column(NpgsqlDbType.Uuid, updates, c => c.RefundId?.Value)
            .Column(NpgsqlDbType.Text, updates, c => c.Answer)
            .Column(NpgsqlDbType.TimestampTz, updates, c => c.DecidedAt)
            .Column(NpgsqlDbType.Text, updates, c => c.DecidedBy);
}
