using System.Globalization;
using System.Text;
using Automat.Domain;
using Automat.Domain.Ledger;

namespace Automat.Server.Ledger;

/// <summary>Looks at a ledger's rows in order and stops at the first that the product cannot have written.</summary>
internal sealed class ChainCheck
{
    private readonly byte[] organization;
    private readonly byte[] previous;
    private readonly byte[] payloadHashes = new byte[EntryStream.Together * Chain.HashSize];
    private readonly byte[] links = new byte[EntryStream.Together * Chain.LinkSize];
    private readonly byte[] chainHashes = new byte[EntryStream.Together * Chain.HashSize];
    private readonly long latest;
    private byte[] known = [];

    /// <summary>Begins.</summary>
    /// <param name="organization">Whose ledger.</param>
    /// <param name="from">Number of the first row to come.</param>
    /// <param name="start">Chain hash of the row before it.</param>
    /// <param name="latest">No entry may be younger than this, in Unix microseconds.</param>
    public ChainCheck(Id<Organization> organization, long from, ReadOnlySpan<byte> start, long latest)
    {
        this.organization = Encoding.UTF8.GetBytes(organization.ToString());
        previous = start.ToArray();
        Next = from;
        this.latest = latest;
        Sums = from == 1 ? new AccountSums() : null;
    }

    /// <summary>The number the next row must have.</summary>
    public long Next { get; private set; }

    /// <summary>The chain hash it must follow.</summary>
    public ReadOnlySpan<byte> Head => previous;

    /// <summary>What the entries add up to; null where the first ones were not read.</summary>
    public AccountSums? Sums { get; }

    /// <summary>What is wrong first in these rows, or null.</summary>
    /// <param name="rows">The buffer they lie in.</param>
    /// <param name="starts">Where each begins, in order.</param>
    public LedgerBreak? Check(ReadOnlySpan<byte> rows, ReadOnlySpan<int> starts)
    {
        Hash(rows, starts);
        for (var i = 0; i < starts.Length; i++)
        {
            var row = EntryRow.At(rows, starts[i]);
            var wrong = CheckNumber(row) ?? CheckChain(row, i * Chain.HashSize) ?? CheckPayload(row);
            if (wrong is not null) return wrong;
            row.ChainHash.CopyTo(previous);
            Next++;
        }

        return null;
    }

    /// <summary>
    /// Computes all hashes together. A chain hash is made from the link the row itself names, so none has to wait for
    /// the one before; whether the link is right is looked at row by row.
    /// </summary>
    private void Hash(ReadOnlySpan<byte> rows, ReadOnlySpan<int> starts)
    {
        Span<Sha256Lanes.Place> places = stackalloc Sha256Lanes.Place[EntryStream.Together];
        for (var i = 0; i < starts.Length; i++)
        {
            var payload = EntryRow.At(rows, starts[i]).Payload;
            rows.Overlaps(payload, out var start);
            places[i] = new Sha256Lanes.Place(payload.IsEmpty ? 0 : start, payload.Length);
        }

        Sha256Lanes.Hash(rows, places[..starts.Length], payloadHashes);
        for (var i = 0; i < starts.Length; i++)
        {
            var row = EntryRow.At(rows, starts[i]);
            var link = links.AsSpan(i * Chain.LinkSize, Chain.LinkSize);
            places[i] = new Sha256Lanes.Place(i * Chain.LinkSize, Chain.LinkSize);
            // A link or nonce of another length is found row by row.
            if (row.PrevHash.Length != Chain.HashSize || row.Nonce.Length != Chain.NonceSize) continue;
            Chain.Link(
                row.PrevHash, payloadHashes.AsSpan(i * Chain.HashSize, Chain.HashSize), row.Timestamp, row.Nonce, link);
        }

        Sha256Lanes.Hash(links, places[..starts.Length], chainHashes);
    }

