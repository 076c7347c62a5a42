using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Vends;

/// <summary>The vends' share in a journal batch.</summary>
internal sealed class VendRows() : JournalTable<Id<Vend>, Vend>(_columns)
{
    private static readonly JournalColumns<Vend> _columns = new JournalColumns<Vend>("vends")
        .Key("id", NpgsqlDbType.Uuid, v => v.Id.Value)
        .Once("organization_id", NpgsqlDbType.Uuid, v => v.Organization.Value)
        .Once("machine_id", NpgsqlDbType.Text, v => v.Machine.Value)
        .Once("tender_kind", NpgsqlDbType.Text, v => v.Tender.Kind.ToString())
        .Once("tender_reference", NpgsqlDbType.Text, v => v.Tender.Reference)
        .Once("amount", NpgsqlDbType.Bigint, v => v.Amount.Amount)
        .Once("currency", NpgsqlDbType.Char, v => v.Amount.Currency.Code)
        .Changing("lines", NpgsqlDbType.Jsonb, v => JsonSerializer.Serialize(v.Lines))
        .Changing("status", NpgsqlDbType.Text, v => v.Status.ToString())
        .Changing("delivered", NpgsqlDbType.Bigint, v => v.Delivered)
        .Changing("refunded", NpgsqlDbType.Bigint, v => v.Refunded)
        .Changing("reason", NpgsqlDbType.Text, v => v.Reason)
        .Changing("late", NpgsqlDbType.Boolean, v => v.Late)
        .Once("code", NpgsqlDbType.Text, v => v.Code)
        .Once("session", NpgsqlDbType.Text, v => v.Session)
        .Once("intent", NpgsqlDbType.Text, v => v.Intent)
        .Changing("deadline", NpgsqlDbType.TimestampTz, v => v.Deadline)
        .Once("reserved_at", NpgsqlDbType.TimestampTz, v => v.ReservedAt)
        .Changing("started_at", NpgsqlDbType.TimestampTz, v => v.StartedAt)
        .Changing("settled_at", NpgsqlDbType.TimestampTz, v => v.SettledAt)
        .Changing("entry", NpgsqlDbType.Bigint, v => v.Entry);

    /// <inheritdoc/>
    protected override Id<Vend> KeyOf(Vend row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<Vend>> keys) => _columns.Load(keys, k => k.Value);

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
}
