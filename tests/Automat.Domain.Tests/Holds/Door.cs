using Automat.Domain.Holds;
using Automat.Domain.Ledger;
using Automat.Domain.Tests.Vends;
using Automat.Domain.Vends;

namespace Automat.Domain.Tests.Holds;

/// <summary>One sale through a fridge's door, its hold at a provider with a mind of its own, what is owed, and the books.</summary>
internal sealed class Door
{
    public const long Held = 500;

    private readonly Dictionary<string, long> givenBack = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> balances = new(StringComparer.Ordinal);
    private readonly List<Debt> debts = [];
    private long paybacks;
    private long paidForDebts;
    private readonly Dictionary<string, long> paid = new(StringComparer.Ordinal);
    private long lost;
    private int payments;

    public Door()
    {
        Vend = Sale.Of(TenderKind.Authorised, Held) with { Lines = [] };
        Hold = new CardHold
        {
            VendId = Vend.Id,
            OrganizationId = Vend.Organization,
            Provider = "stripe",
            IntentId = "pi_1",
            Amount = Held,
            Currency = Currency.Eur,
            Offer = [Sale.Apples with { Quantity = 1 }, Sale.Chocolate],
            NextAttemptAt = Sale.Noon,
            CreatedAt = Sale.Noon,
        };
        Keep(VendRules.Reserve(Vend));
    }

    public Vend Vend { get; private set; }

    public CardHold Hold { get; private set; }

    public IReadOnlyList<Debt> Debts => debts;

    public int Entries { get; private set; }

    public long Balance(string account) => balances.GetValueOrDefault(account);

    /// <summary>What a rule says about the sale, if it lets it happen.</summary>
    public void Change(Func<Vend, VendChange> rule)
    {
        try
        {
            Keep(rule(Vend));
        }
        catch (RuleException)
        {
            // Refused: nothing of it is kept.
        }
    }

    /// <summary>The basket is known: so many apples and bars.</summary>
    public void Settle(int apples, int bars) => Change(v => BasketRules.Settle(
        v, Hold, BasketRules.Price(Hold.Offer, [new("A1", apples), new("B2", bars)]), "weights", Sale.Noon));

    /// <summary>The provider does what it was asked for.</summary>
    public void Provide()
    {
        if (Hold.Status is HoldStatus.Capturing) Keep(HoldRules.Captured(Hold, Hold.Wanted, Sale.Noon));
        else if (Hold.Status is HoldStatus.Releasing) Keep(HoldRules.Gone(Hold, Sale.Noon));
    }

    /// <summary>The bank lets the hold go.</summary>
    public void Lapse() => Keep(HoldRules.Gone(Hold, Sale.Noon));

    /// <summary>Somebody captures at the provider by hand.</summary>
    public void CaptureByHand(long amount) => Keep(HoldRules.Captured(Hold, amount, Sale.Noon));

    /// <summary>A debt is paid once more.</summary>
    public void Pay(int which)
    {
        if (debts.Count == 0) return;
        var at = which % debts.Count;
        var amount = debts[at].Amount;
        paidForDebts += amount;
        var wasLost = debts[at].Status is DebtStatus.WrittenOff;
        if (debts[at].Status is DebtStatus.Owed or DebtStatus.WrittenOff) paid[$"pi_debt_{payments + 1}"] = amount;
        Keep(at, DebtRules.Pay(debts[at], $"pi_debt_{++payments}", amount, Sale.Noon));
        if (wasLost) lost -= amount;
    }

    /// <summary>Staff give a debt up.</summary>
    public void WriteOff(int which)
    {
        if (debts.Count == 0 || debts[which % debts.Count] is not { Status: DebtStatus.Owed } debt) return;
        lost += debt.Amount;
        Keep(which % debts.Count, DebtRules.WriteOff(debt, "staff_decided", Sale.Noon));
    }

