using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Chips;

/// <summary>The chips' share in a journal batch: locked while a command decides about them, with what holds for them.</summary>
public sealed class ChipRows : JournalTable<Id<Chip>, Chip>
{
    /// <inheritdoc/>
    protected override Id<Chip> KeyOf(Chip row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<Chip>> keys) =>
        Sql.Of("select c.id, c.organization_id, c.uid_hash, c.key_version, c.label, c.reference, c.group_id, c.free_vend, "
                + "c.employee, c.proof_of_age, c.credit_line, c.limits::text, c.allowance::text, c.allowance_through, c.state, "
                + "c.state_reason, c.state_since, c.replaced_by, c.created_at, g.limits::text, g.allowance::text, s.limits::text "
                + "from chips c left join chip_groups g on g.id = c.group_id "
                + "left join chip_settings s on s.organization_id = c.organization_id "
                + "where c.id = any($1) order by c.id for update of c")
            .Column(NpgsqlDbType.Uuid, keys, k => k.Value);

    /// <inheritdoc/>
    protected override Chip Read(NpgsqlDataReader reader)
    {
        var chip = new Chip
        {
            Id = new Id<Chip>(reader.GetGuid(0)),
            OrganizationId = new Id<Organization>(reader.GetGuid(1)),
            UidHash = reader.GetFieldValue<byte[]>(2),
            KeyVersion = reader.GetInt32(3),
            Label = reader.GetString(4),
            Reference = Text(reader, 5),
            GroupId = reader.IsDBNull(6) ? null : new Id<ChipGroup>(reader.GetGuid(6)),
            FreeVend = reader.GetBoolean(7),
            Employee = reader.GetBoolean(8),
            ProofOfAge = reader.GetBoolean(9),
            CreditLine = reader.GetInt64(10),
            Limits = Text(reader, 11),
            Allowance = Text(reader, 12),
            AllowanceThrough = Text(reader, 13),
            State = Enum.Parse<ChipState>(reader.GetString(14)),
            StateReason = Text(reader, 15),
            StateSince = reader.IsDBNull(16) ? null : reader.GetFieldValue<DateTimeOffset>(16),
            ReplacedBy = reader.IsDBNull(17) ? null : new Id<Chip>(reader.GetGuid(17)),
            CreatedAt = reader.GetFieldValue<DateTimeOffset>(18),
        };
        return chip.With(Text(reader, 19), Text(reader, 20), Text(reader, 21));
    }

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand InsertCommand(IReadOnlyList<Chip> inserts) =>
        Sql.Of("insert into chips (id, organization_id, uid_hash, key_version, label, reference, group_id, free_vend, employee, "
                + "proof_of_age, credit_line, limits, allowance, state, state_reason, state_since, created_at) "
                + "select a, b, c, d, e, f, g, h, i, j, k, l::jsonb, m::jsonb, n, o, p, q from unnest($1, $2, $3, $4, $5, $6, $7, "
                + "$8, $9, $10, $11, $12, $13, $14, $15, $16, $17) as x(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q)")
            .Column(NpgsqlDbType.Uuid, inserts, c => c.Id.Value)
            .Column(NpgsqlDbType.Uuid, inserts, c => c.OrganizationId.Value)
            .Column(NpgsqlDbType.Bytea, inserts, c => c.UidHash)
            .Column(NpgsqlDbType.Integer, inserts, c => c.KeyVersion)
            .Column(NpgsqlDbType.Text, inserts, c => c.Label)
            .Column(NpgsqlDbType.Text, inserts, c => c.Reference)
            .Column(NpgsqlDbType.Uuid, inserts, c => c.GroupId?.Value)
            .Column(NpgsqlDbType.Boolean, inserts, c => c.FreeVend)
            .Column(NpgsqlDbType.Boolean, inserts, c => c.Employee)
            .Column(NpgsqlDbType.Boolean, inserts, c => c.ProofOfAge)
            .Column(NpgsqlDbType.Bigint, inserts, c => c.CreditLine)
            .Column(NpgsqlDbType.Text, inserts, c => c.Limits)
            .Column(NpgsqlDbType.Text, inserts, c => c.Allowance)
            .Column(NpgsqlDbType.Text, inserts, c => c.State.ToString())
            .Column(NpgsqlDbType.Text, inserts, c => c.StateReason)
            .Column(NpgsqlDbType.TimestampTz, inserts, c => c.StateSince)
            .Column(NpgsqlDbType.TimestampTz, inserts, c => c.CreatedAt);

    /// <summary>What the journal changes of a chip; everything else its own use cases do.</summary>
    protected override NpgsqlBatchCommand UpdateCommand(IReadOnlyList<Chip> updates) =>
        Sql.Of("update chips c set state = n.b, state_reason = n.c, state_since = n.d, replaced_by = n.e, allowance_through = n.f "
                + "from unnest($1, $2, $3, $4, $5, $6) as n(a, b, c, d, e, f) where c.id = n.a")
            .Column(NpgsqlDbType.Uuid, updates, c => c.Id.Value)
            .Column(NpgsqlDbType.Text, updates, c => c.State.ToString())
            .Column(NpgsqlDbType.Text, updates, c => c.StateReason)
            .Column(NpgsqlDbType.TimestampTz, updates, c => c.StateSince)
            .Column(NpgsqlDbType.Uuid, updates, c => c.ReplacedBy?.Value)
            .Column(NpgsqlDbType.Text, updates, c => c.AllowanceThrough);

    private static string? Text(NpgsqlDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetString(at);
}
