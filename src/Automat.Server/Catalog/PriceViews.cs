using Automat.Server.Panel;

namespace Automat.Server.Catalog;

/// <summary>A price list in the list of them.</summary>
public sealed record PriceListRow(Guid Id, string Name, string Where, string When, bool Paused, bool HoldsNow);

/// <summary>All price lists.</summary>
public sealed record PricesView(IReadOnlyList<PriceListRow> Lists)
{
    /// <summary>Whether the reader may change them.</summary>
    public bool MayWrite { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }
}

/// <summary>What a list asks for a product, as it stands in the form.</summary>
/// <param name="Number">The product's number.</param>
/// <param name="Name">The product's name.</param>
/// <param name="Usual">What it usually costs.</param>
/// <param name="Price">What the list asks, as typed; empty takes it out.</param>
public sealed record PriceRow(int Number, string Name, string Usual, string Price);

/// <summary>One price list, to be looked at and changed.</summary>
public sealed record PriceListView(Guid? Id, PriceListForm Form, string Currency)
{
    /// <summary>What it asks.</summary>
    public IReadOnlyList<PriceRow> Prices { get; init; } = [];

    /// <summary>Machines and groups it can be for.</summary>
    public IReadOnlyList<Choice> Places { get; init; } = [];

    /// <summary>Products that can be added, as "number name".</summary>
    public IReadOnlyList<Choice> Products { get; init; } = [];

    /// <summary>Shelves whose products can be added at once.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Whether the reader may change it.</summary>
    public bool MayWrite { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>Fields with something wrong in them.</summary>
    public IReadOnlyCollection<string> Wrong { get; init; } = [];
}
