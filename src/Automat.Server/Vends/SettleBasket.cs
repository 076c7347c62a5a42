using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Payments;

namespace Automat.Server.Vends;

/// <summary>The basket of a sale is known: captured exactly, the rest released, what is beyond the hold owed.</summary>
/// <param name="sale">The sale, as it was found.</param>
/// <param name="items">What is missing.</param>
/// <param name="evidence">How that is known.</param>
/// <param name="command">The command that opened the door.</param>
/// <param name="signals">Who to wake.</param>
internal sealed class SettleBasket(
    Vend sale, IReadOnlyList<BasketItem> items, string evidence, Id<MachineCommand>? command, VendSignals signals)
    : JournalCommand<BasketOutcome>
{
    /// <summary>The same basket again is the same request; another one is weighed by what has become of the sale.</summary>
    public override string Key { get; } = $"basket:{sale.Id}:{Digest(items)}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<VendRows>().Ask(sale.Id);
        rows.Of<HoldRows>().Ask(sale.Id);
        if (command is { } known) rows.Of<CommandRows>().Ask(known);
        foreach (var item in items) rows.Of<SlotRows>().Ask(new SlotKey(sale.Machine, item.Slot));
    }

    public override void AskMore(JournalRows rows) => VendBook.AskToEnd(rows, sale.Id);

    public override BasketOutcome Decide(JournalRows rows, DateTimeOffset now)
    {
        var book = new VendBook(rows, now, signals);
        var vend = book.Find(sale.Id);
        if (!rows.Of<HoldRows>().TryGet(vend.Id, out var hold))
        {
            throw new RuleException("hold_unknown", $"Vend {vend.Id} is paid by no hold; it has no basket.");
        }

        var change = BasketRules.Settle(vend, hold, BasketRules.Price(hold.Offer, items), evidence, now);
        Goods.Follow(rows, vend, change);
        if (change.News) SettleVend.CallOff(rows, command, change.Vend, evidence);
        var kept = book.Keep(change, change.Vend.Reason ?? evidence);
        rows.Of<HoldRows>().TryGet(vend.Id, out hold);
        var total = kept.Status is VendStatus.Cancelled ? 0 : kept.Delivered;
        var captured = kept.Status is VendStatus.Cancelled ? 0 : Math.Min(hold!.Wanted, total);
        return new BasketOutcome(kept.Status, total, captured, total - captured, total == 0 ? [] : kept.Lines);
    }

    private static string Digest(IReadOnlyList<BasketItem> items)
    {
        var text = new StringBuilder();
        var counted = items.GroupBy(i => i.Slot, StringComparer.Ordinal)
            .Select(g => (Slot: g.Key, Quantity: g.Sum(i => (long)i.Quantity))).Where(g => g.Quantity != 0);
        foreach (var (slot, quantity) in counted.OrderBy(g => g.Slot, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{slot.Length}:{slot}={quantity};");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..32];
    }
}

/// <summary>What seems to be taken so far: kept with the hold and shown, and no money moves.</summary>
internal sealed class PreviewBasket(Id<Vend> id, IReadOnlyList<BasketItem> items, VendSignals signals) : JournalCommand<bool>
{
    public override string Key { get; } = $"preview:{id}:{Guid.CreateVersion7()}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<VendRows>().Ask(id);
        rows.Of<HoldRows>().Ask(id);
    }

    public override bool Decide(JournalRows rows, DateTimeOffset now)
    {
        var vend = new VendBook(rows, now, signals).Find(id);
        if (!rows.Of<HoldRows>().TryGet(id, out var hold)) throw new RuleException("hold_unknown", $"Vend {id} is paid by no hold.");
        if (!VendLife.IsOpen(vend.Status)) return false;
        BasketItem[] basket = [.. BasketRules.Price(hold.Offer, items).Select(l => new BasketItem(l.Slot, l.Quantity))];
        if (hold.Basket.SequenceEqual(basket)) return false;
        rows.Of<HoldRows>().Put(hold with { Basket = basket });
        rows.Tell(() => signals.Moved(vend));
        return true;
    }
}
