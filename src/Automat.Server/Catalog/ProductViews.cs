using Automat.Server.Panel;
using Automat.Server.Storefront;

namespace Automat.Server.Catalog;

/// <summary>A product in the list.</summary>
public sealed record ProductRow(
    int Number, string Name, string Category, string Picture, Amount Price, Amount? Cost, int TaxBasisPoints, string? Barcode, bool Archived)
{
    /// <summary>Whether its price is that of a kilogram.</summary>
    public bool IsByWeight { get; init; }
}

/// <summary>The list of products.</summary>
public sealed record ProductsView(ListPage<ProductRow> Page, IReadOnlyList<string> Categories)
{
    /// <summary>Whether the reader may change anything.</summary>
    public bool MayWrite { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>How many that was.</summary>
    public int Count { get; init; }

    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }
}

/// <summary>One product, to be looked at and changed.</summary>
/// <param name="Number">Its number; null for one that is to be added.</param>
/// <param name="Form">What stands in the form.</param>
/// <param name="Currency">Which currency its prices are in.</param>
/// <param name="Categories">Shelves to choose from.</param>
public sealed record OneProductView(int? Number, ProductForm Form, string Currency, IReadOnlyList<string> Categories)
{
    /// <summary>Where its picture is served.</summary>
    public string? Picture { get; init; }

    /// <summary>Whether it is out of the range.</summary>
    public bool Archived { get; init; }

    /// <summary>Whether it is sold by weight; null while that is to be said.</summary>
    public bool? IsByWeight { get; init; }

    /// <summary>Whether the reader may change anything.</summary>
    public bool MayWrite { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>Fields with something wrong in them.</summary>
    public IReadOnlyCollection<string> Wrong { get; init; } = [];

    /// <summary>What it leaves of its price without tax once it is bought, in percent; null where nobody said what it costs.</summary>
    public decimal? Margin { get; init; }

    /// <summary>What it costs elsewhere or at other times.</summary>
    public IReadOnlyList<OtherPrice> OtherPrices { get; init; } = [];
}

/// <summary>What a price list asks for a product.</summary>
public sealed record OtherPrice(Guid List, string Name, Amount Price, bool HoldsNow);

/// <summary>The categories.</summary>
public sealed record CategoriesView(IReadOnlyList<CategoryAnswer> Categories)
{
    /// <summary>Whether the reader may change anything.</summary>
    public bool MayWrite { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }

    /// <summary>What was typed for a new one.</summary>
    public string Typed { get; init; } = "";
}
