using Automat.Domain.Goods;
using Automat.Domain.Ledger;

namespace Automat.Domain.Vends;

/// <summary>
/// The rules of a sale, as pure functions: reserve, deliver, settle. Each is safe to repeat; what has already happened is
/// answered with no news.
/// </summary>
public static class VendRules
{
    /// <summary>Why a sale ended whose money became credit on a chip, because nobody collected it.</summary>
    public const string Credited = "credited";

    /// <summary>Holds the money: <c>tender −a, held +a</c>.</summary>
    /// <param name="vend">The vend to be, with its lines, amount and tender.</param>
    /// <param name="available">Credit of the tender, for chips; null where the money is already there.</param>
    /// <param name="creditLine">How far that credit may go below zero; the entry says so, for who checks it later.</param>
    /// <exception cref="RuleException">
    /// <c>amount_invalid</c>, <c>line_invalid</c>, <c>amount_below_price</c>, <c>insufficient_credit</c>.
    /// </exception>
    public static VendChange Reserve(Vend vend, long? available = null, long creditLine = 0)
    {
        var amount = vend.Amount.Amount;
        if (amount <= 0) throw new RuleException("amount_invalid", "A vend needs an amount above zero.");
        if (PriceOf(vend.Lines) > amount)
        {
            throw new RuleException("amount_below_price", "The amount held is less than the price of what was ordered.");
        }

        if (available is { } credit && credit + creditLine < amount)
        {
            throw new RuleException("insufficient_credit",
                $"The credit of {new Money(credit, vend.Amount.Currency)} does not cover {vend.Amount}.")
            {
                Hint = new("Not enough credit"),
            };
        }

        var entry = Entry(vend, "vend.reserved", Details(vend).With("lines", Lines(vend.Lines)).With("credit_line", creditLine > 0 ? creditLine : null),
            new Posting(vend.Tender.Account, -amount), new Posting(Accounts.Held, amount));
        return new VendChange(vend with { Status = VendStatus.Reserved }, News: true, entry);
    }

    /// <summary>The machine is about to be told. No money moves.</summary>
    /// <exception cref="RuleException"><c>vend_status</c> when the vend can no longer be delivered.</exception>
    public static VendChange Start(Vend vend, DateTimeOffset now, DateTimeOffset deadline)
    {
        if (vend.Status is VendStatus.Delivering) return VendChange.Nothing(vend);
        Require(vend, VendStatus.Delivering);
        return new VendChange(
            vend with { Status = VendStatus.Delivering, StartedAt = now, Deadline = deadline }, News: true);
    }

    /// <summary>The machine took the command and then went silent. The money stays held.</summary>
    /// <exception cref="RuleException"><c>vend_status</c> when the vend was not being delivered.</exception>
    public static VendChange Doubt(Vend vend, string reason, DateTimeOffset deadline)
    {
        if (vend.Status is not (VendStatus.Reserved or VendStatus.Delivering)) return VendChange.Nothing(vend);
        Require(vend, VendStatus.Unknown);
        return new VendChange(
            vend with { Status = VendStatus.Unknown, Reason = reason, Deadline = deadline }, News: true);
    }

    /// <summary>
    /// The machine delivered: <c>held −a, revenue +(f−t), tax +t, tender +(a−f)</c>; an authorisation also becomes money at
    /// the provider. After a cancel it is a late commit: charged again to a chip, else booked to <c>losses</c>.
    /// </summary>
    /// <param name="vend">The vend.</param>
    /// <param name="delivered">What left the machine.</param>
    /// <param name="now">When.</param>
    /// <param name="available">Credit of the chip, for a late commit.</param>
    /// <exception cref="RuleException">
    /// <c>delivered_above_hold</c>, <c>delivered_nothing</c>, <c>line_invalid</c>.
    /// </exception>
    public static VendChange Commit(
        Vend vend, IReadOnlyList<VendLine> delivered, DateTimeOffset now, long available = 0)
    {
        if (vend.Status is VendStatus.Committed or VendStatus.PartlyRefunded or VendStatus.Refunded)
        {
            return VendChange.Nothing(vend);
        }

        Require(vend, VendStatus.Committed);
        var price = PriceOf(delivered);
        if (price <= 0) throw new RuleException("delivered_nothing", "A commit needs something delivered; else cancel.");
        if (price > vend.Amount.Amount)
        {
            throw new RuleException("delivered_above_hold",
                $"{new Money(price, vend.Amount.Currency)} was delivered, only {vend.Amount} is held.");
        }

        return vend.Status is VendStatus.Cancelled
            ? CommitLate(vend, delivered, price, available, now)
            : CommitHeld(vend, delivered, price, now);
    }

