using Automat.Domain.Vends;

namespace Automat.Domain.Claims;

/// <summary>What is known when a claim comes.</summary>
/// <param name="Kind">What the customer says.</param>
/// <param name="Status">Where the sale is.</param>
/// <param name="Evidence">How well we know that goods left.</param>
/// <param name="Left">Minor units of the sale not given back yet; all that is held while it is in doubt.</param>
/// <param name="Age">How long ago it was delivered.</param>
/// <param name="GoodwillsBefore">How often whoever paid was shown goodwill lately; null when nobody knows who paid.</param>
/// <param name="GoodwillToday">Minor units of goodwill the organisation has shown today.</param>
public sealed record ClaimFacts(
    ClaimKind Kind, VendStatus Status, DeliveryEvidence Evidence, long Left, TimeSpan Age, int? GoodwillsBefore, long GoodwillToday);

/// <summary>What an organisation decides without a person.</summary>
/// <param name="Window">How long after the delivery one may claim.</param>
/// <param name="AutomaticUpTo">Minor units; more is never given back without a person.</param>
/// <param name="GoodwillEach">Minor units of goodwill at a time; 0: none without a person.</param>
/// <param name="GoodwillPerDay">Minor units of goodwill a day, all together.</param>
public sealed record ClaimPolicy(TimeSpan Window, long AutomaticUpTo, long GoodwillEach, long GoodwillPerDay);

/// <summary>
/// What is decided about a claim at once, as a pure function. Where nothing is known the customer is believed; where the
/// machine says otherwise a little is given out of goodwill, once to each and so much a day; all else is a person's.
/// </summary>
public static class ClaimRules
{
    // Words that only say that a command went out, or that nobody knows; any other word is the machine's own.
    private static readonly HashSet<string> NoEvidence = new(StringComparer.Ordinal)
    {
        "assumed", "written", "brokered", "no_answer", "connection_lost", "server_restarted", "overdue",
    };

    private static readonly HashSet<string> Sensors = new(StringComparer.Ordinal)
    {
        "drop_sensor", "vend_sensor", "weighed", "scale", "seen",
    };

    /// <summary>How good a word of evidence is.</summary>
    public static DeliveryEvidence EvidenceOf(string? word) =>
        word is null || NoEvidence.Contains(word) ? DeliveryEvidence.None
        : Sensors.Contains(word) ? DeliveryEvidence.Seen
        : DeliveryEvidence.Told;

    /// <summary>What is to be done about a claim.</summary>
    /// <exception cref="RuleException">
    /// <c>claim_too_early</c> while the sale is going on, <c>claim_settled</c> when all money is back, <c>claim_window_over</c>.
    /// </exception>
    public static ClaimVerdict Decide(ClaimFacts facts, ClaimPolicy policy)
    {
        if (facts.Status is VendStatus.Reserved or VendStatus.Delivering)
        {
            throw new RuleException("claim_too_early", "The machine is still at work; please wait until it has finished.");
        }

        if (facts.Status is VendStatus.Cancelled or VendStatus.Refunded || facts.Left <= 0)
        {
            throw new RuleException("claim_settled", "The money for this purchase goes or went back already.");
        }

        if (facts.Status is not VendStatus.Unknown && facts.Age > policy.Window)
        {
            throw new RuleException("claim_window_over",
                $"This purchase is older than the {policy.Window.TotalDays:0} days in which it can be claimed.");
        }

        if (facts.Left > policy.AutomaticUpTo) return ClaimVerdict.AskStaff;
        var nothing = facts.Kind is ClaimKind.NothingCameOut;
        if (facts.Status is VendStatus.Unknown) return nothing ? ClaimVerdict.EndDoubt : ClaimVerdict.AskStaff;
        return (facts.Evidence, nothing) switch
        {
            (DeliveryEvidence.None, true) => ClaimVerdict.Believe,
            (DeliveryEvidence.Seen, true) => ClaimVerdict.AskStaff,
            _ => IsCheap(facts, policy) ? ClaimVerdict.Goodwill : ClaimVerdict.AskStaff,
        };
    }

    private static bool IsCheap(ClaimFacts facts, ClaimPolicy policy) =>
        facts.GoodwillsBefore is 0 && facts.Left <= policy.GoodwillEach
        && facts.Left <= policy.GoodwillPerDay - facts.GoodwillToday;
}
