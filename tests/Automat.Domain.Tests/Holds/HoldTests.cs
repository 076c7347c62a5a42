using Automat.Domain.Holds;
using Automat.Domain.Ledger;
using Automat.Domain.Tests.Vends;
using Automat.Domain.Vends;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Holds;

/// <summary>The rules of money held on a card: what is captured, what is released, what is owed.</summary>
[Trait("Accepts", "S1-14")]
public sealed class HoldTests
{
    private static readonly Gen<(Verb Verb, int Draw)> AnyStep =
        from verb in Gen.Elements(Enum.GetValues<Verb>())
        from draw in Gen.Choose(0, 1_000)
        select (verb, draw);

    private static readonly Arbitrary<(Verb Verb, int Draw)[]> AnyHistory =
        AnyStep.ListOf(20).Select(steps => steps.ToArray()).ToArbitrary();

    private enum Verb
    {
        Start,
        Doubt,
        Cancel,
        Settle,
        Provide,
        Lapse,
        CaptureByHand,
        Pay,
        WriteOff,
        Refund,
    }

    [Fact]
    [Trait("Accepts", "M9")]
    [Trait("Accepts", "M15")]
    public void Whatever_happens_in_whatever_order_the_books_are_right() =>
        Prop.ForAll(AnyHistory, history =>
        {
            var door = new Door();
            foreach (var (verb, draw) in history)
            {
                Take(door, verb, draw);
                door.Check();
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Fact]
    public void A_basket_within_the_hold_takes_exactly_its_price()
    {
        var door = new Door();
        door.Settle(apples: 2, bars: 1);

        Assert.Equal((HoldStatus.Capturing, Sale.Price), (door.Hold.Status, door.Hold.Wanted));
        Assert.Empty(door.Debts);
        Assert.Equal(-Sale.Price, door.Balance("stripe"));
        Assert.Equal(0, door.Balance(Accounts.Held));
        door.Check();
    }

    [Fact]
    public void Nothing_taken_releases_all_and_earns_nothing()
    {
        var door = new Door();
        door.Settle(0, 0);

        Assert.Equal((VendStatus.Cancelled, HoldStatus.Releasing), (door.Vend.Status, door.Hold.Status));
        Assert.Equal("nothing_taken", door.Vend.Reason);
        door.Check();
    }

    [Fact]
    [Trait("Accepts", "M9")]
    public void Beyond_the_hold_the_rest_is_owed_and_never_captured()
    {
        var door = new Door();
        door.Settle(apples: 4, bars: 0);

        Assert.Equal((Door.Held, 100L), (door.Hold.Wanted, Assert.Single(door.Debts).Amount));
        door.Check();
    }

    [Fact]
    [Trait("Accepts", "M10")]
    public void Goods_after_a_cancel_take_what_is_not_given_back_yet_and_owe_what_is()
    {
        var (soon, late) = (new Door(), new Door());
        foreach (var door in new[] { soon, late }) door.Settle(0, 0);
        late.Provide();

        foreach (var door in new[] { soon, late }) door.Settle(1, 0);

        Assert.Equal((HoldStatus.Capturing, 150L), (soon.Hold.Status, soon.Hold.Wanted));
        Assert.Empty(soon.Debts);
        Assert.Equal((HoldStatus.Released, 150L), (late.Hold.Status, Assert.Single(late.Debts).Amount));
        Assert.True(soon.Vend.Late && late.Vend.Late);
    }

    [Fact]
    public void A_basket_heard_again_is_no_news()
    {
        var door = new Door();
        door.Settle(1, 1);
        var entries = door.Entries;
        door.Settle(1, 1);
        door.Settle(0, 0);
        door.Settle(9, 9);

        Assert.Equal(entries, door.Entries);
    }

    [Fact]
    public void A_basket_names_what_was_offered_in_whole_pieces()
    {
        var offer = new[] { Sale.Chocolate };

        Assert.Equal("slot_unknown", Refused(() => BasketRules.Price(offer, [new("Z1", 1)])));
        Assert.Equal("quantity_invalid", Refused(() => BasketRules.Price(offer, [new("B2", -1)])));
        Assert.Equal("quantity_invalid", Refused(() => BasketRules.Price(offer, [new("B2", BasketRules.MostPieces + 1)])));
        Assert.Equal(3, Assert.Single(BasketRules.Price(offer, [new("B2", 1), new("B2", 2)])).Quantity);
        Assert.Empty(BasketRules.Price(offer, [new("B2", 0)]));
        Assert.Equal(
            "tender_mismatch",
            Refused(() => BasketRules.Settle(Sale.In(VendStatus.Delivering), new Door().Hold, [Sale.Chocolate], "weights", Sale.Noon)));
    }

    [Fact]
    public void A_declined_card_is_tried_later_and_later_and_then_no_more()
    {
        var debt = Owed();
        var pauses = new List<TimeSpan?>();
        for (var i = 0; i < DebtRules.MostRounds; i++)
        {
            debt = DebtRules.Declined(debt, "card_declined", TimeSpan.FromHours(1), TimeSpan.FromDays(3), Sale.Noon);
            pauses.Add(debt.NextAttemptAt - Sale.Noon);
        }

        Assert.Equal(
            [TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4)], pauses.Take(3).Select(p => p!.Value));
        Assert.Equal(TimeSpan.FromDays(3), pauses[^2]);
        Assert.Null(pauses[^1]);
        Assert.Equal(DebtStatus.Owed, debt.Status);
    }

    [Fact]
    public void A_debt_is_paid_once_and_a_second_payment_goes_back()
    {
        var paid = DebtRules.Pay(Owed(), "pi_1", 400, Sale.Noon);
        var again = DebtRules.Pay(paid.Debt, "pi_1", 400, Sale.Noon);
        var second = DebtRules.Pay(paid.Debt, "pi_2", 400, Sale.Noon);

        Assert.Equal([new Posting("stripe", -400), new Posting(Accounts.Debts, 400)], paid.Entry!.Postings);
        Assert.False(again.News);
        Assert.Equal(400, second.Payback);
        Assert.Equal([new Posting("stripe", -400), new Posting(Accounts.Refunds, 400)], second.Entry!.Postings);
        Assert.Equal("debt_status", Refused(() => DebtRules.WriteOff(paid.Debt, "no", Sale.Noon)));
    }

    [Fact]
    public void A_hold_goes_from_status_to_status_only_as_its_table_says()
    {
        foreach (var status in Enum.GetValues<HoldStatus>())
        {
            var hold = new Door().Hold with { Status = status, Wanted = status is HoldStatus.Capturing ? 100 : 0 };
            CardHold[] next =
            [
                HoldRules.Captured(hold, 100, Sale.Noon).Hold, HoldRules.Gone(hold, Sale.Noon).Hold,
                HoldRules.CallOff(hold, Sale.Noon).Hold, HoldRules.Take(hold, 100, Sale.Noon), HoldRules.Release(hold, Sale.Noon),
            ];
            Assert.All(next, n => Assert.True(n.Status == status || HoldLife.After(status).Contains(n.Status), $"{status} → {n.Status}"));
        }
    }

    private static void Take(Door door, Verb verb, int draw)
    {
        switch (verb)
        {
            case Verb.Start:
                door.Change(v => VendRules.Start(v, Sale.Noon, Sale.Noon.AddMinutes(2)));
                break;
            case Verb.Doubt:
                door.Change(v => VendRules.Doubt(v, "power_lost", Sale.Noon.AddMinutes(2)));
                break;
            case Verb.Cancel:
                door.Change(v => VendRules.Cancel(v, "machine_failed", Sale.Noon));
                break;
            case Verb.Settle:
                door.Settle(draw % 5, draw / 5 % 3);
                break;
            case Verb.Provide:
                door.Provide();
                break;
            case Verb.Lapse:
                door.Lapse();
                break;
            case Verb.CaptureByHand:
                door.CaptureByHand(1 + (draw % Door.Held));
                break;
            case Verb.Pay:
                door.Pay(draw);
                break;
            case Verb.WriteOff:
                door.WriteOff(draw);
                break;
            case Verb.Refund:
                door.Refund(1 + (draw % 700));
                break;
        }
    }

    private static Debt Owed() => new()
    {
        Id = Id<Debt>.New(Sale.Noon),
        OrganizationId = Id<Organization>.New(Sale.Noon),
        VendId = Id<Vend>.New(Sale.Noon),
        Provider = "stripe",
        CustomerId = "cus_1",
        MethodId = "pm_1",
        Amount = 400,
        Currency = Currency.Eur,
        Reason = "above_hold",
        CreatedAt = Sale.Noon,
    };

    private static string Refused(Func<object> rule) => Assert.Throws<RuleException>(() => { rule(); }).Code;
}
