namespace Automat.Server.Storefront;

/// <summary>How far along a step is.</summary>
internal enum StepState
{
    Done,
    Current,
    Ahead,
    Failed,
}

/// <summary>One line of the progress: its text's key, how far it is, when it happened.</summary>
internal sealed record VendStep(string TextKey, StepState State, DateTimeOffset? At);

/// <summary>Lays a purchase out as steps: what happened, what happens now, what is still to come.</summary>
internal static class VendSteps
{
    public static IReadOnlyList<VendStep> For(VendView vend)
    {
        var times = vend.Times;
        var handOver = HandOver(vend);
        var goods = Goods(vend.Look);
        VendStep ordered = new("Step.Ordered", StepState.Done, times.Ordered);
        var fridge = vend.Look is MachineLook.Fridge;
        VendStep paid = new(fridge ? "Step.PaidFridge" : "Step.Paid", StepState.Done, times.Paid);

        return vend.Stage switch
        {
            VendStage.AwaitingPayment =>
                [ordered, Now(fridge ? "StepNow.PaidFridge" : "StepNow.Paid"), Ahead(handOver), Ahead(goods)],
            VendStage.Paid =>
                [ordered, paid, Now(fridge ? "StepNow.SentFridge" : "StepNow.Sent"), Ahead(goods)],
            VendStage.CodeReady =>
                [ordered, paid, new(handOver, StepState.Done, times.Sent), Now("StepNow.Collect")],
            VendStage.Delivering =>
                [ordered, paid, new(handOver, StepState.Done, times.Sent), Now(GoodsNow(vend.Look))],
            VendStage.Delivered =>
                [ordered, paid, new(handOver, StepState.Done, times.Sent), new(goods, StepState.Done, times.Delivered)],
            VendStage.Unknown =>
                [ordered, paid, new(handOver, StepState.Done, times.Sent), Now("StepNow.Unclear")],
            VendStage.Refunding =>
                [ordered, paid, .. Setback(vend), new("Step.RefundStarted", StepState.Done, times.RefundStarted), Now("StepNow.Refunded")],
            VendStage.Refunded =>
                [ordered, paid, .. Setback(vend), new("Step.Refunded", StepState.Done, times.Refunded)],
            VendStage.Expired =>
                [ordered, new("Step.Expired", StepState.Failed, times.Ended)],
            VendStage.Cancelled when fridge && times.Sent is { } sent =>
                [ordered, paid, new(handOver, StepState.Done, sent), new("Step.ReleasedFridge", StepState.Done, times.Ended)],
            VendStage.Cancelled when fridge =>
                [ordered, paid, new("Step.ReleasedFridge", StepState.Done, times.Ended)],
            VendStage.Cancelled =>
                [ordered, new("Step.Cancelled", StepState.Failed, times.Ended)],
        };
    }

    /// <summary>What did not work; goods that were delivered and paid back later are no setback.</summary>
    private static IEnumerable<VendStep> Setback(VendView vend)
    {
        if (vend.Times.Sent is { } sent) yield return new(HandOver(vend), StepState.Done, sent);
        yield return vend.Times.Delivered is { } delivered
            ? new(Goods(vend.Look), StepState.Done, delivered)
            : new("Step.NotDelivered", StepState.Failed, null);
    }

    private static string HandOver(VendView vend) => vend.Look switch
    {
        MachineLook.Arcade => "Step.SentArcade",
        MachineLook.Fridge => "Step.SentFridge",
        MachineLook.Robot or MachineLook.PickUp => "Step.CodeIssued",
        MachineLook.Snack => vend.Code is null ? "Step.Sent" : "Step.CodeIssued",
    };

    private static string Goods(MachineLook look) => look switch
    {
        MachineLook.Arcade => "Step.DeliveredArcade",
        MachineLook.Fridge => "Step.DeliveredFridge",
        MachineLook.Robot or MachineLook.PickUp or MachineLook.Snack => "Step.Delivered",
    };

    private static string GoodsNow(MachineLook look) => look switch
    {
        MachineLook.Arcade => "StepNow.DeliveredArcade",
        MachineLook.Fridge => "StepNow.DeliveredFridge",
        MachineLook.Robot or MachineLook.PickUp or MachineLook.Snack => "StepNow.Delivered",
    };

    private static VendStep Now(string key) => new(key, StepState.Current, null);

    private static VendStep Ahead(string key) => new(key, StepState.Ahead, null);
}
