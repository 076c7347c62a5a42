using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Payments.Stripe;
using Automat.Server.Vends;

namespace Automat.Server.Demo.History;

/// <summary>
/// Books one sale of the demo's past as it would have been booked then: the same rules, entries and rows, at its own time.
/// No stock moves: the machines stand full when the demo begins. All its entries bear the time of the payment, so that the
/// ledger's times never go back.
/// </summary>
/// <param name="sale">What happened.</param>
/// <param name="number">Its number.</param>
/// <param name="lines">What was bought, at its prices.</param>
/// <param name="currency">Of all money here.</param>
/// <param name="chip">The chip it was paid with, where it was one.</param>
internal sealed class BookPastSale(PastSale sale, int number, IReadOnlyList<VendLine> lines, Currency currency, Id<Chips.Chip>? chip)
    : JournalCommand<VendStatus>
{
    private const long HeldAtTheFridge = 2_500;

    private readonly long price = VendRules.PriceOf(lines);

    public override string Key => $"past:{number}";

    public override void Ask(JournalRows rows)
    {
        if (chip is { } id) rows.AskBalance(Organization, Tender.Chip(id.ToString()).Account, currency);
    }

    public override VendStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        var vend = Begin(rows);
        if (vend.Tender.Kind is TenderKind.Cash) return VendBook.Book(rows, VendRules.CashSale(vend, sale.At), sale.At).Status;

        var (told, done) = (sale.At.AddSeconds(2), sale.At.AddSeconds(9));
        vend = VendBook.Book(rows, VendRules.Reserve(vend), sale.At);
        vend = VendBook.Book(rows, VendRules.Start(vend, told, told.AddMinutes(2)), sale.At);
        Tell(rows, vend, told, done);
        if (sale.End is PastEnd.Cancelled)
        {
            var cancelled = VendRules.Cancel(vend, "no_answer", told.AddMinutes(3));
            vend = VendBook.Book(rows, cancelled, sale.At);
            GiveBack(rows, vend, cancelled.Payback, told.AddMinutes(3));
        }
        else
        {
            vend = VendBook.Book(rows, VendRules.Commit(vend, lines, done), sale.At);
        }

        if (sale.End is PastEnd.Refunded)
        {
            var refunded = VendRules.Refund(vend, vend.Delivered, "refunded_by_provider");
            vend = VendBook.Book(rows, refunded, sale.At);
            GiveBack(rows, vend, refunded.Payback, done);
        }

        Keep(rows, vend);
        return vend.Status;
    }

    private Vend Begin(JournalRows rows)
    {
        var id = Id<Vend>.New(sale.At);
        var isCard = sale.Money is PastMoney.Card;
        return new Vend
        {
            Id = id,
            Organization = Organization,
            Machine = sale.Machine,
            Tender = TenderOf(rows),
            Amount = new Money(IsHeld ? Math.Max(HeldAtTheFridge, price) : price, currency),
            Lines = lines,
            Session = isCard ? $"cs_past_{id.Value:N}" : null,
            Intent = isCard ? $"pi_past_{id.Value:N}" : null,
            Deadline = sale.At.AddMinutes(2),
            ReservedAt = sale.At,
        };
    }

    private bool IsHeld => sale is { Money: PastMoney.Card, Machine.Value: "fridge-1" };

    private Tender TenderOf(JournalRows rows)
    {
        if (IsHeld) return Tender.Authorised(StripeProvider.StableName);
        if (sale.Money is PastMoney.Card) return Tender.Paid(StripeProvider.StableName);
        if (chip is not { } id) return Tender.Cash(sale.Machine);
        var tender = Tender.Chip(id.ToString());
        // An empty chip: then with coins.
        return rows.Balance(Organization, tender.Account, currency) >= price ? tender : Tender.Cash(sale.Machine);
    }

    private void Tell(JournalRows rows, Vend vend, DateTimeOffset told, DateTimeOffset done)
    {
        if (vend.Tender.IsChip) return; // the machine began it by itself
        var delivered = sale.End is not PastEnd.Cancelled;
        rows.Of<CommandRows>().Put(new MachineCommand
        {
            Id = Id<MachineCommand>.New(sale.At),
            OrganizationId = Organization,
            MachineId = sale.Machine,
            VendId = vend.Id,
            Kind = IsHeld ? CommandKinds.Unlock : sale.Machine.Value is "cab001" ? "coin_pulse" : CommandKinds.Vend,
            Payload = JsonSerializer.Serialize(new DeliveryPayload(lines.Sum(l => l.Quantity), null, "")
            {
                Amount = price,
                Items = [.. lines.Select(l => new DeliveryItem(l.Slot, l.Quantity))],
            }),
            Deadline = vend.Deadline,
            State = delivered ? CommandState.Done : CommandState.Doubtful,
            Attempts = 1,
            CreatedAt = sale.At,
            SentAt = told,
            AcknowledgedAt = delivered ? done : null,
            Outcome = delivered ? "delivered" : "no_answer",
        });
    }

    private void GiveBack(JournalRows rows, Vend vend, long amount, DateTimeOffset at)
    {
        if (amount == 0) return; // a chip has it back, a hold was let go
        var payback = new Payback
        {
            Id = Id<Payback>.New(at),
            OrganizationId = Organization,
            VendId = vend.Id,
            Provider = StripeProvider.StableName,
            SessionId = vend.Session,
            IntentId = vend.Intent,
            Amount = amount,
            Currency = currency,
            Reason = vend.Reason!,
            Status = PaybackStatus.Paid,
            Attempts = 1,
            NextAttemptAt = at,
            CreatedAt = at,
            PaidAt = at,
            CheckedAt = at,
        };
        rows.Of<PaybackRows>().Put(payback);
        var details = Details.None.With("intent", vend.Intent).With("session", vend.Session).With("vend", vend.Id.ToString())
            .With("payback", payback.Id.ToString()).With("reason", vend.Reason);
        rows.Book(Organization, LedgerDraft.Of(
            "refund.paid", currency, details, new Posting(Accounts.Refunds, -amount), new Posting(payback.Provider, amount)), sale.At);
    }

    private void Keep(JournalRows rows, Vend vend)
    {
        if (sale.Money is not PastMoney.Card) return;
        rows.Of<PurchaseRows>().Put(new Purchase
        {
            Id = Id<Purchase>.New(sale.At),
            OrganizationId = Organization,
            MachineId = sale.Machine,
            Status = PurchaseStatus.Paid,
            Lines = IsHeld ? [] : lines,
            Offer = IsHeld ? lines : null,
            Amount = vend.Amount.Amount,
            Currency = currency,
            Provider = StripeProvider.StableName,
            SessionId = vend.Session,
            IntentId = vend.Intent,
            ExpiresAt = sale.At.AddMinutes(30),
            CreatedAt = sale.At.AddMinutes(-1),
            PaidAt = sale.At,
            VendId = vend.Id,
        });
    }
}
