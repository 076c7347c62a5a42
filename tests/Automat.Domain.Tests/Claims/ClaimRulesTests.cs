using Automat.Domain.Claims;
using Automat.Domain.Vends;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Claims;

/// <summary>Every combination of what can be known: what is given without a person stays within its bounds.</summary>
public sealed class ClaimRulesTests
{
    private static readonly ClaimPolicy Policy = new(TimeSpan.FromDays(7), 2_000, 300, 900);

    private static readonly Arbitrary<ClaimFacts> AnyFacts = (
        from kind in Gen.Elements(Enum.GetValues<ClaimKind>())
        from status in Gen.Elements(Enum.GetValues<VendStatus>())
        from evidence in Gen.Elements(Enum.GetValues<DeliveryEvidence>())
        from left in Gen.OneOf(Gen.Choose(0, 400), Gen.Choose(0, 4_000))
        from hours in Gen.Choose(0, 400)
        from before in Gen.Choose(-1, 2)
        from today in Gen.Choose(0, 1_000)
        select new ClaimFacts(kind, status, evidence, left, TimeSpan.FromHours(hours), before < 0 ? null : before, today)).ToArbitrary();

    [Fact]
    public void Whatever_is_known_what_is_given_without_a_person_stays_within_its_bounds() => Prop.ForAll(AnyFacts, facts =>
    {
        if (Verdict(facts) is not { } verdict) return true;
        var isOpen = facts.Status is VendStatus.Unknown;
        return verdict switch
        {
            ClaimVerdict.AskStaff => true,
            ClaimVerdict.EndDoubt => isOpen && facts.Kind is ClaimKind.NothingCameOut && facts.Left <= Policy.AutomaticUpTo,
            ClaimVerdict.Believe => !isOpen && facts.Evidence is DeliveryEvidence.None && facts.Kind is ClaimKind.NothingCameOut
                && facts.Left <= Policy.AutomaticUpTo,
            ClaimVerdict.Goodwill => !isOpen && facts.GoodwillsBefore == 0 && facts.Left <= Policy.GoodwillEach
                && facts.GoodwillToday + facts.Left <= Policy.GoodwillPerDay
                && !(facts.Evidence is DeliveryEvidence.Seen && facts.Kind is ClaimKind.NothingCameOut),
        };
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void Better_evidence_never_makes_a_claim_easier() => Prop.ForAll(AnyFacts, facts =>
    {
        var weak = Verdict(facts with { Evidence = DeliveryEvidence.None });
        var strong = Verdict(facts with { Evidence = DeliveryEvidence.Seen });
        return weak is not ClaimVerdict.AskStaff || strong is ClaimVerdict.AskStaff;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Without_goodwill_whatever_the_machine_denies_is_a_persons() => Prop.ForAll(AnyFacts, facts =>
        Verdict(facts with { Evidence = DeliveryEvidence.Told, Status = VendStatus.Committed }, Policy with { GoodwillEach = 0 })
            is null or ClaimVerdict.AskStaff).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(VendStatus.Reserved, 100, "claim_too_early")]
    [InlineData(VendStatus.Delivering, 100, "claim_too_early")]
    [InlineData(VendStatus.Cancelled, 100, "claim_settled")]
    [InlineData(VendStatus.Refunded, 0, "claim_settled")]
    [InlineData(VendStatus.Committed, 0, "claim_settled")]
    public void What_cannot_be_claimed_says_why(VendStatus status, long left, string code) => Assert.Equal(
        code, Assert.Throws<RuleException>(() => ClaimRules.Decide(Facts(status) with { Left = left }, Policy)).Code);

    [Fact]
    public void The_window_ends()
    {
        Assert.Equal(ClaimVerdict.Believe, ClaimRules.Decide(Facts(VendStatus.Committed) with { Age = TimeSpan.FromDays(7) }, Policy));
        Assert.Equal("claim_window_over", Assert.Throws<RuleException>(() =>
            ClaimRules.Decide(Facts(VendStatus.Committed) with { Age = TimeSpan.FromDays(7.01) }, Policy)).Code);
    }

    [Theory]
    [InlineData(null, DeliveryEvidence.None)]
    [InlineData("assumed", DeliveryEvidence.None)]
    [InlineData("no_answer", DeliveryEvidence.None)]
    [InlineData("acknowledged", DeliveryEvidence.Told)]
    [InlineData("never_heard_before", DeliveryEvidence.Told)]
    [InlineData("drop_sensor", DeliveryEvidence.Seen)]
    public void A_word_nobody_knows_is_the_machines_own(string? word, DeliveryEvidence evidence) =>
        Assert.Equal(evidence, ClaimRules.EvidenceOf(word));

    private static ClaimFacts Facts(VendStatus status) =>
        new(ClaimKind.NothingCameOut, status, DeliveryEvidence.None, 100, TimeSpan.Zero, 0, 0);

    private static ClaimVerdict? Verdict(ClaimFacts facts, ClaimPolicy? policy = null)
    {
        try
        {
            return ClaimRules.Decide(facts, policy ?? Policy);
        }
        catch (RuleException)
        {
            return null;
        }
    }
}
