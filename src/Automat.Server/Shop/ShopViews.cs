using Automat.Domain.Goods;
using Automat.Server.Storefront;

namespace Automat.Server.Shop;

/// <summary>A product in a window of the shop.</summary>
/// <param name="Number">Its number, as it stands in its address.</param>
/// <param name="Name">Its name.</param>
/// <param name="Picture">Its picture on our own origin.</param>
/// <param name="Price">What a piece, or a kilogram, costs at least, tax included.</param>
/// <param name="Most">The most that can be had at one place, in pieces or grams.</param>
public sealed record WindowView(int Number, string Name, string Picture, Amount Price, int Most)
{
    /// <summary>Whether it is sold by weight.</summary>
    public bool IsByWeight { get; init; }
}

/// <summary>Why a quantity cannot be ordered.</summary>
public enum QuantityFault
{
    /// <summary>It is no number.</summary>
    NoNumber,

    /// <summary>Part of a piece.</summary>
    WholeOnly,

    /// <summary>More decimals than grams have.</summary>
    TooPrecise,

    /// <summary>The separator could be one of thousands.</summary>
    Ambiguous,

    /// <summary>Nothing at all.</summary>
    Nothing,

    /// <summary>Less than is sold at once.</summary>
    TooLittle,

    /// <summary>More than is sold at once.</summary>
    TooMuch,

    /// <summary>Between two steps.</summary>
    OffStep,

    /// <summary>More than is there.</summary>
    NotThere,
}

/// <summary>What somebody typed as a quantity, and what is wrong with it.</summary>
public sealed record TypedQuantity(string Text, QuantityFault Fault);

/// <summary>Windows that belong together.</summary>
public sealed record ShopShelfView(string Title, IReadOnlyList<WindowView> Windows);

/// <summary>The shop at <c>/shop</c>.</summary>
/// <param name="Shelves">What was found, shelf by shelf.</param>
/// <param name="Categories">All shelves.</param>
/// <param name="InCart">Pieces in the visitor's cart.</param>
public sealed record ShopView(IReadOnlyList<ShopShelfView> Shelves, IReadOnlyList<string> Categories, int InCart)
{
    /// <summary>What was looked for; empty for everything.</summary>
    public string Search { get; init; } = "";

    /// <summary>The only shelf to show; null for all.</summary>
    public string? Category { get; init; }

    /// <summary>Which page, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Whether another page follows.</summary>
    public bool HasMore { get; init; }

    /// <summary>The name of what was just put into the cart; null for nothing.</summary>
    public string? Added { get; init; }
}

/// <summary>Where a product can be collected.</summary>
/// <param name="Name">The place.</param>
/// <param name="Location">Where that is; empty shows nothing.</param>
/// <param name="Price">What a piece costs there.</param>
/// <param name="Available">Pieces that can be had there now.</param>
/// <param name="IsReady">Whether it takes orders now.</param>
public sealed record AtPlaceView(string Name, string Location, Amount Price, int Available, bool IsReady);

/// <summary>A product at <c>/shop/products/{number}</c>.</summary>
/// <param name="Window">What its window shows.</param>
/// <param name="Category">Its shelf.</param>
/// <param name="Tax">The tax rate that is in its price, as people write it.</param>
/// <param name="At">Where it can be collected.</param>
/// <param name="InCart">Pieces in the visitor's cart.</param>
public sealed record GoodView(WindowView Window, string Category, string Tax, IReadOnlyList<AtPlaceView> At, int InCart)
{
    /// <summary>More about it.</summary>
    public string? Description { get; init; }

    /// <summary>What is in it that must be named, by its stable words.</summary>
    public IReadOnlyList<string> Allergens { get; init; } = [];

    /// <summary>Years of age somebody must be; null for none.</summary>
    public int? AgeLimit { get; init; }

    /// <summary>How much of it an order may take, where it is weighed; else null.</summary>
    public WeightTerms? Terms { get; init; }

    /// <summary>What was typed and could not be ordered; null for nothing.</summary>
    public TypedQuantity? Wrong { get; init; }

    /// <summary>The chip its money becomes credit of when nobody collects it; null: it goes back.</summary>
    public string? CreditTo { get; init; }

    /// <summary>It was just put into the cart.</summary>
    public bool IsAdded { get; init; }
}

/// <summary>Why the cart could not be paid. No money has moved.</summary>
public enum CartError
{
    /// <summary>There is nothing in it.</summary>
    Empty,

    /// <summary>Something in it is not there any more at the place.</summary>
    NotThere,

    /// <summary>The customer has not chosen where to collect it.</summary>
    NoPlace,

    /// <summary>It costs something else than the page said: the customer looks again.</summary>
    OtherTotal,

    /// <summary>A number that cannot be bought.</summary>
    BadQuantity,

    /// <summary>The place takes no orders at the moment.</summary>
    PlaceNotReady,

    /// <summary>The payment provider does not answer.</summary>
    PaymentUnavailable,

    /// <summary>An order placed with this cart is being paid at this moment.</summary>
    BeingPaid,
}

/// <summary>A line of the cart, at the place that is chosen.</summary>
/// <param name="Window">The product; its price is that of the place.</param>
/// <param name="Quantity">How many, or how many grams, the customer wants.</param>
/// <param name="Total">What they cost there; null where they are not all there.</param>
/// <param name="Available">How many there are at the place; null while none is chosen.</param>
public sealed record CartLineView(WindowView Window, int Quantity, Amount? Total, int? Available)
{
    /// <summary>The product's id, sent along with the form.</summary>
    public Guid Product { get; init; }

    /// <summary>What a kilogram costs at the place, where it is weighed; else null.</summary>
    public Amount? Each { get; init; }

    /// <summary>How much of it an order may take, where it is weighed; else null.</summary>
    public WeightTerms? Terms { get; init; }

    /// <summary>What was typed and could not be ordered; null for nothing.</summary>
    public TypedQuantity? Wrong { get; init; }
}

/// <summary>A place to choose.</summary>
/// <param name="Id">The machine's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Location">Where it stands.</param>
/// <param name="HasAll">Whether all of the cart is there.</param>
/// <param name="IsReady">Whether it takes orders now.</param>
/// <param name="ByHand">Whether people hand the order over.</param>
/// <param name="Hours">How long a paid order is kept there.</param>
public sealed record PlaceView(string Id, string Name, string Location, bool HasAll, bool IsReady, bool ByHand, int Hours);

/// <summary>The cart at <c>/shop/cart</c>.</summary>
/// <param name="Lines">What is in it.</param>
/// <param name="Places">Where it could be collected.</param>
/// <param name="InCart">All pieces in it.</param>
public sealed record CartView(IReadOnlyList<CartLineView> Lines, IReadOnlyList<PlaceView> Places, int InCart)
{
    /// <summary>The place that is chosen; null while none is.</summary>
    public string? Place { get; init; }

    /// <summary>What all of it costs there; null while that cannot be said.</summary>
    public Amount? Total { get; init; }

    /// <summary>The chip its money becomes credit of when nobody collects it; null: it goes back.</summary>
    public string? CreditTo { get; init; }

    /// <summary>Place and total as the customer sees them, sent along with the form: what is paid is what was seen.</summary>
    public string Seen { get; init; } = "";

    /// <summary>Why it could not be paid; null for nothing.</summary>
    public CartError? Error { get; init; }
}
