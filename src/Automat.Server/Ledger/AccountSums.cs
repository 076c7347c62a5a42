using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Automat.Server.Ledger;

/// <summary>
/// Sums of postings by currency and account. Grows with the accounts, not with the entries. Sums are wider than any
/// posting, so that nothing anybody put into the ledger makes them overflow.
/// </summary>
internal sealed class AccountSums
{
    private readonly Dictionary<byte[], Dictionary<byte[], Int128>> currencies = new(new Bytes());
    private byte[] latest = [];
    private Dictionary<byte[], Int128>.AlternateLookup<ReadOnlySpan<byte>> accounts;

    /// <summary>Orders by currency, then account, byte by byte whatever the language of the machine.</summary>
    public static Comparer<(string Currency, string Account)> ByText { get; } =
        Comparer<(string Currency, string Account)>.Create(static (a, b) => string.CompareOrdinal(a.Currency, b.Currency) is var c && c != 0
            ? c
            : string.CompareOrdinal(a.Account, b.Account));

    /// <summary>Adds to an account and returns its new sum.</summary>
    /// <param name="currency">As it stands in the payload.</param>
    /// <param name="account">As it stands in the payload.</param>
    /// <param name="amount">Minor units.</param>
    public Int128 Add(ReadOnlySpan<byte> currency, ReadOnlySpan<byte> account, long amount)
    {
        if (latest.Length == 0 || !currency.SequenceEqual(latest)) Turn(currency);
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(accounts, account, out _);
        return sum += amount;
    }

    /// <summary>All sums that are not zero, by currency and account.</summary>
    public SortedDictionary<(string Currency, string Account), Int128> All()
    {
        var all = new SortedDictionary<(string Currency, string Account), Int128>(ByText);
        foreach (var (currency, sums) in currencies)
        {
            foreach (var (account, sum) in sums)
            {
                if (sum != 0) all.Add((Text(currency), Text(account)), sum);
            }
        }

        return all;
    }

    /// <summary>What a JSON string's inside says.</summary>
    public static string Text(ReadOnlySpan<byte> inside) => inside.Contains((byte)'\\')
        ? JsonSerializer.Deserialize<string>([(byte)'"', .. inside, (byte)'"'])!
        : Encoding.UTF8.GetString(inside);

    private void Turn(ReadOnlySpan<byte> currency)
    {
        latest = currency.ToArray();
        if (!currencies.TryGetValue(latest, out var sums))
        {
            sums = new Dictionary<byte[], Int128>(new Bytes());
            currencies.Add(latest, sums);
        }

        accounts = sums.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    private sealed class Bytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
