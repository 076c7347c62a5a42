using System.Globalization;
using Automat.Domain;
using Automat.Server.Platform;

namespace Automat.Server.Catalog;

/// <summary>Reads lines of a file of products: a header that names the columns, then a product a line. What is missing stays.</summary>
internal sealed class ImportColumns
{
    /// <summary>A product of which nothing is known yet.</summary>
    public static Product Blank { get; } = new()
    {
        Id = default,
        OrganizationId = default,
        Number = 0,
        Name = "",
        Category = "",
        Picture = "",
        Price = 0,
        TaxBasisPoints = 0,
    };

    private readonly string[] columns;

    private ImportColumns(string[] columns) => this.columns = columns;

    /// <summary>Reads the header.</summary>
    /// <exception cref="RuleException"><c>csv_invalid</c>.</exception>
    public static ImportColumns Of(CsvRecord header)
    {
        string[] named = [.. header.Fields.Select(f => f.Trim().ToLowerInvariant())];
        if (Array.Find(named, c => !ExportProducts.Columns.Contains(c)) is { } unknown)
        {
            throw new RuleException("csv_invalid", $"Line 1: there is no column '{unknown}'. Columns are {string.Join(", ", ExportProducts.Columns)}.");
        }

        if (named.Distinct(StringComparer.Ordinal).Count() != named.Length) throw new RuleException("csv_invalid", "Line 1: a column is there twice.");
        if (!named.Contains("name") && !named.Contains("number")) throw new RuleException("csv_invalid", "Line 1: the column name or number is missing.");
        return new ImportColumns(named);
    }

    /// <summary>A line as a request; what is wrong with it goes into <paramref name="faults"/> by column.</summary>
    public ProductRequest Read(CsvRecord record, Currency currency, Dictionary<string, string> faults)
    {
        if (record.Fields.Count > columns.Length)
        {
            faults["number"] = string.Create(CultureInfo.InvariantCulture, $"{record.Fields.Count} fields in a file of {columns.Length} columns.");
        }

        var price = Field(record, "price");
        var tax = Field(record, "tax");
        var age = Field(record, "age_limit");
        var cost = Field(record, "cost");
        var request = new ProductRequest(
            NullWhenEmpty(Field(record, "name")), NullWhenEmpty(Field(record, "category")),
            string.IsNullOrEmpty(price) ? null : ProductForm.Amount("price", price, currency, faults),
            string.IsNullOrEmpty(tax) ? null : ProductForm.TaxOf(tax, faults),
            age is null ? null : ProductForm.AgeOf(age, faults),
            Field(record, "description"), Field(record, "barcode"),
            Field(record, "allergens")?.ToLowerInvariant().Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries),
            cost is null ? null : cost.Length == 0 ? -1 : ProductForm.Amount("cost", cost, currency, faults),
            ArchivedOf(Field(record, "archived"), faults), NullWhenEmpty(Field(record, "measure")),
            Weight("least_quantity"), Weight("most_quantity"), Weight("quantity_step"));
        foreach (var (field, sentence) in request.Faults()) faults.TryAdd(field, sentence);
        return request;

        // Files are written as programs write numbers: a point, no thousands.
        int? Weight(string column) => Field(record, column) is { } typed
            ? ProductForm.GramsOf(column, typed, CultureInfo.InvariantCulture, faults)
            : null;
    }

    private static bool? ArchivedOf(string? typed, Dictionary<string, string> faults)
    {
        switch (typed?.ToLowerInvariant())
        {
            case "yes" or "1" or "true": return true;
            case "no" or "0" or "false": return false;
            case not (null or ""): faults["archived"] = "Write yes or no."; break;
        }

        return null;
    }

    /// <summary>What stands in a column; null where the file has none of that name.</summary>
    public string? Field(CsvRecord record, string column)
    {
        var at = Array.IndexOf(columns, column);
        if (at < 0 || at >= record.Fields.Count) return null;
        var text = record.Fields[at].Trim();
        // The apostrophe that keeps spreadsheets from running it; our own files have it.
        return text is ['\'', '=' or '+' or '-' or '@', ..] ? text[1..] : text;
    }

    private static string? NullWhenEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
