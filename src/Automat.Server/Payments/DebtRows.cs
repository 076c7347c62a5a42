using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Payments;

/// <summary>The debts' share in a journal batch.</summary>
public sealed class DebtRows : JournalTable<Id<Debt>, Debt>
{
    private const string Columns = "id, organization_id, vend_id, provider, customer_id, method_id, card, amount, currency, reason, "
        + "status, attempts, round, next_attempt_at, error, intent_id, created_at, ended_at, received, given_back, taken_off";

    /// <inheritdoc/>
    protected override Id<Debt> KeyOf(Debt row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<Debt>> keys) =>
        Sql.Of($"select {Columns} from debts where id = any($1) order by id for update")
            .Column(NpgsqlDbType.Uuid, keys, k => k.Value);

    /// <inheritdoc/>
    protected override Debt Read(NpgsqlDataReader reader) => new()
    {
        Id = new Id<Debt>(reader.GetGuid(0)),
        OrganizationId = new Id<Organization>(reader.GetGuid(1)),
        VendId = new Id<Vend>(reader.GetGuid(2)),
        Provider = reader.GetString(3),
        CustomerId = reader.IsDBNull(4) ? null : reader.GetString(4),
        MethodId = reader.IsDBNull(5) ? null : reader.GetString(5),
        Card = reader.IsDBNull(6) ? null : reader.GetString(6),
        Amount = reader.GetInt64(7),
        Currency = Currency.Parse(reader.GetString(8)),
        Reason = reader.GetString(9),
        Status = Enum.Parse<DebtStatus>(reader.GetString(10)),
        Attempts = reader.GetInt32(11),
        Round = reader.GetInt32(12),
        NextAttemptAt = reader.IsDBNull(13) ? null : reader.GetFieldValue<DateTimeOffset>(13),
        Error = reader.IsDBNull(14) ? null : reader.GetString(14),
        IntentId = reader.IsDBNull(15) ? null : reader.GetString(15),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(16),
        EndedAt = reader.IsDBNull(17) ? null : reader.GetFieldValue<DateTimeOffset>(17),
        Received = reader.GetInt64(18),
        GivenBack = reader.GetInt64(19),
        TakenOff = reader.GetInt64(20),
    };

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand InsertCommand(IReadOnlyList<Debt> inserts) =>
        Sql.Of($"insert into debts ({Columns}) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
                + "$15, $16, $17, $18, $19, $20, $21)")
            .Column(NpgsqlDbType.Uuid, inserts, d => d.Id.Value)
            .Column(NpgsqlDbType.Uuid, inserts, d => d.OrganizationId.Value)
            .Column(NpgsqlDbType.Uuid, inserts, d => d.VendId.Value)
            .Column(NpgsqlDbType.Text, inserts, d => d.Provider)
            .Column(NpgsqlDbType.Text, inserts, d => d.CustomerId)
            .Column(NpgsqlDbType.Text, inserts, d => d.MethodId)
            .Column(NpgsqlDbType.Text, inserts, d => d.Card)
            .Column(NpgsqlDbType.Bigint, inserts, d => d.Amount)
            .Column(NpgsqlDbType.Char, inserts, d => d.Currency.Code)
            .Column(NpgsqlDbType.Text, inserts, d => d.Reason)
            .Column(NpgsqlDbType.Text, inserts, d => d.Status.ToString())
            .Column(NpgsqlDbType.Integer, inserts, d => d.Attempts)
            .Column(NpgsqlDbType.Integer, inserts, d => d.Round)
            .Column(NpgsqlDbType.TimestampTz, inserts, d => d.NextAttemptAt)
            .Column(NpgsqlDbType.Text, inserts, d => d.Error)
            .Column(NpgsqlDbType.Text, inserts, d => d.IntentId)
            .Column(NpgsqlDbType.TimestampTz, inserts, d => d.CreatedAt)
            .Column(NpgsqlDbType.TimestampTz, inserts, d => d.EndedAt)
            .Column(NpgsqlDbType.Bigint, inserts, d => d.Received)
            .Column(NpgsqlDbType.Bigint, inserts, d => d.GivenBack)
            .Column(NpgsqlDbType.Bigint, inserts, d => d.TakenOff);

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand UpdateCommand(IReadOnlyList<Debt> updates) =>
        Sql.Of("update debts d set amount = n.b, status = n.c, attempts = n.d, round = n.e, next_attempt_at = n.f, error = n.g, "
                + "intent_id = n.h, ended_at = n.i, received = n.j, given_back = n.k, taken_off = n.l "
                + "from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as n(a, b, c, d, e, f, g, h, i, j, k, l) where d.id = n.a")
            .Column(NpgsqlDbType.Uuid, updates, d => d.Id.Value)
            .Column(NpgsqlDbType.Bigint, updates, d => d.Amount)
            .Column(NpgsqlDbType.Text, updates, d => d.Status.ToString())
            .Column(NpgsqlDbType.Integer, updates, d => d.Attempts)
            .Column(NpgsqlDbType.Integer, updates, d => d.Round)
            .Column(NpgsqlDbType.TimestampTz, updates, d => d.NextAttemptAt)
            .Column(NpgsqlDbType.Text, updates, d => d.Error)
            .Column(NpgsqlDbType.Text, updates, d => d.IntentId)
            .Column(NpgsqlDbType.TimestampTz, updates, d => d.EndedAt)
            .Column(NpgsqlDbType.Bigint, updates, d => d.Received)
            .Column(NpgsqlDbType.Bigint, updates, d => d.GivenBack)
            .Column(NpgsqlDbType.Bigint, updates, d => d.TakenOff);
}
