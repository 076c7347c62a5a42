using Automat.Server.Storefront;

namespace Automat.Server.Orders;

/// <summary>A line of an order.</summary>
public sealed record OrderLineView(string Name, Quantity Quantity, Amount Price, Amount Total);

/// <summary>Tax that is contained in what is paid.</summary>
public sealed record OrderTaxView(string Rate, Amount Tax);

/// <summary>A customer's order, followed live at <c>/orders/{token}</c>.</summary>
/// <param name="Token">The secret in the address.</param>
/// <param name="Number">What people call it by.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Place">Where it is collected.</param>
/// <param name="Location">Where that is; empty shows nothing.</param>
/// <param name="Total">What is paid.</param>
/// <param name="Lines">What was ordered.</param>
public sealed record OrderView(
    string Token, string Number, OrderState State, string Place, string Location, Amount Total, IReadOnlyList<OrderLineView> Lines)
{
    /// <summary>The tax in it, by rate.</summary>
    public IReadOnlyList<OrderTaxView> Taxes { get; init; } = [];

    /// <summary>Whether people hand it over.</summary>
    public bool ByHand { get; init; }

    /// <summary>The customer has paid by a way that takes its time.</summary>
    public bool IsMoneyOnItsWay { get; init; }

    /// <summary>The code it is collected with; null while there is none.</summary>
    public string? Code { get; init; }

    /// <summary>What a phone reads off the screen; null while there is no code.</summary>
    public string? Qr { get; init; }

    /// <summary>Until when it can be collected, or until when the goods are promised while it is not paid; at the place's clock.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether the customer can go to the pay page.</summary>
    public bool MayPay { get; init; }

    /// <summary>Whether the customer can say that something went wrong.</summary>
    public bool MayClaim { get; init; }

    /// <summary>Whether there is a receipt.</summary>
    public bool HasReceipt { get; init; }

    /// <summary>Whether the machine is told only once the customer says that they stand before it.</summary>
    public bool WaitsForCall { get; init; }

    /// <summary>The customer has said so.</summary>
    public bool IsCalled { get; init; }

    /// <summary>The customer said so, and the machine could not be reached.</summary>
    public bool WasOutOfReach { get; init; }

    /// <summary>Whether it is in nobody's account, so that whoever has its link can add it to theirs.</summary>
    public bool MayKeep { get; init; }

    /// <summary>Whether a customer is signed in.</summary>
    public bool IsSignedIn { get; init; }

    /// <summary>The chip its money becomes credit of, or became, when nobody collects it; null: it goes back.</summary>
    public string? CreditTo { get; init; }

    /// <summary>It could not be called off any more.</summary>
    public bool WasTooLate { get; init; }

    /// <summary>Nothing will change any more: the page stops listening.</summary>
    public bool IsFinal => OrderLife.IsEnd(State);
}