    private LedgerBreak? CheckNumber(in EntryRow row)
    {
        if (row.Sequence == Next) return null;
        return row.Sequence < Next
            ? new(row.Sequence, LedgerBreakCode.RowUnexpected, $"No entry has the number {Text(row.Sequence)}.")
            : new(Next, LedgerBreakCode.RowMissing,
                $"The row is missing; after row {Text(Next - 1)} comes row {Text(row.Sequence)}.");
    }

    private LedgerBreak? CheckChain(in EntryRow row, int at)
    {
        if (!row.PayloadHash.SequenceEqual(payloadHashes.AsSpan(at, Chain.HashSize)))
        {
            return new(row.Sequence, LedgerBreakCode.PayloadChanged,
                "The payload does not give the stored payload hash: one of the two was changed.");
        }

        if (!row.PrevHash.SequenceEqual(previous))
        {
            return new(row.Sequence, LedgerBreakCode.LinkBroken,
                "The row does not follow the row before it: its link was changed, or rows were exchanged or put in.");
        }

        return row.Nonce.Length == Chain.NonceSize
            && row.ChainHash.SequenceEqual(chainHashes.AsSpan(at, Chain.HashSize))
            ? null
            : new(row.Sequence, LedgerBreakCode.ChainChanged,
                "The chain hash does not come from this row: timestamp, nonce or chain hash was changed.");
    }

    private LedgerBreak? CheckPayload(in EntryRow row)
    {
        var payload = new PayloadReader(row.Payload);
        if (!payload.ReadStart()) return NotCanonical(row.Sequence);
        Int128 sum = 0;
        LedgerBreak? overdrawn = null;
        while (payload.NextPosting(out var account, out var amount))
        {
            sum += amount;
            var balance = Sums?.Add(payload.Currency, account, amount) ?? 0;
            if (balance < -(Int128)payload.CreditLine && amount < 0 && account.StartsWith("chip:"u8))
            {
                overdrawn ??= Overdrawn(row.Sequence, account);
            }
        }

        if (!payload.ReadEnd() || !IsCurrency(payload.Currency)) return NotCanonical(row.Sequence);

        var differs = CheckColumns(row, ref payload);
        if (differs is not null) return differs;
        return sum == 0
            ? overdrawn
            : new(row.Sequence, LedgerBreakCode.Unbalanced, $"The postings sum to {sum}, not to zero.");
    }

    private LedgerBreak? CheckColumns(in EntryRow row, ref PayloadReader payload)
    {
        var differs = payload.Sequence != row.Sequence ? "sequence"
            : !payload.Organization.SequenceEqual(organization) ? "organization_id"
            : !SameText(payload.Kind, row.Kind) ? "kind"
            : null;
        if (differs is not null)
        {
            return new(row.Sequence, LedgerBreakCode.ColumnsDiffer,
                $"The column {differs} says something else than the payload.");
        }

        return row.Timestamp > 0 && row.Timestamp <= latest
            ? null
            : new(row.Sequence, LedgerBreakCode.TimestampInvalid,
                "The timestamp lies before 1970 or more than a day ahead.");
    }

    private bool IsCurrency(ReadOnlySpan<byte> code)
    {
        if (code.SequenceEqual(known)) return true;
        var text = Encoding.UTF8.GetString(code);
        if (!Currency.TryParse(text, out var currency) || currency.Code != text) return false;
        known = code.ToArray();
        return true;
    }

    private static bool SameText(ReadOnlySpan<byte> escaped, ReadOnlySpan<byte> plain) =>
        escaped.SequenceEqual(plain)
        || (escaped.Contains((byte)'\\')
            && string.Equals(AccountSums.Text(escaped), Encoding.UTF8.GetString(plain), StringComparison.Ordinal));

    private static LedgerBreak NotCanonical(long sequence) => new(
        sequence, LedgerBreakCode.PayloadNotCanonical,
        "The payload is not in canonical form: the product did not write it.");

    private static LedgerBreak Overdrawn(long sequence, ReadOnlySpan<byte> account) => new(
        sequence, LedgerBreakCode.ChipOverdrawn,
        $"The entry takes more from {AccountSums.Text(account)} than was there.");

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
