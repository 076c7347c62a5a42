using System.Buffers;
using System.Buffers.Text;

namespace Automat.Server.Ledger;

/// <summary>
/// Reads an entry's payload and accepts nothing but its canonical form (see <see cref="Domain.Ledger.EntryPayload"/>):
/// two payloads that say the same are the same bytes. Text is handed out as it stands there, escapes included.
/// </summary>
internal ref struct PayloadReader(ReadOnlySpan<byte> payload)
{
    private const int DeepestList = 16;

    // What cannot stand in a string as it is: control characters, quotation mark, backslash.
    private static readonly SearchValues<byte> Special =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    private readonly ReadOnlySpan<byte> all = payload;
    private int at;
    private bool inPostings;

    public ReadOnlySpan<byte> Currency { get; private set; }

    public ReadOnlySpan<byte> Kind { get; private set; }

    public ReadOnlySpan<byte> Organization { get; private set; }

    public long Sequence { get; private set; }

    /// <summary>How far the entry may take a chip's credit below zero; 0 where it says nothing.</summary>
    public long CreditLine { get; private set; }

    /// <summary>Reads what stands before the postings; false when it is not canonical.</summary>
    public bool ReadStart()
    {
        if (!Skip("{\"currency\":"u8) || !Text(out var currency)) return false;
        if (!Skip(",\"details\":"u8) || !Members()) return false;
        if (!Skip(",\"kind\":"u8) || !Text(out var kind)) return false;
        if (!Skip(",\"organization\":"u8) || !Text(out var organization)) return false;
        Currency = currency;
        Kind = kind;
        Organization = organization;
        return Skip(",\"postings\":["u8);
    }

    /// <summary>Reads the next posting; false at the list's end, and when it is not canonical.</summary>
    public bool NextPosting(out ReadOnlySpan<byte> account, out long amount)
    {
        account = default;
        amount = 0;
        if (inPostings ? !Skip(",["u8) : !Skip("["u8)) return false;
        inPostings = true;
        return Text(out account) && Skip(","u8) && Number(out amount) && Skip("]"u8);
    }

    /// <summary>Reads what stands behind the postings; false when it, or the last posting, is not canonical.</summary>
    public bool ReadEnd()
    {
        if (!Skip("],\"sequence\":"u8) || !Number(out var sequence)) return false;
        Sequence = sequence;
        return Skip("}"u8) && at == all.Length;
    }

    private bool Skip(ReadOnlySpan<byte> expected)
    {
        if (!all[at..].StartsWith(expected)) return false;
        at += expected.Length;
        return true;
    }

    private readonly byte Peek() => at < all.Length ? all[at] : (byte)0;

    private bool Members()
    {
        if (!Skip("{"u8)) return false;
        if (Skip("}"u8)) return true;
        var before = ReadOnlySpan<byte>.Empty;
        while (true)
        {
            if (!Text(out var name) || !Skip(":"u8)) return false;
            if (name.SequenceEqual("credit_line"u8))
            {
                if (!Number(out var line)) return false;
                CreditLine = line;
            }
            else if (!Value(0))
            {
                return false;
            }

            if (!before.IsEmpty && before.SequenceCompareTo(name) >= 0) return false;
            before = name;
            if (Skip("}"u8)) return true;
            if (!Skip(","u8)) return false;
        }
    }

    private bool Value(int depth) => Peek() switch
    {
        (byte)'"' => Text(out _),
        (byte)'[' => depth < DeepestList && List(depth + 1),
        (byte)'t' => Skip("true"u8),
        (byte)'f' => Skip("false"u8),
        _ => Number(out _),
    };

    private bool List(int depth)
    {
        at++;
        if (Skip("]"u8)) return true;
        while (true)
        {
            if (!Value(depth)) return false;
            if (Skip("]"u8)) return true;
            if (!Skip(","u8)) return false;
        }
    }

    /// <summary>A whole number without plus, leading zeros or minus zero.</summary>
    private bool Number(out long number)
    {
        var rest = all[at..];
        var digits = rest.StartsWith("-"u8) ? 1 : 0;
        if (!Utf8Parser.TryParse(rest, out number, out var length) || length == digits) return false;
        if (rest[0] == '+') return false;
        if (rest[digits] == '0' && (length > digits + 1 || digits == 1)) return false;
        at += length;
        return true;
    }

    private bool Text(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (Peek() != '"') return false;
        var start = ++at;
        while (true)
        {
            var next = all[at..].IndexOfAny(Special);
            if (next < 0) return false;
            at += next;
            if (all[at] == '"')
            {
                text = all[start..at++];
                return true;
            }

            if (all[at] != '\\' || !Escape()) return false;
        }
    }

    /// <summary>The short escape where there is one, else four lower-case digits; only for what must be escaped.</summary>
    private bool Escape()
    {
        var rest = all[at..];
        if (rest.Length < 2) return false;
        if ("\"\\nrtbf"u8.Contains(rest[1]))
        {
            at += 2;
            return true;
        }

        if (rest.Length < 6 || !rest.StartsWith("\\u00"u8) || rest[4] is not ((byte)'0' or (byte)'1')) return false;
        if (!"0123456789abcdef"u8.Contains(rest[5])) return false;
        if (rest[4] == '0' && "89acd"u8.Contains(rest[5])) return false; // \b \t \n \f \r
        at += 6;
        return true;
    }
}