    /// <summary>Nothing was delivered: <c>held −a, tender +a</c>.</summary>
    /// <param name="vend">The vend.</param>
    /// <param name="reason">Why, a stable word.</param>
    /// <param name="now">When.</param>
    /// <param name="to">The chip the money becomes credit of, as was agreed beforehand; null: it goes back to the tender.</param>
    /// <exception cref="RuleException"><c>vend_status</c> once it was delivered: then it takes a refund.</exception>
    public static VendChange Cancel(Vend vend, string reason, DateTimeOffset now, Tender? to = null)
    {
        if (vend.Status is VendStatus.Cancelled) return VendChange.Nothing(vend);
        Require(vend, VendStatus.Cancelled);
        var amount = vend.Amount.Amount;
        var entry = Entry(vend, "vend.cancelled", Details(vend).With("reason", reason).With("chip", to?.Reference),
            new Posting(Accounts.Held, -amount), new Posting(to?.Account ?? vend.Tender.BackAccount, amount));
        return new VendChange(
            vend with { Status = VendStatus.Cancelled, Reason = reason, SettledAt = now },
            News: true, entry, to is null ? PaybackOf(vend, amount) : 0);
    }

    /// <summary>
    /// Money back after delivery: <c>revenue −…, tax −…, tender +r</c>, a mirrored entry. Tax goes back in proportion; after
    /// the last refund exactly all of it.
    /// </summary>
    /// <param name="vend">The vend.</param>
    /// <param name="amount">Minor units to give back now.</param>
    /// <param name="reason">Why, a stable word.</param>
    /// <param name="to">Where it goes when its tender can take nothing any more; null: to the tender.</param>
    /// <exception cref="RuleException"><c>vend_status</c>, <c>amount_invalid</c>, <c>refund_above_rest</c>.</exception>
    public static VendChange Refund(Vend vend, long amount, string reason, string? to = null)
    {
        var account = to ?? vend.Tender.RefundAccount;
        var rest = vend.Delivered - vend.Refunded;
        if (amount <= 0) throw new RuleException("amount_invalid", "A refund needs an amount above zero.");
        var next = amount == rest ? VendStatus.Refunded : VendStatus.PartlyRefunded;
        Require(vend, next);
        if (amount > rest)
        {
            throw new RuleException("refund_above_rest",
                $"Only {new Money(rest, vend.Amount.Currency)} of this sale is left to refund.");
        }

        var refunded = vend.Refunded + amount;
        var postings = new List<Posting> { new(account, amount) };
        var net = -amount;
        foreach (var (rate, tax) in TaxOf(vend.Lines))
        {
            var back = Share(tax, refunded, vend.Delivered) - Share(tax, vend.Refunded, vend.Delivered);
            postings.Add(new Posting(Accounts.Tax(rate), -back));
            net += back;
        }

        postings.Add(new Posting(Accounts.Revenue(vend.Machine), net));
        var entry = Entry(vend, "vend.refunded", Details(vend).With("reason", reason), [.. postings]);
        return new VendChange(
            vend with { Status = next, Refunded = refunded, Reason = reason },
            News: true, entry, account == Accounts.Refunds ? amount : 0);
    }

    /// <summary>Cash the machine took: <c>cash −a, revenue +(a−t), tax +t</c>. It is over when we hear of it.</summary>
    /// <exception cref="RuleException"><c>amount_invalid</c>, <c>line_invalid</c>.</exception>
    public static VendChange CashSale(Vend vend, DateTimeOffset now)
    {
        var price = PriceOf(vend.Lines);
        if (price <= 0 || price != vend.Amount.Amount)
        {
            throw new RuleException("amount_invalid", "A cash sale is for exactly the price of what was sold.");
        }

        var entry = Entry(vend, "vend.cash", Details(vend).With("lines", Lines(vend.Lines)),
            [new Posting(vend.Tender.Account, -price), .. Earned(vend.Machine, vend.Lines)]);
        return new VendChange(
            vend with { Status = VendStatus.Committed, Delivered = price, SettledAt = now }, News: true, entry);
    }

    /// <summary>Price of lines, tax included.</summary>
    /// <exception cref="RuleException">
    /// <c>line_invalid</c> for a quantity below one, a negative price, a tax rate that is none, or a sum beyond 64 bits.
    /// </exception>
    public static long PriceOf(IReadOnlyList<VendLine> lines)
    {
        Int128 sum = 0;
        foreach (var line in lines)
        {
            if (line.Quantity < 1 || line.UnitPrice < 0 || line.TaxBasisPoints is < 0 or > TaxRate.Most)
            {
                throw new RuleException("line_invalid",
                    $"{line.Name}: a line needs a quantity of at least one, a price and a tax rate up to 100 %.");
            }

            sum += line.IsByWeight ? Weights.ExactlyOf(line.Quantity, line.UnitPrice) : (Int128)line.UnitPrice * line.Quantity;
            if (sum > long.MaxValue) throw new RuleException("line_invalid", $"{line.Name}: the price is too large.");
        }

        return (long)sum;
    }

