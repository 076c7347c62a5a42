using Automat.Domain.Vends;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Vends;

/// <summary>Random histories of many sales, of every kind of money at once; after each step the books must be right.</summary>
public sealed class VendHistoryTests
{
    /// <summary>A step: which sale, what happens to it, and a number that chooses how much.</summary>
    private static readonly Gen<(int Sale, Verb Verb, int Draw)> AnyStep =
        from sale in Gen.Choose(0, 7)
        from verb in Gen.Frequency(
            (2, Gen.Constant(Verb.Reserve)), (3, Gen.Constant(Verb.Start)), (1, Gen.Constant(Verb.Doubt)),
            (3, Gen.Constant(Verb.Commit)), (2, Gen.Constant(Verb.Cancel)), (3, Gen.Constant(Verb.Refund)),
            (1, Gen.Constant(Verb.RefundRest)), (1, Gen.Constant(Verb.Spend)), (1, Gen.Constant(Verb.TopUp)),
            (1, Gen.Constant(Verb.Expire)))
        from draw in Gen.Choose(0, 1_000_000)
        select (sale, verb, draw);

    private static readonly Arbitrary<(int Sale, Verb Verb, int Draw)[]> AnyHistory =
        AnyStep.ListOf(120).Select(steps => steps.ToArray()).ToArbitrary();

    private enum Verb
    {
        Reserve,
        Start,
        Doubt,
        Commit,
        Cancel,
        Refund,
        RefundRest,
        Spend,
        TopUp,
        Expire,
    }

    [Fact]
    [Trait("Accepts", "S2-06")]
    [Trait("Accepts", "S2-27")]
    public void Whatever_happens_in_whatever_order_the_books_are_right() =>
        Prop.ForAll(AnyHistory, history =>
        {
            var shop = new Shop();
            foreach (var (sale, verb, draw) in history)
            {
                Take(shop, sale, verb, draw);
                shop.Check();
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void The_same_verb_heard_again_is_no_news() =>
        Prop.ForAll(AnyHistory, history =>
        {
            var shop = new Shop();
            foreach (var (sale, verb, draw) in history)
            {
                Take(shop, sale, verb, draw);
                if (verb is Verb.Start or Verb.Doubt or Verb.Commit or Verb.Cancel && shop.LastWasNews)
                {
                    var before = shop.Entries;
                    Take(shop, sale, verb, draw);
                    if (shop.LastWasNews || shop.Entries != before) return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    [Trait("Accepts", "S2-09")]
    public void A_sale_refunded_in_any_pieces_leaves_neither_revenue_nor_tax() =>
        Prop.ForAll(AnyHistory, history =>
        {
            var shop = new Shop();
            // Without cancels nothing is ever late, so nothing may be left as a loss either.
            foreach (var (sale, verb, draw) in history.Where(step => step.Verb is not (Verb.Cancel or Verb.Expire)))
            {
                Take(shop, sale, verb, draw);
            }

            shop.GiveAllBack();
            shop.Check();
            return shop.Balances.All(b => b.Value == 0 || b.Key is "bank" or "stripe" or "refunds" or "chip:0" or "chip:1");
        }).QuickCheckThrowOnFailure();

    private static void Take(Shop shop, int sale, Verb verb, int draw)
    {
        switch (verb)
        {
            case Verb.Reserve:
                shop.Reserve(sale, draw);
                break;
            case Verb.Start:
                shop.Change(sale, v => VendRules.Start(v, Sale.Noon, Sale.Noon.AddMinutes(2)));
                break;
            case Verb.Doubt:
                shop.Change(sale, v => VendRules.Doubt(v, "no_answer", Sale.Noon.AddMinutes(3)));
                break;
            case Verb.Commit:
                shop.Change(sale, v => VendRules.Commit(v, Basket(v, draw), Sale.Noon, shop.Credit(v)));
                break;
            case Verb.Cancel:
                shop.Change(sale, v => VendRules.Cancel(v, "machine_failed", Sale.Noon));
                break;
            case Verb.Refund:
                shop.Change(sale, v => VendRules.Refund(v, 1 + (draw % 300), "stale"));
                break;
            case Verb.RefundRest:
                shop.Change(sale, v => VendRules.Refund(v, v.Delivered - v.Refunded, "stale"));
                break;
            case Verb.Spend:
                shop.Spend(draw % 400);
                break;
            case Verb.TopUp:
                shop.TopUp(draw % 2 == 0 ? "0" : "1", 1 + (draw % 500));
                break;
            case Verb.Expire:
                shop.Change(sale, v => VendLife.IsOpen(v.Status) ? VendRules.Cancel(v, "expired", Sale.Noon) : VendChange.Nothing(v));
                break;
        }
    }

    /// <summary>What left the machine: all, a part, and sometimes more than was paid for.</summary>
    private static VendLine[] Basket(Vend vend, int draw) => (draw % 8) switch
    {
        0 => [vend.Lines[0] with { Quantity = 1 }],
        1 => [vend.Lines[^1] with { Quantity = 3 }],
        2 => [],
        _ => [.. vend.Lines],
    };
}
