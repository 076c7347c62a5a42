using System.Globalization;
using System.Text;
using Automat.Domain;
using Automat.Domain.Goods;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog;

/// <summary>Products as a file that can be changed in a spreadsheet and taken in again.</summary>
internal static class ExportProducts
{
    private const int Most = 100_000;

    /// <summary>The columns, under the names they are taken in by.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "number", "name", "category", "price", "tax", "age_limit", "barcode", "allergens", "cost", "description", "archived", "measure",
        "least_quantity", "most_quantity", "quantity_step",
    ];

    /// <summary>Answers with these products.</summary>
    public static IResult Of(AutomatDb db, Currency currency, IQueryable<Product> products) => Results.Stream(
        async stream =>
        {
            await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
            await writer.WriteAsync(string.Join(',', Columns) + "\r\n");
            await foreach (var product in products.Take(Most).AsAsyncEnumerable())
            {
                await writer.WriteAsync(string.Join(',', Cells(product, currency)) + "\r\n");
            }

            db.ChangeTracker.Clear();
        },
        "text/csv; charset=utf-8", "products.csv");

    private static IEnumerable<string> Cells(Product product, Currency currency) =>
    [
        product.Number.ToString(CultureInfo.InvariantCulture),
        Csv.Cell(product.Name),
        Csv.Cell(product.Category),
        new Money(product.Price, currency).ToMajor().ToString(CultureInfo.InvariantCulture),
        (product.TaxBasisPoints / 100m).ToString("0.##", CultureInfo.InvariantCulture),
        product.AgeLimit?.ToString(CultureInfo.InvariantCulture) ?? "",
        Csv.Cell(product.Barcode), // quoted, or a spreadsheet rounds it
        Csv.Cell(product.Allergens.Replace(',', ' ')),
        product.Cost is { } cost ? new Money(cost, currency).ToMajor().ToString(CultureInfo.InvariantCulture) : "",
        Csv.Cell(product.Description),
        product.ArchivedAt is null ? "no" : "yes",
        Measures.Word(product.Measure),
        Kilograms(product.LeastQuantity),
        Kilograms(product.MostQuantity),
        Kilograms(product.QuantityStep),
    ];

    private static string Kilograms(int? grams) => grams is { } known ? Weights.Typed(known, CultureInfo.InvariantCulture) : "";
}
