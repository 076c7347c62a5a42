using Automat.Domain;
using Automat.Domain.Claims;
using Automat.Domain.Refunds;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Refunds;

/// <summary>The claims' share in a journal batch, by sale: each has one at the most.</summary>
internal sealed class ClaimRows() : JournalTable<Id<Vend>, Claim>(_columns)
{
    private static readonly JournalColumns<Claim> _columns = new JournalColumns<Claim>("claims")
        .Once("id", NpgsqlDbType.Uuid, c => c.Id.Value)
        .Once("organization_id", NpgsqlDbType.Uuid, c => c.OrganizationId.Value)
        .Key("vend_id", NpgsqlDbType.Uuid, c => c.VendId.Value)
        .Once("machine_id", NpgsqlDbType.Text, c => c.MachineId.Value)
        .Once("kind", NpgsqlDbType.Text, c => c.Kind.ToString())
        .Once("text", NpgsqlDbType.Text, c => c.Text)
        .Once("email", NpgsqlDbType.Text, c => c.Email)
        .Once("language", NpgsqlDbType.Text, c => c.Language)
        .Changing("status", NpgsqlDbType.Text, c => c.Status.ToString())
        .Once("verdict", NpgsqlDbType.Text, c => c.Verdict.ToString())
        .Changing("amount", NpgsqlDbType.Bigint, c => c.Amount)
        .Once("currency", NpgsqlDbType.Char, c => c.Currency.Code)
        .Changing("refund_id", NpgsqlDbType.Uuid, c => c.RefundId?.Value)
        .Changing("answer", NpgsqlDbType.Text, c => c.Answer)
        .Once("created_at", NpgsqlDbType.TimestampTz, c => c.CreatedAt)
        .Changing("decided_at", NpgsqlDbType.TimestampTz, c => c.DecidedAt)
        .Changing("decided_by", NpgsqlDbType.Text, c => c.DecidedBy);

    /// <inheritdoc/>
    protected override Id<Vend> KeyOf(Claim row) => row.VendId;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<Vend>> keys) => _columns.Load(keys, k => k.Value);

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
}
