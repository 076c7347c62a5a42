using Automat.Domain.Refunds;
using Automat.Domain.Tests.Vends;
using Automat.Domain.Vends;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Refunds;

public sealed class RefundRulesTests
{
    private static readonly RefundTrust Operators = new(TimeSpan.FromDays(30), 300);

    [Fact]
    [Trait("Accepts", "S2-09")]
    public void The_window_is_open_to_its_last_moment_and_not_longer()
    {
        var vend = Sale.In(VendStatus.Committed);

        Assert.False(RefundRules.NeedsApproval(vend, 100, 0, Operators, Sale.Noon.AddDays(30)));
        Assert.Equal("refund_window_over", Refused(() =>
            RefundRules.NeedsApproval(vend, 100, 0, Operators, Sale.Noon.AddDays(30).AddTicks(1))));
        Assert.False(RefundRules.NeedsApproval(
            vend, 100, 0, Operators with { Window = TimeSpan.FromDays(90) }, Sale.Noon.AddDays(90)));
    }

    [Fact]
    [Trait("Accepts", "S2-10")]
    public void A_second_person_is_needed_above_the_limit_and_small_pieces_add_up()
    {
        var vend = Sale.In(VendStatus.Committed);
        var partly = Sale.In(VendStatus.PartlyRefunded); // 100 are back

        Assert.False(RefundRules.NeedsApproval(vend, 300, 0, Operators, Sale.Noon));
        Assert.True(RefundRules.NeedsApproval(vend, 301, 0, Operators, Sale.Noon));
        Assert.False(RefundRules.NeedsApproval(partly, 200, 0, Operators, Sale.Noon));
        Assert.True(RefundRules.NeedsApproval(partly, 201, 0, Operators, Sale.Noon));
        Assert.True(RefundRules.NeedsApproval(vend, 100, 201, Operators, Sale.Noon));
        Assert.False(RefundRules.NeedsApproval(vend, 449, 0, Operators with { ApprovalAbove = null }, Sale.Noon));
    }

    [Theory]
    [InlineData(VendStatus.Reserved)]
    [InlineData(VendStatus.Delivering)]
    [InlineData(VendStatus.Unknown)]
    [InlineData(VendStatus.Cancelled)]
    public void What_was_not_delivered_cannot_be_refunded(VendStatus status) => Assert.Equal(
        "vend_status", Refused(() => RefundRules.NeedsApproval(Sale.In(status), 1, 0, Operators, Sale.Noon)));

    [Fact]
    [Trait("Accepts", "S2-09")]
    public void What_waits_and_what_went_back_is_never_promised_again() => Prop.ForAll(
        Gen.Choose(1, 600).ListOf(8).Select(l => l.ToArray()).ToArbitrary(), wishes =>
        {
            var (vend, waiting) = (Sale.In(VendStatus.Committed), 0L);
            foreach (var (wish, i) in wishes.Select((w, i) => (w, i)))
            {
                try
                {
                    RefundRules.NeedsApproval(vend, wish, waiting, Operators, Sale.Noon);
                    if (i % 2 == 0) waiting += wish;
                    else vend = VendRules.Refund(vend, wish, "stale").Vend;
                }
                catch (RuleException above) when (above.Code == "refund_above_rest")
                {
                    if (wish <= vend.Delivered - vend.Refunded - waiting) return false;
                }
            }

            return vend.Refunded + waiting <= vend.Delivered;
        }).QuickCheckThrowOnFailure();

    [Fact]
    [Trait("Accepts", "S2-09")]
    public void Coins_are_owed_at_the_desk()
    {
        var cash = VendRules.CashSale(Sale.Of(TenderKind.Cash, Sale.Price), Sale.Noon).Vend;

        var change = VendRules.Refund(cash, Sale.Price, "stale");

        Assert.Equal(Sale.Price, change.Entry!.Postings.Single(p => p.Account == "payouts").Amount);
        Assert.DoesNotContain(change.Entry.Postings, p => p.Account.StartsWith("cash:", StringComparison.Ordinal));
        Assert.Equal(0, change.Payback);
    }

    private static string Refused(Action act) => Assert.Throws<RuleException>(act).Code;
}
