namespace Automat.Server.Books.Desk;

/// <summary>What a kind of entry means for whoever keeps the books.</summary>
internal static class EntryWords
{
    /// <summary>Name of the text that says it; null for a kind nobody has words for.</summary>
    public static string? Of(string kind) => kind switch
    {
        "vend.reserved" => "Entry.Reserved",
        "vend.committed" => "Entry.Committed",
        "vend.committed_late" => "Entry.CommittedLate",
        "vend.cancelled" => "Entry.Cancelled",
        "vend.refunded" => "Entry.Refunded",
        "vend.cash" => "Entry.SoldForCash",
        "hold.captured_more" => "Entry.CapturedMore",
        "hold.captured_by_hand" => "Entry.CapturedByHand",
        "hold.lost" => "Entry.HoldLost",
        "debt.paid" => "Entry.DebtPaid",
        "debt.paid_twice" => "Entry.DebtPaidTwice",
        "debt.refunded" => "Entry.DebtRefunded",
        "debt.written_off" => "Entry.DebtWrittenOff",
        "refund.paid" => "Entry.RefundPaid",
        "refund.paid_twice" => "Entry.RefundPaidTwice",
        "refund.returned" => "Entry.RefundReturned",
        "refund.outside" => "Entry.RefundOutside",
        "refund.settled" => "Entry.RefundSettled",
        "dispute.opened" => "Entry.DisputeOpened",
        "dispute.won" => "Entry.DisputeWon",
        "dispute.lost" => "Entry.DisputeLost",
        "chip.topped_up" => "Entry.ToppedUp",
        "chip.top_up_returned" => "Entry.TopUpReturned",
        "chip.moved" => "Entry.CreditMoved",
        "chip.credit_expired" => "Entry.CreditExpired",
        "cash.collected" => "Entry.CashCollected",
        "payout.paid" => "Entry.PaidOut",
        _ => null,
    };
}
