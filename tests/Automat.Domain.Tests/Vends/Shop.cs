using Automat.Domain.Ledger;
using Automat.Domain.Vends;

namespace Automat.Domain.Tests.Vends;

/// <summary>A whole little business in memory: eight sales at a time, two chips, a card provider, and the books.</summary>
internal sealed class Shop
{
    private static readonly int[] Rates = [0, 700, 810, 1900];

    private readonly Dictionary<string, long> balances = new(StringComparer.Ordinal);
    private readonly List<Vend> all = [];
    private readonly Dictionary<int, int> places = []; // a sale's place among all; a new sale takes a new one
    private long paybacks;

    public Shop()
    {
        foreach (var chip in new[] { "0", "1" }) TopUp(chip, 3_000);
    }

    public int Entries { get; private set; }

    public bool LastWasNews { get; private set; }

    public IReadOnlyDictionary<string, long> Balances => balances;

    public long Balance(string account) => balances.GetValueOrDefault(account);

    public long Credit(Vend vend) => Balance(vend.Tender.Account);

    public void Reserve(int sale, int draw)
    {
        LastWasNews = false;
        if (places.TryGetValue(sale, out var place) && VendLife.IsOpen(all[place].Status)) return;
        var vend = Sale.Of((TenderKind)(draw % 3), 100 + (draw % 700),
            new VendLine("A1", null, "Apple", 1 + (draw % 3), draw % 200, Rates[draw % 4]),
            new VendLine("B2", null, "Bar", 1, draw % 173, Rates[draw / 4 % 4])) with
        {
            Tender = (TenderKind)(draw % 3) is TenderKind.Chip
                ? Tender.Chip(draw % 2 == 0 ? "0" : "1")
                : Sale.TenderOf((TenderKind)(draw % 3)),
        };
        if (Decide(() => VendRules.Reserve(vend, vend.Tender.Kind is TenderKind.Chip ? Credit(vend) : null)) is { } held)
        {
            places[sale] = all.Count;
            all.Add(held);
        }
    }

    public void Change(int sale, Func<Vend, VendChange> verb)
    {
        LastWasNews = false;
        if (places.TryGetValue(sale, out var place)) Keep(place, verb);
    }

    /// <summary>Money from outside onto a chip.</summary>
    public void TopUp(string chip, long amount)
    {
        LastWasNews = false;
        Book(LedgerDraft.Of("chip.topped_up", Currency.Eur, Details.None, new("bank", -amount), new("chip:" + chip, amount)));
    }

    /// <summary>The first chip pays for something else.</summary>
    public void Spend(long amount)
    {
        LastWasNews = false;
        if (Balance("chip:0") < amount) return;
        Book(LedgerDraft.Of("elsewhere", Currency.Eur, Details.None, new("chip:0", -amount), new("bank", amount)));
    }

    /// <summary>What is open ends, and everybody gets back all that can be given back.</summary>
    public void GiveAllBack()
    {
        for (var place = 0; place < all.Count; place++)
        {
            if (VendLife.IsOpen(all[place].Status)) Keep(place, v => VendRules.Cancel(v, "expired", Sale.Noon));
            Keep(place, v => VendRules.Refund(v, v.Delivered - v.Refunded, "stale"));
        }
    }

    /// <summary>Every promise of the books.</summary>
    public void Check()
    {
        var open = all.Where(v => VendLife.IsOpen(v.Status)).ToArray();
        long Sum(IEnumerable<Vend> vends, TenderKind kind, Func<Vend, long> of) =>
            vends.Where(v => v.Tender.Kind == kind).Sum(of);
        var tax = balances.Where(b => b.Key.StartsWith("tax:", StringComparison.Ordinal)).Sum(b => b.Value);
        static long Kept(Vend vend) => vend.Delivered - vend.Refunded;

        Assert.Equal(0, balances.Values.Sum());
        Assert.Equal(open.Sum(v => v.Amount.Amount), Balance(Accounts.Held));
        Assert.All(balances.Where(b => Accounts.IsChip(b.Key)), b => Assert.True(b.Value >= 0, $"{b.Key} is {b.Value}"));
        Assert.All(all, v => Assert.InRange(v.Refunded, 0, v.Delivered));
        Assert.All(all, v => Assert.InRange(v.Delivered, 0, v.Amount.Amount));
        // What came in for chips is on them, held for them, or was spent for good.
        Assert.Equal(
            -Balance("bank"),
            Balance("chip:0") + Balance("chip:1") + Sum(open, TenderKind.Chip, v => v.Amount.Amount) + Sum(all, TenderKind.Chip, Kept));
        // What customers paid for good is what was earned, less what left without money.
        Assert.Equal(all.Sum(Kept), Balance("revenue:SNACK-1") + tax + Balance(Accounts.Losses));
        // A promise of the bank lives as long as its sale is open; what is owed back is what the provider is asked for.
        Assert.Equal(-Sum(open, TenderKind.Authorised, v => v.Amount.Amount), Balance(Accounts.Authorised));
        Assert.Equal(paybacks, Balance(Accounts.Refunds));
        // The provider holds what it collected; less what goes back it is exactly what was delivered or is still open.
        Assert.Equal(
            -(Sum(open, TenderKind.Paid, v => v.Amount.Amount) + Sum(all, TenderKind.Paid, Kept)
                + Sum(all, TenderKind.Authorised, Kept)),
            Balance("stripe") + Balance(Accounts.Refunds));
    }

    private void Keep(int place, Func<Vend, VendChange> verb)
    {
        if (Decide(() => verb(all[place])) is { } vend) all[place] = vend;
    }

    /// <summary>Books a decision; null when it was refused: then nothing of it is kept.</summary>
    private Vend? Decide(Func<VendChange> decide)
    {
        LastWasNews = false;
        try
        {
            var change = decide();
            LastWasNews = change.News;
            paybacks += change.Payback;
            if (change.Entry is not null) Book(change.Entry);
            return change.Vend;
        }
        catch (RuleException)
        {
            return null;
        }
    }

    private void Book(LedgerDraft entry)
    {
        Entries++;
        Assert.Equal(0, entry.Postings.Sum(p => p.Amount));
        foreach (var posting in entry.Postings) balances[posting.Account] = Balance(posting.Account) + posting.Amount;
    }
}
