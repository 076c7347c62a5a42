using System.Globalization;
using Automat.Domain;
using Automat.Domain.Goods;
using Automat.Server.Platform;

namespace Automat.Server.Catalog;

/// <summary>A product as somebody types it: kept as typed, so that a form with a mistake comes back as it was.</summary>
public sealed record ProductForm
{
    /// <summary>What customers read.</summary>
    public string Name { get; init; } = "";

    /// <summary>The shelf it stands on.</summary>
    public string Category { get; init; } = "";

    /// <summary>The usual price.</summary>
    public string Price { get; init; } = "";

    /// <summary>The tax rate in percent.</summary>
    public string Tax { get; init; } = "";

    /// <summary>Years one must be.</summary>
    public string AgeLimit { get; init; } = "";

    /// <summary>More about it.</summary>
    public string Description { get; init; } = "";

    /// <summary>The number below its bar code.</summary>
    public string Barcode { get; init; } = "";

    /// <summary>What one piece costs to buy.</summary>
    public string Cost { get; init; } = "";

    /// <summary>What it is counted in; empty for what it is already.</summary>
    public string Measure { get; init; } = "";

    /// <summary>Of goods by weight, the least of an order in kilograms.</summary>
    public string Least { get; init; } = "";

    /// <summary>The most of an order in kilograms.</summary>
    public string Most { get; init; } = "";

    /// <summary>The kilograms orders are multiples of.</summary>
    public string Step { get; init; } = "";

    /// <summary>What is in it that must be named.</summary>
    public IReadOnlyList<string> Allergens { get; init; } = [];

    /// <summary>What is there already, to be changed.</summary>
    public static ProductForm Of(Product product, Currency currency) => new()
    {
        Name = product.Name,
        Category = product.Category,
        Price = MajorOf(product.Price, currency),
        Tax = (product.TaxBasisPoints / 100m).ToString("0.##", CultureInfo.CurrentCulture),
        AgeLimit = product.AgeLimit?.ToString(CultureInfo.InvariantCulture) ?? "",
        Description = product.Description ?? "",
        Barcode = product.Barcode ?? "",
        Cost = product.Cost is { } cost ? MajorOf(cost, currency) : "",
        Least = KilogramsOf(product.LeastQuantity),
        Most = KilogramsOf(product.MostQuantity),
        Step = KilogramsOf(product.QuantityStep),
        Allergens = Automat.Domain.Goods.Allergens.In(product.Allergens),
    };

    /// <summary>What was sent.</summary>
    public static ProductForm Of(IFormCollection form) => new()
    {
        Name = form["name"].ToString(),
        Category = form["category"].ToString(),
        Price = form["price"].ToString(),
        Tax = form["tax"].ToString(),
        AgeLimit = form["age_limit"].ToString(),
        Description = form["description"].ToString(),
        Barcode = form["barcode"].ToString(),
        Cost = form["cost"].ToString(),
        Measure = form["measure"].ToString(),
        Least = form["least_quantity"].ToString(),
        Most = form["most_quantity"].ToString(),
        Step = form["quantity_step"].ToString(),
        Allergens = [.. form["allergens"].OfType<string>()],
    };

    /// <summary>What it asks for; what cannot be read goes into <paramref name="faults"/> by field.</summary>
    internal ProductRequest ToRequest(Currency currency, Dictionary<string, string> faults)
    {
        var request = new ProductRequest(
            Name, Category, Amount("price", Price, currency, faults), TaxOf(Tax, faults), AgeOf(AgeLimit, faults), Description, Barcode,
            Allergens, string.IsNullOrWhiteSpace(Cost) ? -1 : Amount("cost", Cost, currency, faults), Archived: null,
            string.IsNullOrWhiteSpace(Measure) ? null : Measure, Grams("least_quantity", Least), Grams("most_quantity", Most),
            Grams("quantity_step", Step));
        foreach (var (field, sentence) in request.Faults()) faults.TryAdd(field, sentence);
        if (request.Price is null) faults.TryAdd("price", "A product has a price.");
        return request;

        int? Grams(string field, string typed) => GramsOf(field, typed, CultureInfo.CurrentCulture, faults);
    }

    /// <summary>An amount as it is written into a field, with a point or comma as the reader's language has it.</summary>
    public static string MajorOf(long minor, Currency currency) =>
        new Money(minor, currency).ToMajor().ToString("F" + currency.MinorDigits.ToString(CultureInfo.InvariantCulture), CultureInfo.CurrentCulture);

    /// <summary>A percentage such as <c>7</c>, <c>5.5</c> or <c>5,5</c> in hundredths of a percent.</summary>
    internal static int? TaxOf(string typed, Dictionary<string, string> faults)
    {
        if (decimal.TryParse(
            typed.Trim().TrimEnd('%').Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent is >= 0 and <= 100 && percent * 100 == Math.Truncate(percent * 100))
        {
            return (int)(percent * 100);
        }

        faults["tax_basis_points"] = "A percentage of at most two decimals, 0 to 100.";
        return null;
    }

    internal static int? AgeOf(string typed, Dictionary<string, string> faults)
    {
        if (string.IsNullOrWhiteSpace(typed)) return 0;
        if (int.TryParse(typed.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var years)) return years;
        faults["age_limit"] = "Years between 1 and 99; nothing for none.";
        return null;
    }

    /// <summary>Kilograms in grams; nothing is none.</summary>
    internal static int? GramsOf(string field, string typed, CultureInfo reader, Dictionary<string, string> faults)
    {
        if (string.IsNullOrWhiteSpace(typed)) return 0;
        if (Weights.Read(typed, reader.NumberFormat, out var grams) is null && grams > 0) return grams;
        faults[field] = "Kilograms above 0 with at most three decimals, without a separator of thousands; nothing for none.";
        return null;
    }

    private static string KilogramsOf(int? grams) => grams is { } known ? Weights.Typed(known, CultureInfo.CurrentCulture) : "";

    internal static long? Amount(string field, string typed, Currency currency, Dictionary<string, string> faults)
    {
        try
        {
            return TypedAmount.MinorOf(typed, currency);
        }
        catch (RuleException wrong)
        {
            faults[field] = wrong.Message;
            return null;
        }
    }
}
