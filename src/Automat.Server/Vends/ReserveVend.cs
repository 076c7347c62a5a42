using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Journal;

namespace Automat.Server.Vends;

/// <summary>Holds money and goods for a machine that serves by itself (chip at the machine). Nothing is sent to it.</summary>
internal sealed class ReserveVend(Vend vend, string key, VendSignals signals) : JournalCommand<Guid>
{
    public override string Key => key;

    public override string Fingerprint => $"{vend.Tender.Account}:{vend.Amount}";

    public override void Ask(JournalRows rows)
    {
        Goods.Ask(rows, vend.Machine, vend.Lines);
        rows.AskBalance(vend.Organization, vend.Tender.Account, vend.Amount.Currency);
    }

    public override Guid Decide(JournalRows rows, DateTimeOffset now)
    {
        long? available = vend.Tender.Kind is TenderKind.Chip
            ? rows.Balance(vend.Organization, vend.Tender.Account, vend.Amount.Currency)
            : null;
        Goods.Hold(rows, vend.Machine, vend.Lines);
        return new VendBook(rows, now, signals).Keep(VendRules.Reserve(vend, available), "").Id.Value;
    }
}

/// <summary>Books cash that a machine took for goods it gave out.</summary>
internal sealed class RecordCashSale(Vend vend, string key, VendSignals signals) : JournalCommand<Guid>
{
    public override string Key => key;

    public override void Ask(JournalRows rows) => Goods.Ask(rows, vend.Machine, vend.Lines);

    public override Guid Decide(JournalRows rows, DateTimeOffset now)
    {
        Goods.Take(rows, vend.Machine, vend.Lines);
        return new VendBook(rows, now, signals).Keep(VendRules.CashSale(vend, now), "").Id.Value;
    }
}

/// <summary>Money back after delivery, to the tender it came from.</summary>
internal sealed class RefundVend(Id<Vend> id, long amount, string reason, string key, VendSignals signals)
    : JournalCommand<VendStatus>
{
    public override string Key => key;

    public override string Fingerprint => $"{id}:{amount}";

    public override void Ask(JournalRows rows) => rows.Of<VendRows>().Ask(id);

    public override VendStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        var book = new VendBook(rows, now, signals);
        return book.Keep(VendRules.Refund(book.Find(id), amount, reason), reason).Status;
    }
}
