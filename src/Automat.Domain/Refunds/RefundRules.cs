using Automat.Domain.Vends;

namespace Automat.Domain.Refunds;

/// <summary>How far the trust in whoever asks goes.</summary>
/// <param name="Window">How long after the delivery they may give money back.</param>
/// <param name="ApprovalAbove">
/// Minor units that may be given back of one sale without a second person; null: any amount.
/// </param>
public sealed record RefundTrust(TimeSpan Window, long? ApprovalAbove);

/// <summary>The rules of a refund somebody asks for, as pure functions; what it does to the sale says <see cref="VendRules"/>.</summary>
public static class RefundRules
{
    /// <summary>What of a sale may still be asked for: not given back yet, and kept for no other request.</summary>
    /// <param name="vend">The sale.</param>
    /// <param name="waiting">Minor units that requests of this sale wait for.</param>
    public static long Left(Vend vend, long waiting) => Math.Max(0, vend.Delivered - vend.Refunded - waiting);

    /// <summary>
    /// Whether a refund needs a second person. What was given back of the sale before counts, so that an amount cannot be
    /// had in small pieces.
    /// </summary>
    /// <param name="vend">The sale.</param>
    /// <param name="amount">Minor units asked for.</param>
    /// <param name="waiting">Minor units that requests of this sale wait for.</param>
    /// <param name="trust">How far the trust in whoever asks goes.</param>
    /// <param name="now">When they ask.</param>
    /// <exception cref="RuleException">
    /// <c>vend_status</c>, <c>amount_invalid</c>, <c>refund_above_rest</c>, <c>refund_window_over</c>.
    /// </exception>
    public static bool NeedsApproval(Vend vend, long amount, long waiting, RefundTrust trust, DateTimeOffset now)
    {
        if (vend.Status is not (VendStatus.Committed or VendStatus.PartlyRefunded or VendStatus.Refunded))
        {
            throw new RuleException("vend_status", $"Vend {vend.Id} is {vend.Status}; only what was delivered can be refunded.");
        }

        if (amount <= 0) throw new RuleException("amount_invalid", "A refund needs an amount above zero.");
        var left = Left(vend, waiting);
        if (amount > left)
        {
            throw new RuleException("refund_above_rest",
                $"Only {new Money(left, vend.Amount.Currency)} of this sale is left to refund"
                + (waiting > 0 ? $"; a request waits for {new Money(waiting, vend.Amount.Currency)}." : "."));
        }

        if (now - (vend.SettledAt ?? vend.ReservedAt) > trust.Window)
        {
            throw new RuleException("refund_window_over",
                $"This sale is older than the {trust.Window.TotalDays:0} days in which you may refund it.");
        }

        return trust.ApprovalAbove is { } limit && vend.Refunded + waiting + amount > limit;
    }
}
