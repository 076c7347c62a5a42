using System.Security.Cryptography;
using System.Text;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Refunds;

/// <summary>
/// Cash owed to whoever shows its code at the desk: a refund of coins and notes, which nobody can send anywhere. It stands in
/// the account <c>payouts</c> until it was handed out.
/// </summary>
internal sealed record CashPayout
{
    // Without letters and digits that look alike; 32 of them, so that each is five bits.
    private const string Letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const int CodeLength = 10;

    /// <summary>Identity: the same as that of the refund it pays out.</summary>
    public required Id<CashPayout> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required Id<Vend> VendId { get; init; }

    public required long Amount { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>SHA-256 of the code; the code itself is shown once and kept nowhere.</summary>
    public required byte[] CodeHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was handed out; null while it is owed.</summary>
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>Who handed it out.</summary>
    public string? PaidBy { get; init; }

    /// <summary>Number of the ledger entry that paid it.</summary>
    public long? Entry { get; init; }

    /// <summary>A fresh code.</summary>
    public static string NewCode() => RandomNumberGenerator.GetString(Letters, CodeLength);

    /// <summary>What is kept of a code, however it was typed.</summary>
    public static byte[] HashOf(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(
        code.Trim().Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant()));

    /// <summary>Whether this is its code; takes the same time either way.</summary>
    public bool Opens(string code) => CryptographicOperations.FixedTimeEquals(CodeHash, HashOf(code));
}

/// <summary>The payouts' share in a journal batch.</summary>
internal sealed class CashPayoutRows() : JournalTable<Id<CashPayout>, CashPayout>(_columns)
{
    private static readonly JournalColumns<CashPayout> _columns = new JournalColumns<CashPayout>("cash_payouts")
        .Key("id", NpgsqlDbType.Uuid, p => p.Id.Value)
        .Once("organization_id", NpgsqlDbType.Uuid, p => p.OrganizationId.Value)
        .Once("vend_id", NpgsqlDbType.Uuid, p => p.VendId.Value)
        .Once("amount", NpgsqlDbType.Bigint, p => p.Amount)
        .Once("currency", NpgsqlDbType.Char, p => p.Currency.Code)
        .Changing("code_hash", NpgsqlDbType.Bytea, p => p.CodeHash)
        .Once("created_at", NpgsqlDbType.TimestampTz, p => p.CreatedAt)
        .Changing("paid_at", NpgsqlDbType.TimestampTz, p => p.PaidAt)
        .Changing("paid_by", NpgsqlDbType.Text, p => p.PaidBy)
        .Changing("entry", NpgsqlDbType.Bigint, p => p.Entry);

    /// <inheritdoc/>
    protected override Id<CashPayout> KeyOf(CashPayout row) => row.Id;

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<CashPayout>> keys) => _columns.Load(keys, k => k.Value);

    /// <inheritdoc/>
    protected override CashPayout Read(NpgsqlDataReader reader) => new()
    {
        Id = new Id<CashPayout>(reader.GetGuid(0)),
        OrganizationId = new Id<Organization>(reader.GetGuid(1)),
        VendId = new Id<Vend>(reader.GetGuid(2)),
        Amount = reader.GetInt64(3),
        Currency = Currency.Parse(reader.GetString(4)),
        CodeHash = reader.GetFieldValue<byte[]>(5),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(6),
        PaidAt = reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7),
        PaidBy = reader.IsDBNull(8) ? null : reader.GetString(8),
        Entry = reader.IsDBNull(9) ? null : reader.GetInt64(9),
    };
}
