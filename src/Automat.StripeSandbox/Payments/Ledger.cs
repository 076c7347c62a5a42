using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

/// <summary>The account's balance and its movements. Money is available at once and costs no fee.</summary>
internal static class Ledger
{
    /// <summary>Adds a movement.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="type">Stripe's type of the movement.</param>
    /// <param name="category">Stripe's reporting category.</param>
    /// <param name="amount">Minor units; negative when money leaves.</param>
    /// <param name="currency">Of the amount.</param>
    /// <param name="source">What moved the money.</param>
    /// <param name="description">The charge's own words.</param>
    public static BalanceTransaction Book(
        Transaction tx, string type, string category, long amount, string currency, string source,
        string? description = null) =>
        tx.Add(new BalanceTransaction
        {
            Id = Ids.Of("txn"),
            Amount = amount,
            AvailableOn = tx.Now,
            Currency = currency,
            Description = description,
            ReportingCategory = category,
            Source = source,
            Type = type,
        });

    public static Balance Read(ApiCall call)
    {
        var sums = call.Tx.Shelves.Newest<BalanceTransaction>()
            .GroupBy(one => one.Currency, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new BalanceAmount(group.Sum(one => one.Net), group.Key)).ToList();
        if (sums.Count == 0) sums.Add(new BalanceAmount(0, "usd"));
        return new Balance(sums, [.. sums.Select(sum => sum with { Amount = 0 })]);
    }

    public static BalanceTransaction Retrieve(ApiCall call) =>
        call.Tx.Get<BalanceTransaction>(call.Id, "balance transaction");

    public static StripeList<BalanceTransaction> List(ApiCall call)
    {
        var (source, type) = (call.Params.Text("source"), call.Params.Text("type"));
        var (currency, payout) = (call.Params.Text("currency"), call.Params.Text("payout"));
        return Listing.Page<BalanceTransaction>(call, "/v1/balance_transactions", one =>
            (source is null || one.Source == source) && (type is null || one.Type == type)
            && (currency is null || one.Currency == currency) && (payout is null || one.Source == payout));
    }

    public static Payout CreatePayout(ApiCall call)
    {
        call.Params.Knows("amount", "currency", "description", "destination", "metadata", "method",
            "statement_descriptor", "source_type");
        var amount = call.Params.Amount("amount") ?? throw StripeException.Missing("amount");
        var currency = Currencies.Required(call.Params);
        var held = call.Tx.Shelves.Newest<BalanceTransaction>()
            .Where(one => one.Currency == currency).Sum(one => one.Net);
        if (amount > held)
        {
            throw StripeException.Invalid("You have insufficient funds in your Stripe account for this transfer.",
                "amount", "balance_insufficient");
        }
        var payout = new Payout
        {
            Id = Ids.Of("po"),
            Amount = amount,
            ArrivalDate = call.Tx.Now,
            Currency = currency,
            Description = call.Params.Text("description") ?? "STRIPE PAYOUT",
            Destination = call.Params.Text("destination") ?? "ba_1SandboxBankAccount",
            Metadata = call.Params.Metadata(),
            StatementDescriptor = call.Params.Text("statement_descriptor", 22),
        };
        payout.BalanceTransaction = Book(call.Tx, "payout", "payout", -amount, currency, payout.Id).Id;
        call.Tx.Add(payout);
        call.Tx.Emit("payout.created", payout);
        call.Tx.Emit("payout.paid", payout);
        return payout;
    }

    public static Payout RetrievePayout(ApiCall call) => call.Tx.Get<Payout>(call.Id, "payout");

    public static StripeList<Payout> ListPayouts(ApiCall call) => Listing.Page<Payout>(call, "/v1/payouts");
}
