using System.Text.Json;
using Automat.Server.Ledger;
using Npgsql;

namespace Automat.Testing;

/// <summary>Compares the books with themselves and with what the provider really holds.</summary>
public static class Reckoning
{
    /// <summary>Account balances, minor units by account and currency.</summary>
    public static async Task<IReadOnlyDictionary<(string Account, string Currency), long>> BalancesAsync(TestDatabase database)
    {
        await using var connection = await database.SuperuserConnectionAsync();
        await using var command = new NpgsqlCommand("select account, currency, amount from balances", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var balances = new Dictionary<(string, string), long>();
        while (await reader.ReadAsync()) balances[(reader.GetString(0), reader.GetString(1))] = reader.GetInt64(2);
        return balances;
    }

    /// <summary>The chain is unbroken, and the provider holds exactly what the books say.</summary>
    /// <param name="database">Whose books.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="settled">Whether nothing may be open: no money held, none owed.</param>
    /// <exception cref="InvalidOperationException">Something differs; the message says what.</exception>
    public static async Task AgreeAsync(TestDatabase database, Provider provider, bool settled)
    {
        await foreach (var verdict in new LedgerVerifier(database.Address, TimeProvider.System).VerifyAsync(new LedgerScope()))
        {
            if (!verdict.IsUnbroken) throw new InvalidOperationException(LedgerCli.Say(verdict));
        }

        var balances = await BalancesAsync(database);
        var state = await provider.StateAsync();
        var currencies = state.GetProperty("charges").EnumerateArray().Select(CurrencyOf)
            .Concat(balances.Keys.Select(k => k.Currency)).Distinct(StringComparer.Ordinal);
        foreach (var currency in currencies)
        {
            var there = Sum(state, "charges", currency, "amount_captured", _ => true)
                - Sum(state, "refunds", currency, "amount", r => r.GetProperty("status").GetString() == "succeeded")
                - Sum(state, "disputes", currency, "amount", d => d.GetProperty("status").GetString() != "won");
            var here = -balances.GetValueOrDefault(("stripe", currency));
            Same(here, there, $"{currency} at the provider");
            if (!settled) continue;
            Same(balances.GetValueOrDefault(("held", currency)), 0, $"{currency} held");
            Same(balances.GetValueOrDefault(("refunds", currency)), 0, $"{currency} owed to customers");
        }
    }

    private static void Same(long books, long expected, string what)
    {
        if (books != expected) throw new InvalidOperationException($"The books say {books} {what}; it is {expected}.");
    }

    private static long Sum(JsonElement state, string kind, string currency, string amount, Func<JsonElement, bool> counts) =>
        state.GetProperty(kind).EnumerateArray().Where(one => CurrencyOf(one) == currency && counts(one))
            .Sum(one => one.GetProperty(amount).GetInt64());

    private static string CurrencyOf(JsonElement one) => one.GetProperty("currency").GetString()!.ToUpperInvariant();
}
