namespace Automat.Server.Payments.Stripe;

/// <summary>Stripe's words as ours. A word we have never seen throws; it never becomes "pending".</summary>
internal static class StripeWords
{
    public static CheckoutStatus Checkout(string word) => word switch
    {
        "open" => CheckoutStatus.Open,
        "complete" => CheckoutStatus.Complete,
        "expired" => CheckoutStatus.Expired,
        _ => throw Unknown("checkout status", word),
    };

    public static CheckoutPaymentStatus CheckoutPayment(string word) => word switch
    {
        "paid" => CheckoutPaymentStatus.Paid,
        "unpaid" => CheckoutPaymentStatus.Unpaid,
        "no_payment_required" => CheckoutPaymentStatus.NoPaymentRequired,
        _ => throw Unknown("checkout payment status", word),
    };

    public static IntentStatus Intent(string word) => word switch
    {
        "requires_payment_method" => IntentStatus.RequiresPaymentMethod,
        "requires_confirmation" => IntentStatus.RequiresConfirmation,
        "requires_action" => IntentStatus.RequiresAction,
        "processing" => IntentStatus.Processing,
        "requires_capture" => IntentStatus.RequiresCapture,
        "canceled" => IntentStatus.Canceled,
        "succeeded" => IntentStatus.Succeeded,
        _ => throw Unknown("payment intent status", word),
    };

    public static RefundStatus Refund(string word) => word switch
    {
        "pending" => RefundStatus.Pending,
        "requires_action" => RefundStatus.RequiresAction,
        "succeeded" => RefundStatus.Succeeded,
        "failed" => RefundStatus.Failed,
        "canceled" => RefundStatus.Canceled,
        _ => throw Unknown("refund status", word),
    };

    public static DisputeStatus Dispute(string word) => word switch
    {
        "warning_needs_response" => DisputeStatus.WarningNeedsResponse,
        "warning_under_review" => DisputeStatus.WarningUnderReview,
        "warning_closed" => DisputeStatus.WarningClosed,
        "needs_response" => DisputeStatus.NeedsResponse,
        "under_review" => DisputeStatus.UnderReview,
        "prevented" => DisputeStatus.Prevented,
        "won" => DisputeStatus.Won,
        "lost" => DisputeStatus.Lost,
        _ => throw Unknown("dispute status", word),
    };

    /// <summary>Stripe has dozens of categories and adds more; what is none of a sale's is shown by its own word.</summary>
    public static BalanceKind Balance(string word) => word switch
    {
        "charge" or "payment" => BalanceKind.Payment,
        "refund" or "refund_failure" or "partial_capture_reversal" or "charge_failure" => BalanceKind.Refund,
        "dispute" or "dispute_reversal" => BalanceKind.Dispute,
        "fee" or "stripe_fee" or "network_cost" or "tax" => BalanceKind.Fee,
        "payout" or "payout_reversal" or "payout_minimum_balance_hold" or "payout_minimum_balance_release" => BalanceKind.Payout,
        _ => BalanceKind.Other,
    };

    private static ProviderAnswerException Unknown(string what, string word) =>
        new($"Stripe's {what} \"{(word.Length > 60 ? word[..60] : word)}\" is unknown to us.");
}
