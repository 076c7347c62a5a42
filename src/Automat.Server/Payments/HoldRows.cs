using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Payments;

/// <summary>The holds' share in a journal batch; a hold is named by its sale.</summary>
public sealed class HoldRows : JournalTable<Id<Vend>, CardHold>
{
    private const string Columns = "vend_id, organization_id, provider, intent_id, amount, currency, customer_id, method_id, card, "
        + "offer, basket, status, wanted, received, attempts, round, next_attempt_at, error, created_at, ended_at, given_back";

    /// <inheritdoc/>
    protected override Id<Vend> KeyOf(CardHold row) => row.VendId;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<Vend>> keys) =>
        Sql.Of($"select {Columns} from card_holds where vend_id = any($1) order by vend_id for update")
            .Column(NpgsqlDbType.Uuid, keys, k => k.Value);

    /// <inheritdoc/>
    protected override CardHold Read(NpgsqlDataReader reader) => new()
    {
        VendId = new Id<Vend>(reader.GetGuid(0)),
        OrganizationId = new Id<Organization>(reader.GetGuid(1)),
        Provider = reader.GetString(2),
        IntentId = reader.GetString(3),
        Amount = reader.GetInt64(4),
        Currency = Currency.Parse(reader.GetString(5)),
        CustomerId = reader.IsDBNull(6) ? null : reader.GetString(6),
        MethodId = reader.IsDBNull(7) ? null : reader.GetString(7),
        Card = reader.IsDBNull(8) ? null : reader.GetString(8),
        Offer = JsonSerializer.Deserialize<List<VendLine>>(reader.GetString(9)) ?? [],
        Basket = JsonSerializer.Deserialize<List<BasketItem>>(reader.GetString(10)) ?? [],
        Status = Enum.Parse<HoldStatus>(reader.GetString(11)),
        Wanted = reader.GetInt64(12),
        Received = reader.GetInt64(13),
        Attempts = reader.GetInt32(14),
        Round = reader.GetInt32(15),
        NextAttemptAt = reader.GetFieldValue<DateTimeOffset>(16),
        Error = reader.IsDBNull(17) ? null : reader.GetString(17),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(18),
        EndedAt = reader.IsDBNull(19) ? null : reader.GetFieldValue<DateTimeOffset>(19),
        GivenBack = reader.GetInt64(20),
    };

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand InsertCommand(IReadOnlyList<CardHold> inserts) =>
        Sql.Of($"insert into card_holds ({Columns}) select a, b, c, d, e, f, g, h, i, j::jsonb, k::jsonb, l, m, n, o, p, q, r, s, t, u "
                + "from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) "
                + "as x(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u)")
            .Column(NpgsqlDbType.Uuid, inserts, h => h.VendId.Value)
            .Column(NpgsqlDbType.Uuid, inserts, h => h.OrganizationId.Value)
            .Column(NpgsqlDbType.Text, inserts, h => h.Provider)
            .Column(NpgsqlDbType.Text, inserts, h => h.IntentId)
            .Column(NpgsqlDbType.Bigint, inserts, h => h.Amount)
            .Column(NpgsqlDbType.Char, inserts, h => h.Currency.Code)
            .Column(NpgsqlDbType.Text, inserts, h => h.CustomerId)
            .Column(NpgsqlDbType.Text, inserts, h => h.MethodId)
            .Column(NpgsqlDbType.Text, inserts, h => h.Card)
            .Column(NpgsqlDbType.Text, inserts, h => JsonSerializer.Serialize(h.Offer))
            .Column(NpgsqlDbType.Text, inserts, h => JsonSerializer.Serialize(h.Basket))
            .Column(NpgsqlDbType.Text, inserts, h => h.Status.ToString())
            .Column(NpgsqlDbType.Bigint, inserts, h => h.Wanted)
            .Column(NpgsqlDbType.Bigint, inserts, h => h.Received)
            .Column(NpgsqlDbType.Integer, inserts, h => h.Attempts)
            .Column(NpgsqlDbType.Integer, inserts, h => h.Round)
            .Column(NpgsqlDbType.TimestampTz, inserts, h => h.NextAttemptAt)
            .Column(NpgsqlDbType.Text, inserts, h => h.Error)
            .Column(NpgsqlDbType.TimestampTz, inserts, h => h.CreatedAt)
            .Column(NpgsqlDbType.TimestampTz, inserts, h => h.EndedAt)
            .Column(NpgsqlDbType.Bigint, inserts, h => h.GivenBack);

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand UpdateCommand(IReadOnlyList<CardHold> updates) =>
        Sql.Of("update card_holds h set basket = n.b::jsonb, status = n.c, wanted = n.d, received = n.e, attempts = n.f, "
                + "round = n.g, next_attempt_at = n.h, error = n.i, ended_at = n.j, given_back = n.k "
                + "from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as n(a, b, c, d, e, f, g, h, i, j, k) where h.vend_id = n.a")
            .Column(NpgsqlDbType.Uuid, updates, h => h.VendId.Value)
            .Column(NpgsqlDbType.Text, updates, h => JsonSerializer.Serialize(h.Basket))
            .Column(NpgsqlDbType.Text, updates, h => h.Status.ToString())
            .Column(NpgsqlDbType.Bigint, updates, h => h.Wanted)
            .Column(NpgsqlDbType.Bigint, updates, h => h.Received)
            .Column(NpgsqlDbType.Integer, updates, h => h.Attempts)
            .Column(NpgsqlDbType.Integer, updates, h => h.Round)
            .Column(NpgsqlDbType.TimestampTz, updates, h => h.NextAttemptAt)
            .Column(NpgsqlDbType.Text, updates, h => h.Error)
            .Column(NpgsqlDbType.TimestampTz, updates, h => h.EndedAt)
            .Column(NpgsqlDbType.Bigint, updates, h => h.GivenBack);
}
