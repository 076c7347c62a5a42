namespace Automat.Domain.Holds;

/// <summary>A part of a refund that goes back over the payment it came by.</summary>
/// <param name="IntentId">The provider's payment.</param>
/// <param name="Amount">Minor units.</param>
public readonly record struct RefundShare(string IntentId, long Amount);

/// <summary>
/// How a refund is split over what paid for a sale: a hold, and payments of what the hold did not cover. First goes what was
/// never paid, which is owed no more; then the payments, the newest first; the hold last. None gets back more than it brought.
/// </summary>
public sealed record RefundSplit
{
    /// <summary>The sale's hold afterwards.</summary>
    public required CardHold Hold { get; init; }

    /// <summary>What becomes of its debts; those that stay as they are are not among them.</summary>
    public required IReadOnlyList<DebtChange> Debts { get; init; }

    /// <summary>What the provider has to give back, each over its own payment.</summary>
    public required IReadOnlyList<RefundShare> Shares { get; init; }

    /// <summary>Splits a refund.</summary>
    /// <param name="amount">Minor units to give back.</param>
    /// <param name="hold">The sale's hold.</param>
    /// <param name="debts">The sale's debts, whatever became of them.</param>
    /// <param name="now">When.</param>
    /// <exception cref="RuleException"><c>refund_above_rest</c> when less than that was paid or is owed.</exception>
    public static RefundSplit Of(long amount, CardHold hold, IEnumerable<Debt> debts, DateTimeOffset now)
    {
        var (left, shares, changes) = (amount, new List<RefundShare>(), new List<DebtChange>());
        var newest = debts.OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id.Value).ToList();
        for (var i = 0; i < newest.Count; i++)
        {
            var off = newest[i].Status is DebtStatus.Owed or DebtStatus.WrittenOff ? Math.Min(left, newest[i].Amount) : 0;
            if (off == 0) continue;
            changes.Add(DebtRules.TakeOff(newest[i], off, now));
            newest[i] = changes[^1].Debt;
            left -= off;
        }

        foreach (var debt in newest)
        {
            var back = debt.IntentId is null ? 0 : Math.Min(left, debt.Received - debt.GivenBack);
            if (back <= 0) continue;
            shares.Add(new RefundShare(debt.IntentId!, back));
            changes.Add(new DebtChange(debt with { GivenBack = debt.GivenBack + back }, News: true));
            left -= back;
        }

        var held = Math.Min(left, CapturedOf(hold) - hold.GivenBack);
        if (held > 0)
        {
            shares.Add(new RefundShare(hold.IntentId, held));
            hold = hold with { GivenBack = hold.GivenBack + held };
            left -= held;
        }

        return left == 0
            ? new RefundSplit { Hold = hold, Debts = changes, Shares = shares }
            : throw new RuleException(
                "refund_above_rest", $"Only {new Money(amount - left, hold.Currency)} of this sale was paid and can go back.");
    }

    /// <summary>What of a hold is the sale's money, or becomes so as soon as the provider has captured it.</summary>
    private static long CapturedOf(CardHold hold) => hold.Status switch
    {
        HoldStatus.Captured => Math.Min(hold.Received, hold.Wanted),
        HoldStatus.Capturing => hold.Wanted,
        HoldStatus.Held or HoldStatus.Releasing or HoldStatus.Released or HoldStatus.Lost => 0,
    };
}
