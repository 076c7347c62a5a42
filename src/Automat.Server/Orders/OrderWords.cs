namespace Automat.Server.Orders;

/// <summary>Which text says what about an order.</summary>
internal static class OrderWords
{
    /// <summary>A state in a word.</summary>
    public static string Of(OrderState state) => state switch
    {
        OrderState.AwaitingPayment => "State.AwaitingPayment",
        OrderState.Paid => "State.Paid",
        OrderState.Ready => "State.Ready",
        OrderState.Collected => "State.Collected",
        OrderState.NotPaid => "State.NotPaid",
        OrderState.Cancelled => "State.Cancelled",
        OrderState.NotCollected => "State.NotCollected",
        OrderState.Refunded => "State.Refunded",
    };

    /// <summary>How good a state is.</summary>
    public static string ToneOf(OrderState state) => state switch
    {
        OrderState.Paid or OrderState.Ready => "wait",
        OrderState.Collected => "good",
        OrderState.NotCollected or OrderState.Cancelled or OrderState.Refunded => "bad",
        OrderState.AwaitingPayment or OrderState.NotPaid => "idle",
    };

    /// <summary>The big words of the customer's page.</summary>
    public static string HeadlineOf(OrderState state) => state switch
    {
        OrderState.AwaitingPayment => "Headline.AwaitingPayment",
        OrderState.Paid => "Headline.Paid",
        OrderState.Ready => "Headline.Ready",
        OrderState.Collected => "Headline.Collected",
        OrderState.NotPaid => "Headline.NotPaid",
        OrderState.Cancelled => "Headline.Cancelled",
        OrderState.NotCollected => "Headline.NotCollected",
        OrderState.Refunded => "Headline.Refunded",
    };

    /// <summary>The sentence below them.</summary>
    public static string ExplanationOf(OrderView order) => order.State switch
    {
        OrderState.AwaitingPayment when order.IsMoneyOnItsWay => "Explain.MoneyOnItsWay",
        OrderState.AwaitingPayment => "Explain.AwaitingPayment",
        OrderState.Paid => "Explain.Paid",
        OrderState.Ready when order.ByHand => "Explain.ReadyByHand",
        OrderState.Ready when order is { WaitsForCall: true, IsCalled: true } => "Explain.Called",
        OrderState.Ready when order.WaitsForCall => "Explain.ReadyToCall",
        OrderState.Ready => "Explain.Ready",
        OrderState.Collected => "Explain.Collected",
        OrderState.NotPaid => "Explain.NotPaid",
        OrderState.Cancelled when order.HasReceipt => "Explain.CancelledPaid",
        OrderState.Cancelled => "Explain.Cancelled",
        OrderState.NotCollected when order.CreditTo is not null => "Explain.NotCollectedCredited",
        OrderState.NotCollected => "Explain.NotCollected",
        OrderState.Refunded => "Explain.Refunded",
    };
}
