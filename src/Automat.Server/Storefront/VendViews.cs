namespace Automat.Server.Storefront;

/// <summary>Where a purchase stands, as its customer sees it.</summary>
public enum VendStage
{
    /// <summary>The customer has not paid yet.</summary>
    AwaitingPayment,

    /// <summary>Paid; the machine is about to be told.</summary>
    Paid,

    /// <summary>A code was issued; the customer enters it at the machine.</summary>
    CodeReady,

    /// <summary>The machine is at work.</summary>
    Delivering,

    /// <summary>The machine reported what it delivered.</summary>
    Delivered,

    /// <summary>The machine went silent in the middle; the money stays held until somebody knows.</summary>
    Unknown,

    /// <summary>It did not work out; the money is on its way back.</summary>
    Refunding,

    /// <summary>The money is back.</summary>
    Refunded,

    /// <summary>Nobody paid, or nobody collected, in time; nothing was charged.</summary>
    Expired,

    /// <summary>Called off before anything was charged.</summary>
    Cancelled,
}

/// <summary>Why a purchase did not end with the goods.</summary>
public enum VendReason
{
    /// <summary>Nothing to explain.</summary>
    None,

    /// <summary>The machine did not answer in time.</summary>
    MachineSilent,

    /// <summary>The machine was not connected.</summary>
    MachineOffline,

    /// <summary>The machine reported a fault.</summary>
    MachineFault,

    /// <summary>The machine said that it could not take the order.</summary>
    MachineRefused,

    /// <summary>It was found out later that nothing came out.</summary>
    FoundUndelivered,

    /// <summary>The machine was taken out of service before the payment arrived.</summary>
    OutOfService,

    /// <summary>The machine was serving somebody else.</summary>
    MachineBusy,

    /// <summary>Nobody chose at the machine in time.</summary>
    NothingChosen,

    /// <summary>The slot was empty.</summary>
    SoldOut,

    /// <summary>The product got stuck.</summary>
    Jammed,

    /// <summary>The code was not used in time.</summary>
    CodeExpired,

    /// <summary>Nobody came in time, and the money is credit on a chip, as was agreed.</summary>
    Credited,

    /// <summary>The payment was not made in time.</summary>
    PaymentExpired,

    /// <summary>The payment was declined.</summary>
    PaymentDeclined,

    /// <summary>The customer called it off.</summary>
    CustomerCancelled,

    /// <summary>The operator called it off or gave the money back.</summary>
    OperatorCancelled,

    /// <summary>More was paid than the price.</summary>
    Overpaid,

    /// <summary>What was paid does not fit the price: too little, or another currency.</summary>
    WrongAmount,

    /// <summary>It had been paid before.</summary>
    PaidTwice,

    /// <summary>Something from an earlier visit is still to be paid.</summary>
    DebtOpen,

    /// <summary>The bank ended the hold too early.</summary>
    HoldLost,
}

/// <summary>When each step happened, in the machine's local time; null has not happened.</summary>
public sealed record VendTimes
{
    /// <summary>The order was placed.</summary>
    public DateTimeOffset? Ordered { get; init; }

    /// <summary>The payment arrived.</summary>
    public DateTimeOffset? Paid { get; init; }

    /// <summary>The machine was told, or the code was issued.</summary>
    public DateTimeOffset? Sent { get; init; }

    /// <summary>The machine reported what it delivered.</summary>
    public DateTimeOffset? Delivered { get; init; }

    /// <summary>Giving the money back began.</summary>
    public DateTimeOffset? RefundStarted { get; init; }

    /// <summary>The money is back.</summary>
    public DateTimeOffset? Refunded { get; init; }

    /// <summary>It expired or was called off.</summary>
    public DateTimeOffset? Ended { get; init; }
}

/// <summary>One purchase, followed live at <c>/vends/{token}</c>.</summary>
/// <param name="Token">The secret in the address.</param>
/// <param name="MachineId">Leads back to the machine's page.</param>
/// <param name="MachineName">The operator's name for the machine.</param>
/// <param name="Look">Decides the words: a cabinet plays, a fridge opens.</param>
/// <param name="Stage">Where it stands.</param>
/// <param name="Total">What was or will be charged.</param>
public sealed record VendView(
    string Token, string MachineId, string MachineName, MachineLook Look, VendStage Stage, Amount Total)
{
    /// <summary>What was bought.</summary>
    public IReadOnlyList<VendLine> Lines { get; init; } = [];

    /// <summary>The pick-up code, while it may be used.</summary>
    public string? Code { get; init; }

    /// <summary>Until when the code works, in the machine's local time.</summary>
    public DateTimeOffset? CodeValidUntil { get; init; }

    /// <summary>The slot to press at the machine now, where one chooses there after paying.</summary>
    public string? Press { get; init; }

    /// <summary>How many credits an arcade purchase is worth.</summary>
    public int? Credits { get; init; }

    /// <summary>Why it ended otherwise than hoped.</summary>
    public VendReason Reason { get; init; }

    /// <summary>When what happened.</summary>
    public VendTimes Times { get; init; } = new();

    /// <summary>Whether the customer can say that something went wrong.</summary>
    public bool MayClaim { get; init; }

    /// <summary>The provider's pay page, while it waits for the payment.</summary>
    public string? PayUrl { get; init; }

    /// <summary>The receipt, once there is one.</summary>
    public string? ReceiptToken { get; init; }

    /// <summary>What is or was held on the card; null where nothing is held.</summary>
    public Amount? Held { get; init; }

    /// <summary>What was charged so far, where more is to be paid.</summary>
    public Amount? Charged { get; init; }

    /// <summary>What the customer still has to pay; null for nothing.</summary>
    public Amount? Owed { get; init; }

    /// <summary>
    /// What goes or went back, when it is not all of <see cref="Total"/>; after a delivery also when it is all, because the
    /// machine delivered too late to be paid for.
    /// </summary>
    public Amount? RefundAmount { get; init; }

    /// <summary>Nothing will change any more: the page stops listening.</summary>
    public bool IsFinal => Stage switch
    {
        VendStage.Delivered or VendStage.Refunded or VendStage.Expired or VendStage.Cancelled => true,
        VendStage.AwaitingPayment or VendStage.Paid or VendStage.CodeReady or VendStage.Delivering
            or VendStage.Unknown or VendStage.Refunding => false,
    };
}

/// <summary>Something bought.</summary>
/// <param name="Quantity">How much of it.</param>
/// <param name="Name">The product's name.</param>
public sealed record VendLine(Quantity Quantity, string Name);
