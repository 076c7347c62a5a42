using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Chips;
using Automat.Server.Customers;
using Automat.Server.Payments;

namespace Automat.Server.Orders;

/// <summary>Where an order is in its life. Each state says what is true in it.</summary>
public enum OrderState
{
    /// <summary>Goods are promised; the pay page is open, or the money is on its way.</summary>
    AwaitingPayment,

    /// <summary>Paid; staff put it together.</summary>
    Paid,

    /// <summary>Paid, and there to be collected with its code.</summary>
    Ready,

    /// <summary>The customer has it.</summary>
    Collected,

    /// <summary>Nobody paid in time; the goods are for others again.</summary>
    NotPaid,

    /// <summary>Called off, or it could not be delivered; what was paid goes back.</summary>
    Cancelled,

    /// <summary>Nobody came in time; what was paid goes back, or is credit on a chip.</summary>
    NotCollected,

    /// <summary>Collected, and all of the money was given back later.</summary>
    Refunded,
}

/// <summary>
/// What a customer ordered in the web shop, to be collected at one place. What was bought, at which prices, is the purchase's;
/// what became of money and goods is the sale's. The order adds what these do not know: a number for people, and when it was
/// put together.
/// </summary>
public sealed record Order
{
    /// <summary>Identity.</summary>
    public required Id<Order> Id { get; init; }

    /// <summary>Whose shop.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>What people call it by, such as <c>K7M2QX4</c>; unique in the organisation.</summary>
    public required string Number { get; init; }

    /// <summary>What is bought and paid with it.</summary>
    public required Id<Purchase> PurchaseId { get; init; }

    /// <summary>Where it is collected.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>The state customer and lists were told last; <see cref="OrderLife"/> knows the present one.</summary>
    public OrderState State { get; init; }

    /// <summary>The key to the customer's page, encrypted: mails lead there.</summary>
    public required string SealedToken { get; init; }

    /// <summary>The language the customer is written to in.</summary>
    public required string Language { get; init; }

    /// <summary>Whose account it is in; null while it is nobody's.</summary>
    public Id<Customer>? CustomerId { get; init; }

    /// <summary>The chip its money becomes credit of when nobody collects it, as was said at the purchase; null: it goes back.</summary>
    public Id<Chip>? CreditChipId { get; init; }

    /// <summary>When it was placed.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When staff had put it together; null while they have not said so.</summary>
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>When the customer said that they are at the machine; null while they have not.</summary>
    public DateTimeOffset? CalledAt { get; init; }

    /// <summary>When it ended; null while it is followed.</summary>
    public DateTimeOffset? ClosedAt { get; init; }
}

/// <summary>Which state an order is in: read off what is true of its money and goods, never kept beside it.</summary>
public static class OrderLife
{
    /// <summary>The state.</summary>
    /// <param name="isReady">Whether staff have put it together, or nobody has to.</param>
    /// <param name="purchase">What was to be paid.</param>
    /// <param name="vend">The sale it became; null before the money came.</param>
    public static OrderState Of(bool isReady, Purchase purchase, Vend? vend)
    {
        if (vend is null)
        {
            if (purchase.Status is not PurchaseStatus.Closed) return OrderState.AwaitingPayment;
            return purchase.Reason == "cancelled_by_customer" ? OrderState.Cancelled : OrderState.NotPaid;
        }

        return vend.Status switch
        {
            VendStatus.Reserved => isReady ? OrderState.Ready : OrderState.Paid,
            VendStatus.Delivering or VendStatus.Unknown => OrderState.Ready,
            VendStatus.Committed or VendStatus.PartlyRefunded => OrderState.Collected,
            VendStatus.Refunded => OrderState.Refunded,
            VendStatus.Cancelled => vend.Reason is "expired" or VendRules.Credited ? OrderState.NotCollected : OrderState.Cancelled,
        };
    }

    /// <summary>Whether nothing is expected to follow.</summary>
    public static bool IsEnd(OrderState state) => state switch
    {
        OrderState.AwaitingPayment or OrderState.Paid or OrderState.Ready => false,
        OrderState.Collected or OrderState.NotPaid or OrderState.Cancelled or OrderState.NotCollected or OrderState.Refunded => true,
    };
}
