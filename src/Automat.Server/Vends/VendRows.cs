using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Vends;

/// <summary>The vends' share in a journal batch.</summary>
internal sealed class VendRows : JournalTable<Id<Vend>, Vend>
{
    private const string Columns = "id, organization_id, machine_id, tender_kind, tender_reference, amount, currency, lines, "
        + "status, delivered, refunded, reason, late, code, session, intent, deadline, reserved_at, started_at, settled_at, entry";

    /// <inheritdoc/>
    protected override Id<Vend> KeyOf(Vend row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<Vend>> keys) =>
        Sql.Of($"select {Columns} from vends where id = any($1) order by id for update")
            .Column(NpgsqlDbType.Uuid, keys, k => k.Value);

    /// <inheritdoc/>
    protected override Vend Read(NpgsqlDataReader reader) => new()
    {
        Id = new Id<Vend>(reader.GetGuid(0)),
        Organization = new Id<Organization>(reader.GetGuid(1)),
        Machine = MachineId.Parse(reader.GetString(2)),
        Tender = new Tender(Enum.Parse<TenderKind>(reader.GetString(3)), reader.GetString(4)),
        Amount = new Money(reader.GetInt64(5), Currency.Parse(reader.GetString(6))),
        Lines = JsonSerializer.Deserialize<List<VendLine>>(reader.GetString(7)) ?? [],
        Status = Enum.Parse<VendStatus>(reader.GetString(8)),
        Delivered = reader.GetInt64(9),
        Refunded = reader.GetInt64(10),
        Reason = reader.IsDBNull(11) ? null : reader.GetString(11),
        Late = reader.GetBoolean(12),
        Code = reader.IsDBNull(13) ? null : reader.GetString(13),
        Session = reader.IsDBNull(14) ? null : reader.GetString(14),
        Intent = reader.IsDBNull(15) ? null : reader.GetString(15),
        Deadline = reader.GetFieldValue<DateTimeOffset>(16),
        ReservedAt = reader.GetFieldValue<DateTimeOffset>(17),
        StartedAt = reader.IsDBNull(18) ? null : reader.GetFieldValue<DateTimeOffset>(18),
        SettledAt = reader.IsDBNull(19) ? null : reader.GetFieldValue<DateTimeOffset>(19),
        Entry = reader.GetInt64(20),
    };

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand InsertCommand(IReadOnlyList<Vend> inserts) =>
        Sql.Of($"insert into vends ({Columns}) select a, b, c, d, e, f, g, h::jsonb, i, j, k, l, m, n, o, p, q, r, s, t, u "
                + "from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) "
                + "as x(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u)")
            .Column(NpgsqlDbType.Uuid, inserts, v => v.Id.Value)
            .Column(NpgsqlDbType.Uuid, inserts, v => v.Organization.Value)
            .Column(NpgsqlDbType.Text, inserts, v => v.Machine.Value)
            .Column(NpgsqlDbType.Text, inserts, v => v.Tender.Kind.ToString())
            .Column(NpgsqlDbType.Text, inserts, v => v.Tender.Reference)
            .Column(NpgsqlDbType.Bigint, inserts, v => v.Amount.Amount)
            .Column(NpgsqlDbType.Char, inserts, v => v.Amount.Currency.Code)
            .Column(NpgsqlDbType.Text, inserts, v => JsonSerializer.Serialize(v.Lines))
            .Column(NpgsqlDbType.Text, inserts, v => v.Status.ToString())
            .Column(NpgsqlDbType.Bigint, inserts, v => v.Delivered)
            .Column(NpgsqlDbType.Bigint, inserts, v => v.Refunded)
            .Column(NpgsqlDbType.Text, inserts, v => v.Reason)
            .Column(NpgsqlDbType.Boolean, inserts, v => v.Late)
            .Column(NpgsqlDbType.Text, inserts, v => v.Code)
            .Column(NpgsqlDbType.Text, inserts, v => v.Session)
            .Column(NpgsqlDbType.Text, inserts, v => v.Intent)
            .Column(NpgsqlDbType.TimestampTz, inserts, v => v.Deadline)
            .Column(NpgsqlDbType.TimestampTz, inserts, v => v.ReservedAt)
            .Column(NpgsqlDbType.TimestampTz, inserts, v => v.StartedAt)
            .Column(NpgsqlDbType.TimestampTz, inserts, v => v.SettledAt)
            .Column(NpgsqlDbType.Bigint, inserts, v => v.Entry);

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand UpdateCommand(IReadOnlyList<Vend> updates) =>
        Sql.Of("update vends v set status = n.b, delivered = n.c, refunded = n.d, reason = n.e, late = n.f, "
                + "deadline = n.g, started_at = n.h, settled_at = n.i, lines = n.j::jsonb, entry = n.k "
                + "from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as n(a, b, c, d, e, f, g, h, i, j, k) where v.id = n.a")
            .Column(NpgsqlDbType.Uuid, updates, v => v.Id.Value)
            .Column(NpgsqlDbType.Text, updates, v => v.Status.ToString())
            .Column(NpgsqlDbType.Bigint, updates, v => v.Delivered)
            .Column(NpgsqlDbType.Bigint, updates, v => v.Refunded)
            .Column(NpgsqlDbType.Text, updates, v => v.Reason)
            .Column(NpgsqlDbType.Boolean, updates, v => v.Late)
            .Column(NpgsqlDbType.TimestampTz, updates, v => v.Deadline)
            .Column(NpgsqlDbType.TimestampTz, updates, v => v.StartedAt)
            .Column(NpgsqlDbType.TimestampTz, updates, v => v.SettledAt)
            .Column(NpgsqlDbType.Text, updates, v => JsonSerializer.Serialize(v.Lines))
            .Column(NpgsqlDbType.Bigint, updates, v => v.Entry);
}
