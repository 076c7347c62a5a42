using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Payments;

/// <summary>Where a purchase is in its life.</summary>
public enum PurchaseStatus
{
    /// <summary>The pay page is open; the goods are promised until it closes.</summary>
    Open,

    /// <summary>The customer is through, the money is still on its way (a delayed method).</summary>
    AwaitingPayment,

    /// <summary>The money is there; a vend has taken over.</summary>
    Paid,

    /// <summary>Closed without money; the promise on the goods was given back.</summary>
    Closed,
}

/// <summary>
/// What a customer set out to buy, at the prices of that moment. It is the only source of what was bought: what the
/// provider sends along is never trusted for that.
/// </summary>
public sealed record Purchase
{
    /// <summary>Identity; our reference at the provider.</summary>
    public required Id<Purchase> Id { get; init; }

    /// <summary>Whose sale.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The machine that is to deliver.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>Where it is in its life.</summary>
    public PurchaseStatus Status { get; init; }

    /// <summary>What is bought.</summary>
    public required IReadOnlyList<VendLine> Lines { get; init; }

    /// <summary>What is to be paid, or was.</summary>
    public required long Amount { get; init; }

    /// <summary>The currency of everything here.</summary>
    public required Currency Currency { get; init; }

    /// <summary>Name of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's pay page.</summary>
    public string? SessionId { get; init; }

    /// <summary>The provider's payment.</summary>
    public string? IntentId { get; init; }

    /// <summary>The address the customer gave while paying; for the receipt, and on robots that show whose turn it is.</summary>
    public string? Email { get; init; }

    /// <summary>SHA-256 of the secret part of the customer's links; null for sales that began at a printed link.</summary>
    public byte[]? TokenHash { get; init; }

    /// <summary>Whether goods are promised for it.</summary>
    public bool HoldsStock { get; init; }

    /// <summary>When the promise ends.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the money arrived.</summary>
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>Why it was closed, in a stable word.</summary>
    public string? Reason { get; init; }

    /// <summary>The sale it became.</summary>
    public Id<Vend>? VendId { get; init; }

    /// <summary>
    /// For a hold: what may be taken, one piece of each, at the prices of this moment. Then <see cref="Amount"/> is what is
    /// held and <see cref="Lines"/> are empty. Null where the customer chose beforehand.
    /// </summary>
    public IReadOnlyList<VendLine>? Offer { get; init; }

    /// <summary>The saved card a hold is asked for on; null where the customer pays on a page.</summary>
    public KeptCard? Card { get; init; }
}

/// <summary>A card that the provider keeps for a customer.</summary>
/// <param name="Customer">The provider's customer.</param>
/// <param name="Method">The provider's payment method.</param>
public sealed record KeptCard(string Customer, string Method);

/// <summary>The purchases' share in a journal batch.</summary>
public sealed class PurchaseRows : JournalTable<Id<Purchase>, Purchase>
{
    private const string Columns = "id, organization_id, machine_id, status, lines, amount, currency, provider, session_id, "
        + "intent_id, email, token_hash, holds_stock, expires_at, created_at, paid_at, reason, vend_id, offer, card";

    /// <inheritdoc/>
    protected override Id<Purchase> KeyOf(Purchase row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<Purchase>> keys) =>
        Sql.Of($"select {Columns} from purchases where id = any($1) order by id for update")
            .Column(NpgsqlDbType.Uuid, keys, k => k.Value);

