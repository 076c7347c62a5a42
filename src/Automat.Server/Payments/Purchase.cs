using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Vends;
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
public sealed class PurchaseRows() : JournalTable<Id<Purchase>, Purchase>(_columns)
{
    private static readonly JournalColumns<Purchase> _columns = new JournalColumns<Purchase>("purchases")
        .Key("id", NpgsqlDbType.Uuid, p => p.Id.Value)
        .Once("organization_id", NpgsqlDbType.Uuid, p => p.OrganizationId.Value)
        .Once("machine_id", NpgsqlDbType.Text, p => p.MachineId.Value)
        .Changing("status", NpgsqlDbType.Text, p => p.Status.ToString())
        .Once("lines", NpgsqlDbType.Jsonb, p => JsonSerializer.Serialize(p.Lines))
        .Once("amount", NpgsqlDbType.Bigint, p => p.Amount)
        .Once("currency", NpgsqlDbType.Char, p => p.Currency.Code)
        .Once("provider", NpgsqlDbType.Text, p => p.Provider)
        .Changing("session_id", NpgsqlDbType.Text, p => p.SessionId)
        .Changing("intent_id", NpgsqlDbType.Text, p => p.IntentId)
        .Changing("email", NpgsqlDbType.Text, p => p.Email)
        .Once("token_hash", NpgsqlDbType.Bytea, p => p.TokenHash)
        .Changing("holds_stock", NpgsqlDbType.Boolean, p => p.HoldsStock)
        .Changing("expires_at", NpgsqlDbType.TimestampTz, p => p.ExpiresAt)
        .Once("created_at", NpgsqlDbType.TimestampTz, p => p.CreatedAt)
        .Changing("paid_at", NpgsqlDbType.TimestampTz, p => p.PaidAt)
        .Changing("reason", NpgsqlDbType.Text, p => p.Reason)
        .Changing("vend_id", NpgsqlDbType.Uuid, p => p.VendId?.Value)
        .Once("offer", NpgsqlDbType.Jsonb, p => p.Offer is null ? null : JsonSerializer.Serialize(p.Offer))
        .Once("card", NpgsqlDbType.Jsonb, p => p.Card is null ? null : JsonSerializer.Serialize(p.Card));

    /// <inheritdoc/>
    protected override Id<Purchase> KeyOf(Purchase row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<Purchase>> keys) => _columns.Load(keys, k => k.Value);

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
}
