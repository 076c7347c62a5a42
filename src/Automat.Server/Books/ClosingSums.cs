using System.Text.Json;
using System.Text.Json.Nodes;
using Automat.Domain;
using Automat.Domain.Ledger;
using Npgsql;

namespace Automat.Server.Books;

/// <summary>What the entries of a day came to, from the ledger alone: computed again it is the same, letter by letter.</summary>
internal static class ClosingSums
{
    // What sales took from customers and gave back; all other kinds move money between accounts of the operator's own.
    private static readonly string[] SaleKinds =
        ["vend.reserved", "vend.committed", "vend.committed_late", "vend.cancelled", "vend.refunded", "vend.cash"];

    /// <summary>Adds up the entries from one number to another, both included.</summary>
    public static async Task<string> OfAsync(
        NpgsqlConnection connection, Id<Organization> organization, long first, long last, CancellationToken ct)
    {
        var moved = await MovedAsync(connection, organization, first, last, ct);
        var balances = await TrialBalances.AsOfAsync(connection, organization, last, ct);
        var body = new JsonObject
        {
            ["first_sequence"] = first,
            ["last_sequence"] = last,
            ["opening_hash"] = await HashAsync(connection, organization, first - 1, ct),
            ["closing_hash"] = await HashAsync(connection, organization, last, ct),
            ["entries"] = last - first + 1,
        };
        var currencies = new JsonObject();
        foreach (var currency in moved.Select(m => m.Currency).Concat(balances.Accounts.Select(a => a.Currency))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            currencies[currency] = Totals(
                [.. moved.Where(m => m.Currency == currency)], [.. balances.Accounts.Where(a => a.Currency == currency)]);
        }

        body["currencies"] = currencies;
        return body.ToJsonString(JsonSerializerOptions.Default);
    }

    private static JsonObject Totals(IReadOnlyList<Moved> moved, IReadOnlyList<AccountBalance> balances)
    {
        var sales = moved.Where(m => SaleKinds.Contains(m.Kind, StringComparer.Ordinal)).ToList();
        var refunds = moved.Where(m => m.Kind == "vend.refunded").ToList();
        return new JsonObject
        {
            // What sales took from each kind of money, less what they gave back to it on the same day.
            ["tenders"] = Sums(sales.Where(m => IsTender(m.Account)), m => m.Account.Split(':')[0], sign: -1),
            ["revenue"] = Sums(moved.Where(m => Is(m, "revenue:")), m => m.Account["revenue:".Length..]),
            ["tax"] = Sums(moved.Where(m => Is(m, "tax:")), m => m.Account["tax:".Length..]),
            ["refunded"] = -refunds.Where(m => Is(m, "revenue:") || Is(m, "tax:")).Sum(m => m.Amount),
            ["topped_up"] = moved.Where(m => m.Kind == "chip.topped_up" && m.Account == "chips").Sum(m => m.Amount),
            ["paid_back"] = moved.Where(m => m.Kind is "refund.paid" or "refund.outside" && m.Account == Accounts.Refunds).Sum(m => -m.Amount),
            ["paid_out"] = moved.Where(m => m.Kind == "payout.paid" && m.Account == Accounts.Desk).Sum(m => m.Amount),
            ["losses"] = -moved.Where(m => m.Account == Accounts.Losses).Sum(m => m.Amount),
            ["held"] = balances.Where(b => b.Account == Accounts.Held).Sum(b => b.Amount),
            ["movements"] = AccountsOf(moved),
            ["balances"] = new JsonObject(balances.OrderBy(b => b.Account, StringComparer.Ordinal)
                .Select(b => KeyValuePair.Create<string, JsonNode?>(b.Account, b.Amount))),
        };
    }

    private static JsonObject AccountsOf(IReadOnlyList<Moved> moved) => new(moved
        .GroupBy(m => m.Account, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => KeyValuePair.Create<string, JsonNode?>(g.Key, new JsonObject
        {
            ["credited"] = g.Sum(m => m.Credited),
            ["debited"] = g.Sum(m => m.Debited),
        })));

    private static JsonObject Sums(IEnumerable<Moved> moved, Func<Moved, string> name, int sign = 1) => new(moved
        .GroupBy(name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => KeyValuePair.Create<string, JsonNode?>(g.Key, sign * g.Sum(m => m.Amount))));

    private static bool Is(Moved moved, string prefix) => moved.Account.StartsWith(prefix, StringComparison.Ordinal);

    /// <summary>Not the operator's earnings, and not where money only waits: then it is a customer's.</summary>
    private static bool IsTender(string account) => account is not (Accounts.Held or Accounts.Losses)
        && !account.StartsWith("revenue:", StringComparison.Ordinal) && !account.StartsWith("tax:", StringComparison.Ordinal);

    private static async Task<List<Moved>> MovedAsync(
        NpgsqlConnection connection, Id<Organization> organization, long first, long last, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select e.kind, case when p ->> 0 like 'chip:%' then 'chips' else p ->> 0 end, j ->> 'currency',
                coalesce(sum((p ->> 1)::bigint) filter (where (p ->> 1)::bigint > 0), 0)::bigint,
                coalesce(-sum((p ->> 1)::bigint) filter (where (p ->> 1)::bigint < 0), 0)::bigint
            from ledger_entries e, lateral (select e.payload::jsonb as j offset 0) l,
                lateral jsonb_array_elements(j -> 'postings') p
            where e.organization_id = $1 and e.sequence between $2 and $3
            group by 1, 2, 3
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = organization.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = first });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var moved = new List<Moved>();
        while (await reader.ReadAsync(ct))
        {
            moved.Add(new Moved(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4)));
        }

        return moved;
    }

    private static async Task<string> HashAsync(
        NpgsqlConnection connection, Id<Organization> organization, long sequence, CancellationToken ct)
    {
        if (sequence == 0) return Convert.ToHexStringLower(Chain.Genesis);
        await using var command = new NpgsqlCommand(
            "select chain_hash from ledger_entries where organization_id = $1 and sequence = $2", connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = organization.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = sequence });
        return await command.ExecuteScalarAsync(ct) is byte[] hash
            ? Convert.ToHexStringLower(hash)
            : throw new RuleException("ledger_broken", $"Row {sequence} of the ledger is missing.");
    }

    private sealed record Moved(string Kind, string Account, string Currency, long Credited, long Debited)
    {
        public long Amount => Credited - Debited;
    }
}
