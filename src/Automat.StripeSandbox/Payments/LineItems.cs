using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

/// <summary>Reads <c>line_items</c>: what is bought, how often, at which price.</summary>
internal static class LineItems
{
    /// <summary>The lines of a session or link to be made; prices described on the spot are kept.</summary>
    /// <exception cref="StripeException">A line is incomplete, or the lines don't add up in one currency.</exception>
    public static List<LineItem> Read(Transaction tx, StripeParams parameters)
    {
        var lines = parameters.List("line_items");
        if (lines.Count == 0) throw StripeException.Missing("line_items");
        if (lines.Count > Limits.LineItems)
            throw StripeException.Invalid($"You can have at most {Limits.LineItems} line items.", "line_items");

        var fresh = new List<StripeObject>();
        var items = new List<LineItem>(lines.Count);
        foreach (var line in lines)
        {
            line.Knows("price", "price_data", "quantity", "adjustable_quantity", "tax_rates", "dynamic_tax_rates",
                "metadata");
            var (price, name, made) = Catalogue.PriceOf(tx, line);
            items.Add(Line(line, price, name));
            fresh.AddRange(made);
        }
        if (items.DistinctBy(item => item.Currency).Count() > 1)
            throw StripeException.Invalid("All prices must have the same currency.", "line_items");
        if (Total(items) > Limits.Amount)
        {
            throw StripeException.Invalid(
                "The Checkout Session's total amount due must be no more than $999,999.99.", null, "amount_too_large");
        }
        foreach (var item in fresh) tx.Add(item);
        return items;
    }

    public static long Total(IEnumerable<LineItem> items) => items.Sum(item => item.AmountTotal);

    /// <summary>The same lines for another session of the same link.</summary>
    public static List<LineItem> Copy(IEnumerable<LineItem> items) => [.. items.Select(item => new LineItem
    {
        Id = Ids.Of("li"),
        AmountSubtotal = item.AmountSubtotal,
        AmountTotal = item.AmountTotal,
        Currency = item.Currency,
        Description = item.Description,
        Metadata = item.Metadata,
        Price = item.Price,
        Quantity = item.Quantity,
    })];

    private static LineItem Line(StripeParams line, Price price, string name)
    {
        var quantity = line.Integer("quantity") ?? throw StripeException.Missing(line.PathOf("quantity"));
        if (quantity is < 1 or > Limits.Quantity)
        {
            throw StripeException.Invalid(
                "Quantity must be at least 1.", line.PathOf("quantity"), "parameter_invalid_integer");
        }
        var amount = quantity * (price.UnitAmount ?? 0);
        return new LineItem
        {
            Id = Ids.Of("li"),
            AmountSubtotal = amount,
            AmountTotal = amount,
            Currency = price.Currency,
            Description = name,
            Metadata = line.Metadata(),
            Price = price,
            Quantity = quantity,
        };
    }
}
