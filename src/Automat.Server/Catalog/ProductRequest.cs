using Automat.Domain.Goods;
using Automat.Server.Platform;

namespace Automat.Server.Catalog;

/// <summary>What is to be different about a product; what is absent stays.</summary>
/// <param name="Name">At most 100 characters.</param>
/// <param name="Category">Shelf it stands on; chips can be locked out of one. A new name makes a new category.</param>
/// <param name="Price">Usual price in minor units of the organisation's currency, of a piece or a kilogram, tax included. Slots keep theirs.</param>
/// <param name="TaxBasisPoints">Tax rate in hundredths of a percent.</param>
/// <param name="AgeLimit">Years of age somebody must be to buy it; 0 for none.</param>
/// <param name="Description">More about it, for customers; empty for nothing.</param>
/// <param name="Barcode">The number below its bar code (GTIN); empty for none.</param>
/// <param name="Allergens">What is in it that must be named; empty for nothing.</param>
/// <param name="Cost">What one piece costs to buy, in minor units without tax; -1 for nobody knows.</param>
/// <param name="Archived">Whether it is out of the range.</param>
/// <param name="Measure">What it is counted in, <c>piece</c> or <c>weight</c>; said when it is added, and never changed.</param>
/// <param name="LeastQuantity">Of goods by weight, the least of an order in grams; 0 for none.</param>
/// <param name="MostQuantity">Of goods by weight, the most of an order in grams; 0 for none.</param>
/// <param name="QuantityStep">Of goods by weight, the grams orders are multiples of; 0 for none.</param>
internal sealed record ProductRequest(
    string? Name = null, string? Category = null, long? Price = null, int? TaxBasisPoints = null, int? AgeLimit = null,
    string? Description = null, string? Barcode = null, IReadOnlyList<string>? Allergens = null, long? Cost = null, bool? Archived = null,
    string? Measure = null, int? LeastQuantity = null, int? MostQuantity = null, int? QuantityStep = null)
{
    public const long HighestPrice = 100_000_000;

    private const int LongestDescription = 1_000;

    /// <summary>What is wrong with it, by field.</summary>
    public Dictionary<string, string> Faults()
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        Text("name", Name, 100);
        Text("category", Category, 60);
        if (Price is <= 0 or > HighestPrice) faults["price"] = $"Between 1 and {HighestPrice} minor units.";
        if (TaxBasisPoints is < 0 or > 10_000) faults["tax_basis_points"] = "Between 0 and 10000, which is 100 %.";
        if (AgeLimit is < 0 or > 99) faults["age_limit"] = "Years between 1 and 99; 0 for none.";
        if (Cost is < -1 or > HighestPrice) faults["cost"] = $"Between 0 and {HighestPrice} minor units; -1 for nobody knows.";
        if (Description?.Trim().Length > LongestDescription || Description?.Any(c => char.IsControl(c) && c is not ('\n' or '\r')) is true)
        {
            faults["description"] = $"At most {LongestDescription} characters.";
        }

        if (!string.IsNullOrWhiteSpace(Barcode) && Gtin.Of(Barcode) is null) faults["barcode"] = "8, 12, 13 or 14 digits of which the last checks the others.";
        if (Allergens?.Any(a => !Automat.Domain.Goods.Allergens.All.Contains(a)) is true)
        {
            faults["allergens"] = $"Each one of {string.Join(", ", Automat.Domain.Goods.Allergens.All)}.";
        }

        if (Measure is not null && Measures.Of(Measure) is null) faults["measure"] = "Either piece or weight.";
        foreach (var (field, grams) in new[]
            { ("least_quantity", LeastQuantity), ("most_quantity", MostQuantity), ("quantity_step", QuantityStep) })
        {
            if (grams is < 0 or > Weights.MostInPurchase) faults[field] = $"Grams between 1 and {Weights.MostInPurchase}; 0 for none.";
        }

        return faults;

        void Text(string field, string? text, int most)
        {
            if (text is not null && (text.Trim().Length == 0 || text.Trim().Length > most || text.Any(char.IsControl)))
                faults[field] = $"Between 1 and {most} characters in one line.";
        }
    }

    /// <summary>What is wrong with it for a product as it is, by field.</summary>
    public Dictionary<string, string> FaultsFor(Product product)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Measures.Of(Measure) is { } other && other != product.Measure)
        {
            faults["measure"] = "What a product is counted in is said when it is added; add another product.";
        }

        var wanted = Apply(product, default);
        if (!product.IsByWeight && (wanted.LeastQuantity ?? wanted.MostQuantity ?? wanted.QuantityStep) is not null)
        {
            faults["least_quantity"] = "Only goods by weight have a least, a most or a step.";
        }
        else if (!wanted.Terms.IsPossible)
        {
            faults["quantity_step"] = "The least is at most the most, and both are multiples of the step.";
        }

        return faults;
    }

    /// <summary>Refuses what is wrong with it.</summary>
    /// <exception cref="FieldsException"><c>product_invalid</c>.</exception>
    public void RequireSound() => FieldsException.ThrowIfAny("product_invalid", Faults());

    /// <summary>The product as this wants it.</summary>
    public Product Apply(Product product, DateTimeOffset now) => product with
    {
        Name = Name?.Trim() ?? product.Name,
        Category = Category?.Trim() ?? product.Category,
        Price = Price ?? product.Price,
        TaxBasisPoints = TaxBasisPoints ?? product.TaxBasisPoints,
        AgeLimit = AgeLimit switch { null => product.AgeLimit, 0 => null, var years => years },
        Description = Description is null ? product.Description : NullWhenEmpty(Description.Trim().ReplaceLineEndings("\n")),
        Barcode = Barcode is null ? product.Barcode : Gtin.Of(Barcode),
        Allergens = Allergens is null ? product.Allergens : Automat.Domain.Goods.Allergens.Of(Allergens),
        Cost = Cost switch { null => product.Cost, < 0 => null, var cost => cost },
        LeastQuantity = OrNone(LeastQuantity, product.LeastQuantity),
        MostQuantity = OrNone(MostQuantity, product.MostQuantity),
        QuantityStep = OrNone(QuantityStep, product.QuantityStep),
        ArchivedAt = Archived switch { null => product.ArchivedAt, false => null, true => product.ArchivedAt ?? now.ToUniversalTime() },
    };

    private static int? OrNone(int? wanted, int? before) => wanted switch { null => before, 0 => null, var grams => grams };

    private static string? NullWhenEmpty(string text) => text.Length == 0 ? null : text;
}

