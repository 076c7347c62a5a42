using System.Globalization;
using Automat.Domain;
using Npgsql;

namespace Automat.Server.Ledger;

/// <summary>
/// Compares a chain that is in order by itself with what else the database says: the head, the balances, the open
/// sales. This is where a tail that was cut off, or a chain that was written anew, shows.
/// </summary>
internal static class BooksCheck
{
    /// <summary>What is wrong with the head, or null.</summary>
    public static LedgerBreak? Head(LedgerFound ledger, ChainCheck chain)
    {
        var last = chain.Next - 1;
        if (ledger.Last is not { } told)
        {
            return last == 0 ? null : new(null, LedgerBreakCode.HeadMissing, "The ledger has entries and no head row.");
        }

        if (told > last)
        {
            return new(last + 1, LedgerBreakCode.TailMissing,
                $"The row is missing; the head says that row {Text(told)} is the newest.");
        }

        if (told < last)
        {
            return new(told + 1, LedgerBreakCode.RowBeyondHead,
                $"The row is not the ledger's; the head says that row {Text(told)} is the newest.");
        }

        return chain.Head.SequenceEqual(ledger.Head)
            ? null
            : new(last, LedgerBreakCode.HeadDiffers,
                "The newest row is not the one the head names: the head was changed, or the chain was written anew.");
    }

    /// <summary>What is wrong with the balances or the money held, or null.</summary>
    public static async Task<LedgerBreak?> BalancesAsync(
        NpgsqlConnection connection, Id<Organization> organization, AccountSums sums, CancellationToken ct)
    {
        var expected = sums.All();
        return TrialBalance(expected)
            ?? Compare(expected, await ReadAsync(connection,
                "select currency, account, amount from balances where organization_id = $1 and amount <> 0",
                organization, ct))
            ?? CompareHeld(expected, await ReadAsync(connection,
                // The sales are not ours; verification alone looks at them, and changes nothing.
                "select currency, 'held', sum(amount)::bigint from vends "
                    + "where organization_id = $1 and status in ('Reserved', 'Delivering', 'Unknown') "
                    + "group by currency",
                organization, ct));
    }

    private static LedgerBreak? TrialBalance(SortedDictionary<(string Currency, string Account), Int128> sums)
    {
        foreach (var currency in sums.GroupBy(s => s.Key.Currency, StringComparer.Ordinal))
        {
            var sum = currency.Aggregate((Int128)0, (total, one) => total + one.Value);
            if (sum != 0)
            {
                return new(null, LedgerBreakCode.TrialBalance,
                    $"All accounts in {currency.Key} sum to {sum}, not to zero.");
            }
        }

        return null;
    }

    private static LedgerBreak? Compare(
        SortedDictionary<(string Currency, string Account), Int128> expected,
        SortedDictionary<(string Currency, string Account), Int128> found)
    {
        foreach (var (key, sum) in expected)
        {
            if (found.GetValueOrDefault(key) != sum) return Differs(key, found.GetValueOrDefault(key), sum);
        }

        foreach (var (key, amount) in found)
        {
            if (!expected.ContainsKey(key)) return Differs(key, amount, 0);
        }

        return null;

        static LedgerBreak Differs((string Currency, string Account) key, Int128 found, Int128 expected) => new(
            null, LedgerBreakCode.BalanceDiffers,
            $"The balance of {key.Account} is {found} {key.Currency} (minor units); its postings sum to {expected}.");
    }

    private static LedgerBreak? CompareHeld(
        SortedDictionary<(string Currency, string Account), Int128> sums,
        SortedDictionary<(string Currency, string Account), Int128> open)
    {
        foreach (var key in sums.Keys.Concat(open.Keys).Where(k => k.Account == Accounts.Held))
        {
            var (held, owed) = (sums.GetValueOrDefault(key), open.GetValueOrDefault(key));
            if (held == owed) continue;
            return new(null, LedgerBreakCode.HeldDiffers,
                $"{held} {key.Currency} (minor units) are held; the open sales hold {owed}.");
        }

        return null;
    }

    private static async Task<SortedDictionary<(string Currency, string Account), Int128>> ReadAsync(
        NpgsqlConnection connection, string sql, Id<Organization> organization, CancellationToken ct)
    {
        var amounts = new SortedDictionary<(string Currency, string Account), Int128>(AccountSums.ByText);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = organization.Value });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) amounts.Add((reader.GetString(0), reader.GetString(1)), reader.GetInt64(2));
        return amounts;
    }

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