    /// <summary>Money goes back after delivery, over the payments it came by; each gives back what it brought at most.</summary>
    public void Refund(long amount)
    {
        VendChange change;
        RefundSplit split;
        try
        {
            change = VendRules.Refund(Vend, amount, "goodwill");
            split = RefundSplit.Of(change.Payback, Hold, debts, Sale.Noon);
        }
        catch (RuleException)
        {
            return; // refused: nothing of it is kept
        }

        var off = 0L;
        (Vend, Hold) = (change.Vend, split.Hold);
        Book(change.Entry);
        foreach (var next in split.Debts)
        {
            var at = debts.FindIndex(d => d.Id == next.Debt.Id);
            off += debts[at].Amount - next.Debt.Amount;
            if (debts[at].Status is DebtStatus.WrittenOff) lost -= debts[at].Amount - next.Debt.Amount;
            debts[at] = next.Debt;
            Book(next.Entry);
        }

        paybacks += split.Shares.Sum(s => s.Amount);
        Assert.Equal(amount, off + split.Shares.Sum(s => s.Amount));
        paid["pi_1"] = Hold.Wanted;
        foreach (var share in split.Shares)
        {
            givenBack[share.IntentId] = givenBack.GetValueOrDefault(share.IntentId) + share.Amount;
            Assert.InRange(givenBack[share.IntentId], 1, paid[share.IntentId]);
        }
    }

    /// <summary>Every promise of the books.</summary>
    public void Check()
    {
        var open = VendLife.IsOpen(Vend.Status) ? Held : 0;
        var captured = Hold.Status switch
        {
            HoldStatus.Capturing => Hold.Wanted,
            HoldStatus.Captured => Hold.EndedAt is null ? 0 : Hold.Received,
            _ => 0,
        };
        var earned = balances.Where(b => b.Key.StartsWith("revenue:", StringComparison.Ordinal)
            || b.Key.StartsWith("tax:", StringComparison.Ordinal)).Sum(b => b.Value);

        Assert.Equal(0, balances.Values.Sum());
        Assert.Equal(open, Balance(Accounts.Held));
        Assert.Equal(-open, Balance(Accounts.Authorised));
        Assert.Equal(-captured - paidForDebts, Balance("stripe"));
        Assert.Equal(-debts.Where(d => d.Status is DebtStatus.Owed).Sum(d => d.Amount), Balance(Accounts.Debts));
        Assert.Equal(paybacks, Balance(Accounts.Refunds));
        Assert.Equal(-lost, Balance(Accounts.Losses));
        // Goods never leave without being earned, and nothing is earned without goods.
        Assert.Equal(VendLife.IsOpen(Vend.Status) || Vend.Status is VendStatus.Cancelled ? 0 : Vend.Delivered - Vend.Refunded, earned);
        Assert.InRange(Hold.Wanted, 0, Held);
    }

    private void Keep(VendChange change)
    {
        if (!change.News) return;
        Vend = change.Vend;
        Book(change.Entry);
        paybacks += change.Payback;
        if (change.Debt > 0) Owe(change.Debt);
        Keep(HoldRules.Follow(Hold, change, Sale.Noon));
    }

    private void Keep(HoldChange change)
    {
        Hold = change.Hold;
        Book(change.Entry);
        paybacks += change.Payback;
        if (change.Debt > 0) Owe(change.Debt);
    }

    private void Keep(int at, DebtChange change)
    {
        debts[at] = change.Debt;
        Book(change.Entry);
        paybacks += change.Payback;
    }

    private void Owe(long amount) => debts.Add(new Debt
    {
        Id = Id<Debt>.New(Sale.Noon),
        OrganizationId = Vend.Organization,
        VendId = Vend.Id,
        Provider = "stripe",
        Amount = amount,
        Currency = Currency.Eur,
        Reason = "above_hold",
        CreatedAt = Sale.Noon,
    });

    private void Book(LedgerDraft? draft)
    {
        if (draft is null) return;
        Entries++;
        foreach (var posting in draft.Postings)
        {
            balances[posting.Account] = balances.GetValueOrDefault(posting.Account) + posting.Amount;
        }
    }
}