    /// <inheritdoc/>
    protected override Purchase Read(NpgsqlDataReader reader) => new()
    {
        Id = new Id<Purchase>(reader.GetGuid(0)),
        OrganizationId = new Id<Organization>(reader.GetGuid(1)),
        MachineId = MachineId.Parse(reader.GetString(2)),
        Status = Enum.Parse<PurchaseStatus>(reader.GetString(3)),
        Lines = JsonSerializer.Deserialize<List<VendLine>>(reader.GetString(4)) ?? [],
        Amount = reader.GetInt64(5),
        Currency = Currency.Parse(reader.GetString(6)),
        Provider = reader.GetString(7),
        SessionId = reader.IsDBNull(8) ? null : reader.GetString(8),
        IntentId = reader.IsDBNull(9) ? null : reader.GetString(9),
        Email = reader.IsDBNull(10) ? null : reader.GetString(10),
        TokenHash = reader.IsDBNull(11) ? null : reader.GetFieldValue<byte[]>(11),
        HoldsStock = reader.GetBoolean(12),
        ExpiresAt = reader.GetFieldValue<DateTimeOffset>(13),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(14),
        PaidAt = reader.IsDBNull(15) ? null : reader.GetFieldValue<DateTimeOffset>(15),
        Reason = reader.IsDBNull(16) ? null : reader.GetString(16),
        VendId = reader.IsDBNull(17) ? null : new Id<Vend>(reader.GetGuid(17)),
        Offer = reader.IsDBNull(18) ? null : JsonSerializer.Deserialize<List<VendLine>>(reader.GetString(18)),
        Card = reader.IsDBNull(19) ? null : JsonSerializer.Deserialize<KeptCard>(reader.GetString(19)),
    };

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand InsertCommand(IReadOnlyList<Purchase> inserts) =>
        Sql.Of($"insert into purchases ({Columns}) select a, b, c, d, e::jsonb, f, g, h, i, j, k, l, m, n, o, p, q, r, "
                + "s::jsonb, t::jsonb from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
                + "$19, $20) as n(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t)")
            .Column(NpgsqlDbType.Uuid, inserts, p => p.Id.Value)
            .Column(NpgsqlDbType.Uuid, inserts, p => p.OrganizationId.Value)
            .Column(NpgsqlDbType.Text, inserts, p => p.MachineId.Value)
            .Column(NpgsqlDbType.Text, inserts, p => p.Status.ToString())
            .Column(NpgsqlDbType.Text, inserts, p => JsonSerializer.Serialize(p.Lines))
            .Column(NpgsqlDbType.Bigint, inserts, p => p.Amount)
            .Column(NpgsqlDbType.Char, inserts, p => p.Currency.Code)
            .Column(NpgsqlDbType.Text, inserts, p => p.Provider)
            .Column(NpgsqlDbType.Text, inserts, p => p.SessionId)
            .Column(NpgsqlDbType.Text, inserts, p => p.IntentId)
            .Column(NpgsqlDbType.Text, inserts, p => p.Email)
            .Column(NpgsqlDbType.Bytea, inserts, p => p.TokenHash)
            .Column(NpgsqlDbType.Boolean, inserts, p => p.HoldsStock)
            .Column(NpgsqlDbType.TimestampTz, inserts, p => p.ExpiresAt)
            .Column(NpgsqlDbType.TimestampTz, inserts, p => p.CreatedAt)
            .Column(NpgsqlDbType.TimestampTz, inserts, p => p.PaidAt)
            .Column(NpgsqlDbType.Text, inserts, p => p.Reason)
            .Column(NpgsqlDbType.Uuid, inserts, p => p.VendId?.Value)
            .Column(NpgsqlDbType.Text, inserts, p => p.Offer is null ? null : JsonSerializer.Serialize(p.Offer))
            .Column(NpgsqlDbType.Text, inserts, p => p.Card is null ? null : JsonSerializer.Serialize(p.Card));

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand UpdateCommand(IReadOnlyList<Purchase> updates) =>
        Sql.Of("update purchases p set status = n.b, session_id = n.c, intent_id = n.d, email = n.e, holds_stock = n.f, "
                + "expires_at = n.g, paid_at = n.h, reason = n.i, vend_id = n.j "
                + "from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as n(a, b, c, d, e, f, g, h, i, j) where p.id = n.a")
            .Column(NpgsqlDbType.Uuid, updates, p => p.Id.Value)
            .Column(NpgsqlDbType.Text, updates, p => p.Status.ToString())
            .Column(NpgsqlDbType.Text, updates, p => p.SessionId)
            .Column(NpgsqlDbType.Text, updates, p => p.IntentId)
            .Column(NpgsqlDbType.Text, updates, p => p.Email)
            .Column(NpgsqlDbType.Boolean, updates, p => p.HoldsStock)
            .Column(NpgsqlDbType.TimestampTz, updates, p => p.ExpiresAt)
            .Column(NpgsqlDbType.TimestampTz, updates, p => p.PaidAt)
            .Column(NpgsqlDbType.Text, updates, p => p.Reason)
            .Column(NpgsqlDbType.Uuid, updates, p => p.VendId?.Value);
}
