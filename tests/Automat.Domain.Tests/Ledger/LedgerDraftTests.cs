using Automat.Domain.Ledger;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Ledger;

public sealed class LedgerDraftTests
{
    private static readonly Arbitrary<Posting[]> AnyPostings =
        (from account in Gen.Elements("held", "losses", "chip:1", "stripe")
         from amount in Gen.Choose(-3, 3)
         select new Posting(account, amount)).ListOf(6).Select(p => p.ToArray()).ToArbitrary();

    [Fact]
    public void Only_what_balances_is_an_entry() =>
        Prop.ForAll(AnyPostings, postings =>
        {
            if (postings.Sum(p => p.Amount) != 0)
            {
                Assert.Throws<InvalidOperationException>(() => Of(postings));
                return true;
            }

            var entry = Of(postings);
            var sums = postings.GroupBy(p => p.Account).Select(g => new Posting(g.Key, g.Sum(p => p.Amount)));
            return entry.Postings.Sum(p => p.Amount) == 0 && entry.Postings.SequenceEqual(sums.Where(p => p.Amount != 0));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Amounts_that_would_wrap_around_into_balance_throw() =>
        Assert.Throws<OverflowException>(() => Of(
            [new("held", long.MaxValue), new("held", long.MaxValue), new("losses", 2)]));

    private static LedgerDraft Of(Posting[] postings) => LedgerDraft.Of("test", Currency.Eur, Details.None, postings);
}
