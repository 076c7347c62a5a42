using Automat.Domain.Ledger;
using Automat.Domain.Vends;

namespace Automat.Domain.Tests.Vends;

[Trait("Accepts", "S2-06")]
public sealed class VendRulesTests
{
    [Theory]
    [InlineData(TenderKind.Chip, "chip:04A1")]
    [InlineData(TenderKind.Paid, "stripe")]
    [InlineData(TenderKind.Authorised, "authorised")]
    [InlineData(TenderKind.Cash, "cash:SNACK-1")]
    public void Reserving_moves_the_money_from_its_tender_to_what_is_held(TenderKind kind, string account)
    {
        var change = VendRules.Reserve(Sale.Of(kind));

        Assert.Equal([new Posting(account, -500), new Posting("held", 500)], change.Entry!.Postings);
        Assert.Equal("vend.reserved", change.Entry.Kind);
    }

    [Fact]
    public void A_commit_earns_what_was_delivered_with_its_tax_and_gives_the_rest_back()
    {
        var change = VendRules.Commit(Sale.In(VendStatus.Delivering), [Sale.Apples, Sale.Chocolate], Sale.Noon);

        // 3.00 at 7 % holds 0.20, 1.49 at 19 % holds 0.24; 0.51 of the 5.00 was not used
        Assert.Equal(
            [new("held", -500), new("revenue:SNACK-1", 405), new("tax:7", 20), new("tax:19", 24), new("chip:04A1", 51)],
            change.Entry!.Postings);
        Assert.Equal((449, 0L), (change.Vend.Delivered, change.Payback));
    }

    [Fact]
    public void A_basket_smaller_than_ordered_is_charged_as_it_was_taken()
    {
        var change = VendRules.Commit(
            Sale.In(VendStatus.Delivering, TenderKind.Paid), [Sale.Apples with { Quantity = 1 }], Sale.Noon);

        Assert.Equal(150, change.Vend.Delivered);
        Assert.Equal(350, change.Payback);
        Assert.Equal(350, Of(change, "refunds"));
    }

    [Fact]
    public void An_authorisation_becomes_money_at_the_provider_for_exactly_what_was_delivered()
    {
        var change = VendRules.Commit(
            Sale.In(VendStatus.Delivering, TenderKind.Authorised), [Sale.Chocolate], Sale.Noon);

        Assert.Equal(-149, Of(change, "stripe"));
        Assert.Equal(500, Of(change, "authorised")); // all of the promise is over
        Assert.Equal(0, change.Payback); // what was not captured was never taken
    }

    [Fact]
    [Trait("Accepts", "S1-trap-capture-above-hold")]
    public void More_than_was_held_can_never_be_taken()
    {
        var vend = Sale.In(VendStatus.Delivering, TenderKind.Authorised);

        Assert.Equal("delivered_above_hold", Refused(() => VendRules.Commit(
            vend, [Sale.Chocolate with { Quantity = 4 }], Sale.Noon)));
    }

    [Fact]
    public void A_cancel_gives_all_of_it_back_and_a_collected_payment_is_owed_until_the_provider_paid()
    {
        var chip = VendRules.Cancel(Sale.In(VendStatus.Unknown), "no_answer", Sale.Noon);
        var card = VendRules.Cancel(Sale.In(VendStatus.Unknown, TenderKind.Paid), "no_answer", Sale.Noon);

        Assert.Equal([new("held", -500), new("chip:04A1", 500)], chip.Entry!.Postings);
        Assert.Equal([new("held", -500), new("refunds", 500)], card.Entry!.Postings);
        Assert.Equal((0L, 500L), (chip.Payback, card.Payback));
    }

    [Fact]
    public void Goods_that_left_after_the_cancel_are_charged_to_the_chip_again()
    {
        var change = VendRules.Commit(Sale.In(VendStatus.Cancelled), [Sale.Chocolate], Sale.Noon, available: 1_000);

        Assert.Equal([new("chip:04A1", -149), new("revenue:SNACK-1", 125), new("tax:19", 24)], change.Entry!.Postings);
        Assert.True(change.Vend.Late);
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(0, 0)]
    [InlineData(-5, 0)]
    public void What_the_chip_cannot_pay_any_more_is_a_loss_and_never_a_debt(long credit, long charged)
    {
        var change = VendRules.Commit(Sale.In(VendStatus.Cancelled), [Sale.Chocolate], Sale.Noon, credit);

        Assert.Equal(-charged, Of(change, "chip:04A1"));
        Assert.Equal(charged - 149, Of(change, "losses"));
        Assert.Equal(charged, change.Vend.Delivered - change.Vend.Refunded);
    }