/// <summary>A product as staff see it.</summary>
/// <param name="Number">What it is called by; unique in the organisation.</param>
/// <param name="Name">Name on pages and receipts.</param>
/// <param name="Category">Shelf it stands on.</param>
/// <param name="Price">Usual price in minor units, tax included.</param>
/// <param name="TaxBasisPoints">Tax rate in hundredths of a percent.</param>
/// <param name="AgeLimit">Years of age somebody must be to buy it; null for none.</param>
/// <param name="Picture">Path of its picture.</param>
/// <param name="Description">More about it; null for nothing.</param>
/// <param name="Barcode">The number below its bar code; null for none.</param>
/// <param name="Allergens">What is in it that must be named.</param>
/// <param name="Cost">What one piece costs to buy, in minor units without tax; null when nobody has said.</param>
/// <param name="Archived">Whether it is out of the range.</param>
/// <param name="Measure">What it is counted in: <c>piece</c>, or <c>weight</c> for whole grams at a price per kilogram.</param>
/// <param name="LeastQuantity">The least of an order in grams; null for none.</param>
/// <param name="MostQuantity">The most of an order in grams; null for none.</param>
/// <param name="QuantityStep">The grams orders are multiples of; null for any.</param>
internal sealed record ProductAnswer(
    int Number, string Name, string Category, long Price, int TaxBasisPoints, int? AgeLimit, string Picture, string? Description,
    string? Barcode, IReadOnlyList<string> Allergens, long? Cost, bool Archived, string Measure, int? LeastQuantity, int? MostQuantity,
    int? QuantityStep)
{
    public static ProductAnswer Of(Product product) => new(
        product.Number, product.Name, product.Category, product.Price, product.TaxBasisPoints, product.AgeLimit, product.Picture,
        product.Description, product.Barcode, Automat.Domain.Goods.Allergens.In(product.Allergens), product.Cost,
        product.ArchivedAt is not null, Measures.Word(product.Measure), product.LeastQuantity, product.MostQuantity, product.QuantityStep);
}

/// <summary>A page of products.</summary>
/// <param name="Items">By number.</param>
/// <param name="NextCursor">What to ask for next; null at the end.</param>
internal sealed record ProductList(IReadOnlyList<ProductAnswer> Items, int? NextCursor);
