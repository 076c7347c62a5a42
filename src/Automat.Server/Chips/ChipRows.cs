using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Chips;

/// <summary>The chips' share in a journal batch: locked while a command decides about them, with what holds for them.</summary>
public sealed class ChipRows() : JournalTable<Id<Chip>, Chip>(_columns)
{
    // What changes here is what the journal changes of a chip; everything else its own use cases do.
    private static readonly JournalColumns<Chip> _columns = new JournalColumns<Chip>("chips")
        .Key("id", NpgsqlDbType.Uuid, c => c.Id.Value)
        .Once("organization_id", NpgsqlDbType.Uuid, c => c.OrganizationId.Value)
        .Once("uid_hash", NpgsqlDbType.Bytea, c => c.UidHash)
        .Once("key_version", NpgsqlDbType.Integer, c => c.KeyVersion)
        .Once("label", NpgsqlDbType.Text, c => c.Label)
        .Once("reference", NpgsqlDbType.Text, c => c.Reference)
        .Once("group_id", NpgsqlDbType.Uuid, c => c.GroupId?.Value)
        .Once("free_vend", NpgsqlDbType.Boolean, c => c.FreeVend)
        .Once("employee", NpgsqlDbType.Boolean, c => c.Employee)
        .Once("proof_of_age", NpgsqlDbType.Boolean, c => c.ProofOfAge)
        .Once("credit_line", NpgsqlDbType.Bigint, c => c.CreditLine)
        .Once("limits", NpgsqlDbType.Jsonb, c => c.Limits)
        .Once("allowance", NpgsqlDbType.Jsonb, c => c.Allowance)
        .Changing("allowance_through", NpgsqlDbType.Text, c => c.AllowanceThrough)
        .Changing("state", NpgsqlDbType.Text, c => c.State.ToString())
        .Changing("state_reason", NpgsqlDbType.Text, c => c.StateReason)
        .Changing("state_since", NpgsqlDbType.TimestampTz, c => c.StateSince)
        .Changing("replaced_by", NpgsqlDbType.Uuid, c => c.ReplacedBy?.Value)
        .Once("created_at", NpgsqlDbType.TimestampTz, c => c.CreatedAt);

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

    private static string? Text(NpgsqlDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetString(at);
}