    [Fact]
    public void Goods_that_left_after_a_card_was_refunded_are_a_loss()
    {
        var change = VendRules.Commit(Sale.In(VendStatus.Cancelled, TenderKind.Paid), [Sale.Chocolate], Sale.Noon, 999);

        Assert.Equal(-149, Of(change, "losses"));
        Assert.Equal("refund_above_rest", Refused(() => VendRules.Refund(change.Vend, 1, "stale")));
    }

    [Fact]
    [Trait("Accepts", "S2-09")]
    public void A_refund_mirrors_the_sale_and_its_tax()
    {
        var change = VendRules.Refund(Sale.In(VendStatus.Committed), Sale.Price, "stale");

        Assert.Equal(
            [new("chip:04A1", 449), new("tax:7", -20), new("tax:19", -24), new("revenue:SNACK-1", -405)],
            change.Entry!.Postings);
    }

    [Theory]
    [Trait("Accepts", "S2-09")]
    [InlineData(TenderKind.Paid)]
    [InlineData(TenderKind.Authorised)]
    public void A_refund_of_a_card_is_owed_until_the_provider_has_paid_it(TenderKind kind)
    {
        var change = VendRules.Refund(Sale.In(VendStatus.Committed, kind), 100, "stale");

        Assert.Equal(100, Of(change, "refunds"));
        Assert.Equal(0, Of(change, "authorised"));
        Assert.Equal(100, change.Payback);
    }

    [Fact]
    [Trait("Accepts", "S2-09")]
    public void More_than_is_left_is_never_refunded()
    {
        var vend = Sale.In(VendStatus.PartlyRefunded);

        Assert.Equal("refund_above_rest", Refused(() => VendRules.Refund(vend, Sale.Price - 100 + 1, "stale")));
        Assert.Equal("amount_invalid", Refused(() => VendRules.Refund(vend, 0, "stale")));
        Assert.Equal("amount_invalid", Refused(() => VendRules.Refund(vend, -1, "stale")));
    }

    [Fact]
    public void Cash_is_booked_as_it_happened()
    {
        var change = VendRules.CashSale(Sale.Of(TenderKind.Cash, Sale.Price), Sale.Noon);

        Assert.Equal(
            [new("cash:SNACK-1", -449), new("revenue:SNACK-1", 405), new("tax:7", 20), new("tax:19", 24)],
            change.Entry!.Postings);
        Assert.Equal("amount_invalid", Refused(() => VendRules.CashSale(Sale.Of(TenderKind.Cash), Sale.Noon)));
    }

    [Theory]
    [InlineData(0, 500)]
    [InlineData(-500, 500)]
    public void A_sale_over_nothing_is_refused(long amount, long credit) =>
        Assert.Equal("amount_invalid", Refused(() => VendRules.Reserve(Sale.Of(amount: amount), credit)));

    [Fact]
    public void A_sale_needs_its_price_and_the_credit_for_it()
    {
        Assert.Equal("amount_below_price", Refused(() => VendRules.Reserve(Sale.Of(amount: Sale.Price - 1), 10_000)));
        Assert.Equal("insufficient_credit", Refused(() => VendRules.Reserve(Sale.Of(), 499)));
        Assert.True(VendRules.Reserve(Sale.Of(), 500).News);
    }

    [Theory]
    [InlineData(0, 100, 700)]
    [InlineData(-1, 100, 700)]
    [InlineData(1, -1, 700)]
    [InlineData(1, 100, -1)]
    [InlineData(1, 100, 10_001)]
    [InlineData(int.MaxValue, long.MaxValue, 700)]
    public void A_line_that_makes_no_sense_is_refused_before_money_is_held(int quantity, long price, int tax)
    {
        var vend = Sale.Of(TenderKind.Chip, 500, new VendLine("A1", null, "Apple", quantity, price, tax));

        Assert.Equal("line_invalid", Refused(() => VendRules.Reserve(vend, 500)));
    }

    [Fact]
    public void A_commit_of_nothing_is_refused()
    {
        Assert.Equal("delivered_nothing",
            Refused(() => VendRules.Commit(Sale.In(VendStatus.Delivering), [], Sale.Noon)));
    }

    private static long Of(VendChange change, string account) =>
        change.Entry!.Postings.Where(p => p.Account == account).Sum(p => p.Amount);

    private static string Refused(Func<VendChange> act) => Assert.Throws<RuleException>(() => act()).Code;
}
