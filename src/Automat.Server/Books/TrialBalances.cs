using Automat.Domain;
using Npgsql;

namespace Automat.Server.Books;

/// <summary>What stands in an account.</summary>
/// <param name="Account">Its name; <c>chips</c> for all chips together.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Amount">Minor units; negative: debited.</param>
internal sealed record AccountBalance(string Account, string Currency, long Amount);

/// <summary>All accounts as of an entry. They sum to zero, or the books are broken.</summary>
/// <param name="Sequence">The last entry that counts.</param>
/// <param name="Accounts">By currency and name.</param>
internal sealed record TrialBalance(long Sequence, IReadOnlyList<AccountBalance> Accounts)
{
    /// <summary>The sum of all accounts of each currency.</summary>
    public IReadOnlyDictionary<string, long> Sums => Accounts.GroupBy(a => a.Currency, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.Sum(a => a.Amount), StringComparer.Ordinal);

    /// <summary>Whether every currency sums to zero.</summary>
    public bool IsBalanced => Sums.Values.All(s => s == 0);
}

/// <summary>Money held against the sales that are open, in one currency.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Held">What the books hold, minor units.</param>
/// <param name="Open">What the open sales hold.</param>
/// <param name="Sales">How many they are.</param>
internal sealed record HeldBalance(string Currency, long Held, long Open, long Sales)
{
    /// <summary>Whether the two are the same.</summary>
    public bool Agrees => Held == Open;
}

/// <summary>Adds accounts up.</summary>
internal static class TrialBalances
{
    private const string Name = "case when account like 'chip:%' then 'chips' else account end";

    /// <summary>All accounts as of an entry; chips together.</summary>
    public static async Task<TrialBalance> AsOfAsync(
        NpgsqlConnection connection, Id<Organization> organization, long sequence, CancellationToken ct) => new(
            sequence, await ReadAsync(
                connection,
                $"select {Name}, currency, sum(amount)::bigint from ledger_postings where organization_id = $1 and sequence <= $2 "
                + "group by 1, 2 having sum(amount) <> 0 order by 2, 1", ct, organization.Value, sequence));

    /// <summary>Accounts one by one, as of an entry.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="organization">Whose.</param>
    /// <param name="sequence">The last entry that counts.</param>
    /// <param name="prefix">How their names begin, such as <c>chip:</c>.</param>
    /// <param name="after">Names up to this one are left out.</param>
    /// <param name="most">So many at the most.</param>
    /// <param name="ct">Ends it early.</param>
    public static Task<List<AccountBalance>> OfEachAsync(
        NpgsqlConnection connection, Id<Organization> organization, long sequence, string prefix, string after, int most,
        CancellationToken ct) => ReadAsync(
            connection,
            "select account, currency, sum(amount)::bigint from ledger_postings where organization_id = $1 and sequence <= $2 "
            + "and starts_with(account, $3) and account > $4 group by account, currency order by account, currency limit $5",
            ct, organization.Value, sequence, prefix, after, most);

    /// <summary>The money held against the open sales, in one look.</summary>
    public static async Task<List<HeldBalance>> HeldAsync(
        NpgsqlConnection connection, Id<Organization> organization, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select coalesce(b.currency, v.currency), coalesce(b.amount, 0), coalesce(v.amount, 0), coalesce(v.sales, 0)
            from (select currency, amount from balances where organization_id = $1 and account = 'held') b
            full join (select currency, sum(amount)::bigint as amount, count(*) as sales from vends
                where organization_id = $1 and status in ('Reserved', 'Delivering', 'Unknown') group by currency) v
                on v.currency = b.currency
            order by 1
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = organization.Value });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var held = new List<HeldBalance>();
        while (await reader.ReadAsync(ct))
        {
            held.Add(new HeldBalance(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
        }

        return held;
    }

    private static async Task<List<AccountBalance>> ReadAsync(
        NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var accounts = new List<AccountBalance>();
        while (await reader.ReadAsync(ct)) accounts.Add(new AccountBalance(reader.GetString(0), reader.GetString(1), reader.GetInt64(2)));
        return accounts;
    }
}
