using System.Globalization;

namespace Automat.Server.Catalog;

/// <summary>What staff do to several products at once, in the words of the form.</summary>
internal static class BulkChange
{
    /// <summary>What it does to each; null where it makes no sense.</summary>
    /// <param name="what">What is to change.</param>
    /// <param name="value">Into what.</param>
    public static Func<Product, ProductRequest>? Of(string what, string value)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        switch (what)
        {
            case "category" when value.Length > 0:
                return _ => new ProductRequest(Category: value);
            case "tax" when ProductForm.TaxOf(value, faults) is { } tax:
                return _ => new ProductRequest(TaxBasisPoints: tax);
            case "age" when ProductForm.AgeOf(value, faults) is { } age:
                return _ => new ProductRequest(AgeLimit: age);
            case "price" when PercentOf(value) is { } percent:
                return product => new ProductRequest(Price: Math.Max((long)Math.Round(product.Price * (100 + percent) / 100, MidpointRounding.AwayFromZero), 1));
            case "archive":
                return _ => new ProductRequest(Archived: true);
            case "restore":
                return _ => new ProductRequest(Archived: false);
            default:
                return null;
        }
    }

    /// <summary>By how many percent: <c>5</c>, <c>+2,5</c>, <c>-10 %</c>; null for anything else.</summary>
    internal static decimal? PercentOf(string typed) => decimal.TryParse(
        typed.Trim().TrimEnd('%').Trim().Replace(',', '.').Replace('−', '-'),
        NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var percent)
        && percent is > -100 and <= 1_000
            ? percent
            : null;
}
