using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Payments;

/// <summary>The holds' share in a journal batch; a hold is named by its sale.</summary>
public sealed class HoldRows() : JournalTable<Id<Vend>, CardHold>(_columns)
{
    private static readonly JournalColumns<CardHold> _columns = new JournalColumns<CardHold>("card_holds")
        .Key("vend_id", NpgsqlDbType.Uuid, h => h.VendId.Value)
        .Once("organization_id", NpgsqlDbType.Uuid, h => h.OrganizationId.Value)
        .Once("provider", NpgsqlDbType.Text, h => h.Provider)
        .Once("intent_id", NpgsqlDbType.Text, h => h.IntentId)
        .Once("amount", NpgsqlDbType.Bigint, h => h.Amount)
        .Once("currency", NpgsqlDbType.Char, h => h.Currency.Code)
        .Once("customer_id", NpgsqlDbType.Text, h => h.CustomerId)
        .Once("method_id", NpgsqlDbType.Text, h => h.MethodId)
        .Once("card", NpgsqlDbType.Text, h => h.Card)
        .Once("offer", NpgsqlDbType.Jsonb, h => JsonSerializer.Serialize(h.Offer))
        .Changing("basket", NpgsqlDbType.Jsonb, h => JsonSerializer.Serialize(h.Basket))
        .Changing("status", NpgsqlDbType.Text, h => h.Status.ToString())
        .Changing("wanted", NpgsqlDbType.Bigint, h => h.Wanted)
        .Changing("received", NpgsqlDbType.Bigint, h => h.Received)
        .Changing("attempts", NpgsqlDbType.Integer, h => h.Attempts)
        .Changing("round", NpgsqlDbType.Integer, h => h.Round)
        .Changing("next_attempt_at", NpgsqlDbType.TimestampTz, h => h.NextAttemptAt)
        .Changing("error", NpgsqlDbType.Text, h => h.Error)
        .Once("created_at", NpgsqlDbType.TimestampTz, h => h.CreatedAt)
        .Changing("ended_at", NpgsqlDbType.TimestampTz, h => h.EndedAt)
        .Changing("given_back", NpgsqlDbType.Bigint, h => h.GivenBack);

    /// <inheritdoc/>
    protected override Id<Vend> KeyOf(CardHold row) => row.VendId;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<Vend>> keys) => _columns.Load(keys, k => k.Value);

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
}
