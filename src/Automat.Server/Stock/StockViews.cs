using Automat.Server.Panel;
using Automat.Server.Storefront;

namespace Automat.Server.Stock;

/// <summary>What a place has of a product.</summary>
public sealed record StockRow(string Place, int Number, string Product, string Picture, Quantity Quantity, DateOnly? ExpiresOn, bool IsPast);

/// <summary>What somebody types to move goods; kept as typed.</summary>
public sealed record MoveForm
{
    /// <summary>What happened.</summary>
    public string Kind { get; init; } = "receive";

    /// <summary>Where.</summary>
    public string Place { get; init; } = "";

    /// <summary>What: the product's number.</summary>
    public string Product { get; init; } = "";

    /// <summary>How many.</summary>
    public string Quantity { get; init; } = "";

    /// <summary>When they expire.</summary>
    public string ExpiresOn { get; init; } = "";

    /// <summary>Where to.</summary>
    public string To { get; init; } = "";

    /// <summary>In words.</summary>
    public string Note { get; init; } = "";
}

/// <summary>Levels in warehouses and vans, and the form that moves goods.</summary>
public sealed record StockView(ListPage<StockRow> Page, IReadOnlyList<Choice> Places)
{
    /// <summary>Products that can be moved.</summary>
    public IReadOnlyList<Choice> Products { get; init; } = [];

    /// <summary>What stands in the form.</summary>
    public MoveForm Form { get; init; } = new();

    /// <summary>Whether the reader may move goods.</summary>
    public bool MayWrite { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }

    /// <summary>Fields with something wrong in them.</summary>
    public IReadOnlyCollection<string> Wrong { get; init; } = [];
}

/// <summary>A movement.</summary>
public sealed record MovementRow(
    long Number, DateTimeOffset At, string Kind, int ProductNumber, string Product, string Where, Quantity Quantity, DateOnly? ExpiresOn,
    string By, string? Note);

/// <summary>The log of movements.</summary>
public sealed record MovementsView(ListPage<MovementRow> Page, IReadOnlyList<Choice> Places, IReadOnlyList<Choice> Machines);

/// <summary>A slot at its minimum or below.</summary>
public sealed record LowRow(
    string Machine, string MachineName, string Location, string Slot, string Product, Quantity Stock, int? ParLevel, int Minimum, int Bring)
{
    /// <summary>How many are meant to be there; null where nobody said.</summary>
    public Quantity? Par => ParLevel is { } par ? Stock with { Count = par } : null;
}

/// <summary>What is low or empty.</summary>
public sealed record LowView(ListPage<LowRow> Page, IReadOnlyList<Choice> Places)
{
    /// <summary>Whether the reader may fill slots.</summary>
    public bool MayWrite { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }
}

/// <summary>Warehouses and vans.</summary>
public sealed record PlacesView(IReadOnlyList<PlaceAnswer> Places)
{
    /// <summary>Whether the reader may change them.</summary>
    public bool MayWrite { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }
}