    private static VendChange CommitHeld(Vend vend, IReadOnlyList<VendLine> delivered, long price, DateTimeOffset now)
    {
        var amount = vend.Amount.Amount;
        var rest = amount - price;
        List<Posting> postings =
            [new(Accounts.Held, -amount), .. Earned(vend.Machine, delivered), new(vend.Tender.BackAccount, rest)];
        if (vend.Tender.Kind is TenderKind.Authorised)
        {
            postings.Add(new Posting(vend.Tender.Reference, -price));
            postings.Add(new Posting(Accounts.Authorised, price));
        }

        var entry = Entry(vend, "vend.committed", Details(vend).With("delivered", Lines(delivered)), [.. postings]);
        return new VendChange(
            vend with { Status = VendStatus.Committed, Delivered = price, Lines = delivered, SettledAt = now },
            News: true, entry, PaybackOf(vend, rest));
    }

    private static VendChange CommitLate(
        Vend vend, IReadOnlyList<VendLine> delivered, long price, long available, DateTimeOffset now)
    {
        var charged = vend.Tender.Kind switch
        {
            TenderKind.Chip => Math.Clamp(available, 0, price),
            TenderKind.FreeVend => price, // the operator bears it, late or not
            _ => 0,
        };
        List<Posting> postings =
        [
            new(vend.Tender.Account, -charged), new(Accounts.Losses, -(price - charged)),
            .. Earned(vend.Machine, delivered),
        ];
        var entry = Entry(vend, "vend.committed_late",
            Details(vend).With("delivered", Lines(delivered)).With("reason", vend.Reason), [.. postings]);
        // Only what was charged again can be refunded later: the rest was never the customer's.
        return new VendChange(
            vend with
            {
                Status = VendStatus.Committed,
                Delivered = price,
                Refunded = price - charged,
                Lines = delivered,
                Late = true,
                SettledAt = now
            },
            News: true, entry);
    }

    internal static List<Posting> Earned(MachineId machine, IReadOnlyList<VendLine> lines)
    {
        var postings = new List<Posting>();
        long net = 0;
        foreach (var line in lines) net += line.Total;
        foreach (var (rate, tax) in TaxOf(lines))
        {
            postings.Add(new Posting(Accounts.Tax(rate), tax));
            net -= tax;
        }

        postings.Insert(0, new Posting(Accounts.Revenue(machine), net));
        return postings;
    }

    /// <summary>Tax per rate: of the sum of a rate's lines, as receipts show it.</summary>
    public static IReadOnlyList<(TaxRate Rate, long Tax)> TaxOf(IReadOnlyList<VendLine> lines)
    {
        var sums = new SortedDictionary<int, long>();
        foreach (var line in lines)
        {
            sums[line.TaxBasisPoints] = sums.GetValueOrDefault(line.TaxBasisPoints) + line.Total;
        }

        return [.. sums.Select(s => (new TaxRate(s.Key), new TaxRate(s.Key).TaxIn(s.Value)))];
    }

    private static long Share(long tax, long part, long whole) => (long)((Int128)tax * part / whole);

    private static long PaybackOf(Vend vend, long amount) => vend.Tender.Kind is TenderKind.Paid ? amount : 0;

    private static void Require(Vend vend, VendStatus next)
    {
        if (!VendLife.After(vend.Status).Contains(next))
        {
            throw new RuleException("vend_status", $"Vend {vend.Id} is {vend.Status}; it cannot become {next}.");
        }
    }

    internal static LedgerDraft Entry(Vend vend, string kind, Details details, params ReadOnlySpan<Posting> postings) =>
        LedgerDraft.Of(kind, vend.Amount.Currency, details, postings);

    internal static Details Details(Vend vend) => Domain.Ledger.Details.None
        .With("vend", vend.Id.ToString())
        .With("machine", vend.Machine.Value)
        .With("session", vend.Session)
        .With("intent", vend.Intent);

    internal static IReadOnlyList<object> Lines(IReadOnlyList<VendLine> lines) =>
        [.. lines.Select(l => (IReadOnlyList<object>)(l.IsByWeight
            ? [l.Slot, l.Name, l.Quantity, l.UnitPrice, l.TaxBasisPoints, "g"]
            : [l.Slot, l.Name, l.Quantity, l.UnitPrice, l.TaxBasisPoints]))];
}
