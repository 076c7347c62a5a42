namespace Automat.Server.Storefront;

/// <summary>Which text says what: every state has its words, and a state without them does not compile.</summary>
internal static class Wording
{
    public static string Badge(MachineCondition condition) => condition switch
    {
        MachineCondition.Ready => "Condition.Ready",
        MachineCondition.Busy => "Condition.Busy",
        MachineCondition.Offline => "Condition.Offline",
        MachineCondition.NotConnected => "Condition.NotConnected",
        MachineCondition.OutOfService => "Condition.OutOfService",
        MachineCondition.Faulted => "Condition.Faulted",
        MachineCondition.CashOnly => "Condition.CashOnly",
    };

    public static string WhyNot(MachineCondition condition) => condition switch
    {
        MachineCondition.Ready => "WhyNot.AllSoldOut",
        MachineCondition.Busy => "WhyNot.Busy",
        MachineCondition.Offline => "WhyNot.Offline",
        MachineCondition.NotConnected => "WhyNot.NotConnected",
        MachineCondition.OutOfService => "WhyNot.OutOfService",
        MachineCondition.Faulted => "WhyNot.Faulted",
        MachineCondition.CashOnly => "WhyNot.CashOnly",
    };

    public static string Kind(MachineLook look) => look switch
    {
        MachineLook.Arcade => "Kind.Arcade",
        MachineLook.Robot => "Kind.Robot",
        MachineLook.PickUp => "Kind.PickUp",
        MachineLook.Snack => "Kind.Snack",
        MachineLook.Fridge => "Kind.Fridge",
    };

    public static string Invitation(MachineLook look) => look switch
    {
        MachineLook.Arcade => "Invitation.Arcade",
        MachineLook.Robot => "Invitation.Robot",
        MachineLook.PickUp => "Invitation.PickUp",
        MachineLook.Snack => "Invitation.Snack",
        MachineLook.Fridge => "Invitation.Fridge",
    };

    public static string Refusal(PurchaseError error) => error switch
    {
        PurchaseError.NothingChosen => "Refusal.NothingChosen",
        PurchaseError.BadQuantity => "Refusal.BadQuantity",
        PurchaseError.SoldOut => "Refusal.SoldOut",
        PurchaseError.NotReady => "Refusal.NotReady",
        PurchaseError.MachineBusy => "Refusal.MachineBusy",
        PurchaseError.MachineOffline => "Refusal.MachineOffline",
        PurchaseError.MachineFaulted => "Refusal.MachineFaulted",
        PurchaseError.OutOfService => "Refusal.OutOfService",
        PurchaseError.PaymentUnavailable => "Refusal.PaymentUnavailable",
        PurchaseError.CardRefused => "Refusal.CardRefused",
        PurchaseError.DebtOpen => "Refusal.DebtOpen",
        PurchaseError.SpendLimit => "Refusal.SpendLimit",
        PurchaseError.TooManyAttempts => "Refusal.TooManyAttempts",
        PurchaseError.FormExpired => "Refusal.FormExpired",
    };

    public static string Headline(VendView vend) => (vend.Stage, vend.RefundAmount) switch
    {
        (VendStage.Refunding, not null) => "Headline.RefundingPart",
        (VendStage.Refunded, not null) => "Headline.RefundedPart",
        _ => Headline(vend.Stage, vend.Look),
    };

    /// <summary>What goes back although it was delivered: the change, or all of it.</summary>
    public static string Change(VendView vend) =>
        vend.RefundAmount == vend.Total ? "Vend.OnTheHouse" : "Vend.Change";

    private static string Headline(VendStage stage, MachineLook look) => (stage, look) switch
    {
        (VendStage.AwaitingPayment, MachineLook.Fridge) => "Headline.AwaitingFridge",
        (VendStage.AwaitingPayment, _) => "Headline.AwaitingPayment",
        (VendStage.Paid, MachineLook.Fridge) => "Headline.PaidFridge",
        (VendStage.Paid, _) => "Headline.Paid",
        (VendStage.CodeReady, _) => "Headline.CodeReady",
        (VendStage.Delivering, MachineLook.Arcade) => "Headline.DeliveringArcade",
        (VendStage.Delivering, MachineLook.Fridge) => "Headline.DeliveringFridge",
        (VendStage.Delivering, _) => "Headline.Delivering",
        (VendStage.Delivered, MachineLook.Arcade) => "Headline.DeliveredArcade",
        (VendStage.Delivered, _) => "Headline.Delivered",
        (VendStage.Unknown, _) => "Headline.Unknown",
        (VendStage.Refunding, _) => "Headline.Refunding",
        (VendStage.Refunded, _) => "Headline.Refunded",
        (VendStage.Expired, _) => "Headline.Expired",
        (VendStage.Cancelled, MachineLook.Fridge) => "Headline.CancelledFridge",
        (VendStage.Cancelled, _) => "Headline.Cancelled",
    };

    public static string Explanation(VendView vend) => (vend.Stage, vend.Look) switch
    {
        (VendStage.Delivered, MachineLook.Fridge) when vend.Owed is not null => "Explain.OwedFridge",
        (VendStage.Cancelled, MachineLook.Fridge) when vend.Reason is VendReason.None => "Explain.CancelledFridge",
        (VendStage.Cancelled, MachineLook.Fridge) => "Explain.NotOpenedFridge",
        _ => Explanation(vend.Stage, vend.Look),
    };

    private static string Explanation(VendStage stage, MachineLook look) => (stage, look) switch
    {
        (VendStage.AwaitingPayment, MachineLook.Fridge) => "Explain.AwaitingFridge",
        (VendStage.AwaitingPayment, _) => "Explain.AwaitingPayment",
        (VendStage.Paid, MachineLook.Fridge) => "Explain.PaidFridge",
        (VendStage.Paid, _) => "Explain.Paid",
        (VendStage.CodeReady, MachineLook.Robot) => "Explain.CodeReadyRobot",
        (VendStage.CodeReady, MachineLook.PickUp) => "Explain.CodeReadyPickUp",
        (VendStage.CodeReady, _) => "Explain.CodeReady",
        (VendStage.Delivering, MachineLook.Arcade) => "Explain.DeliveringArcade",
        (VendStage.Delivering, MachineLook.Fridge) => "Explain.DeliveringFridge",
        (VendStage.Delivering, _) => "Explain.Delivering",
        (VendStage.Delivered, MachineLook.Arcade) => "Explain.DeliveredArcade",
        (VendStage.Delivered, MachineLook.Fridge) => "Explain.DeliveredFridge",
        (VendStage.Delivered, _) => "Explain.Delivered",
        (VendStage.Unknown, MachineLook.Fridge) => "Explain.UnknownFridge",
        (VendStage.Unknown, _) => "Explain.Unknown",
        (VendStage.Refunding, _) => "Explain.Refunding",
        (VendStage.Refunded, _) => "Explain.Refunded",
        (VendStage.Expired, _) => "Explain.Expired",
        (VendStage.Cancelled, _) => "Explain.Cancelled",
    };

    /// <summary>The sentence that says why; null where there is nothing to explain.</summary>
    public static string? Why(VendReason reason) => reason switch
    {
        VendReason.None => null,
        VendReason.MachineSilent => "Why.MachineSilent",
        VendReason.MachineOffline => "Why.MachineOffline",
        VendReason.MachineFault => "Why.MachineFault",
        VendReason.MachineRefused => "Why.MachineRefused",
        VendReason.FoundUndelivered => "Why.FoundUndelivered",
        VendReason.OutOfService => "Why.OutOfService",
        VendReason.MachineBusy => "Why.MachineBusy",
        VendReason.NothingChosen => "Why.NothingChosen",
        VendReason.SoldOut => "Why.SoldOut",
        VendReason.Jammed => "Why.Jammed",
        VendReason.CodeExpired => "Why.CodeExpired",
        VendReason.Credited => "Why.Credited",
        VendReason.PaymentExpired => "Why.PaymentExpired",
        VendReason.PaymentDeclined => "Why.PaymentDeclined",
        VendReason.CustomerCancelled => "Why.CustomerCancelled",
        VendReason.OperatorCancelled => "Why.OperatorCancelled",
        VendReason.Overpaid => "Why.Overpaid",
        VendReason.WrongAmount => "Why.WrongAmount",
        VendReason.PaidTwice => "Why.PaidTwice",
        VendReason.DebtOpen => "Why.DebtOpen",
        VendReason.HoldLost => "Why.HoldLost",
    };

    /// <summary>What the provider's page calls a hold.</summary>
    public const string HoldLine = "Buy.HoldLine";

    /// <summary>What the provider's page calls a debt.</summary>
    public const string OwedLine = "Vend.OwedLine";

    public static string Payment(PaymentState state) => state switch
    {
        PaymentState.Authorised => "Payment.Authorised",
        PaymentState.Paid => "Payment.Paid",
        PaymentState.PartlyRefunded => "Payment.PartlyRefunded",
        PaymentState.Refunded => "Payment.Refunded",
        PaymentState.Released => "Payment.Released",
    };

    public static string Refund(RefundState state) => state switch
    {
        RefundState.Pending => "Refund.Pending",
        RefundState.Done => "Refund.Done",
        RefundState.Failed => "Refund.Failed",
    };

    public static string Claim(ClaimStage stage) => stage switch
    {
        ClaimStage.Open => "Claim.Title",
        ClaimStage.TooEarly => "Claim.TooEarly",
        ClaimStage.TooLate => "Claim.TooLate",
        ClaimStage.NothingLeft => "Claim.NothingLeft",
        ClaimStage.Waiting => "Claim.Waiting",
        ClaimStage.Refunded => "Claim.Refunded",
        ClaimStage.Declined => "Claim.Declined",
    };

    public static string Claim(ClaimChoice choice) => choice switch
    {
        ClaimChoice.NothingCameOut => "Claim.NothingCameOut",
        ClaimChoice.WrongProduct => "Claim.WrongProduct",
        ClaimChoice.Damaged => "Claim.Damaged",
    };

    public static string ProblemTitle(int status) => status switch
    {
        403 => "Problem.Forbidden",
        404 => "Problem.NotFound",
        410 => "Problem.Gone",
        429 => "Problem.TooMany",
        503 => "Problem.Unavailable",
        >= 400 and < 500 => "Problem.Request",
        _ => "Problem.Server",
    };

    public static string ProblemHelp(int status) => status switch
    {
        403 => "Problem.ForbiddenHelp",
        404 => "Problem.NotFoundHelp",
        410 => "Problem.GoneHelp",
        429 => "Problem.TooManyHelp",
        503 => "Problem.UnavailableHelp",
        >= 400 and < 500 => "Problem.RequestHelp",
        _ => "Problem.ServerHelp",
    };

    public static string Step(StepState state) => state switch
    {
        StepState.Done => "StepState.Done",
        StepState.Current => "StepState.Current",
        StepState.Ahead => "StepState.Ahead",
        StepState.Failed => "StepState.Failed",
    };
}
