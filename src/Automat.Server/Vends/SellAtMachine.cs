using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Chips;
using Automat.Server.Journal;

namespace Automat.Server.Vends;

/// <summary>
/// A machine that sells by itself begins a sale: a chip's money is held, cash is booked at once. A repeat under the same key
/// gets the first answer, whatever has changed since; so what stands against the sale is weighed here and not before.
/// </summary>
/// <param name="vend">The sale to be; its lines may be empty when <paramref name="trouble"/> says why.</param>
/// <param name="key">The machine's name of it.</param>
/// <param name="asked">What was asked for, in short.</param>
/// <param name="trouble">Why it cannot be, as far as was known beforehand.</param>
/// <param name="signals">Who to wake.</param>
internal sealed class SellAtMachine(Vend vend, string key, string asked, RuleException? trouble, VendSignals signals)
    : JournalCommand<MachineSale>
{
    /// <summary>The chip it is paid with.</summary>
    public Id<Chip>? Chip { get; init; }

    public override string Key => $"vend:{vend.Machine}:{key}";

    public override string Fingerprint => asked;

    public override void Ask(JournalRows rows)
    {
        if (trouble is not null) return;
        Goods.Ask(rows, vend.Machine, vend.Lines);
        if (Chip is not { } chip) return;
        rows.Of<MachineTurns>().Ask(vend.Machine);
        rows.Of<ChipRows>().Ask(chip);
        rows.Of<OpenChips>().Ask(vend.Tender.Reference);
        rows.AskBalance(vend.Organization, vend.Tender.Account, vend.Amount.Currency);
    }

    public override MachineSale Decide(JournalRows rows, DateTimeOffset now)
    {
        if (trouble is not null) throw trouble;
        var book = new VendBook(rows, now, signals);
        if (Chip is not { } chip)
        {
            Goods.Take(rows, vend.Machine, vend.Lines);
            return MachineSale.Of(book.Keep(VendRules.CashSale(vend, now), ""), rows);
        }

        if (rows.Of<MachineTurns>().IsInterrupted(vend.Machine, now))
        {
            throw new RuleException("machine_busy", "This machine was told to restart or to stop; it has not said that it did.");
        }

        RequireUsable(rows, chip);
        Goods.Hold(rows, vend.Machine, vend.Lines);
        var available = rows.Balance(vend.Organization, vend.Tender.Account, vend.Amount.Currency);
        return MachineSale.Of(book.Keep(VendRules.Reserve(vend, available), ""), rows);
    }

    private void RequireUsable(JournalRows rows, Id<Chip> id)
    {
        if (!rows.Of<ChipRows>().TryGet(id, out var chip)) throw new RuleException("chip_unknown", "This chip is not registered.");
        if (chip.State is ChipState.Locked) throw new RuleException("chip_locked", "This chip is locked.");
        if (chip.State is ChipState.Retired) throw new RuleException("chip_retired", "This chip is no longer used.");
        if (rows.Of<OpenChips>().Of(vend.Tender.Reference) is not null)
        {
            throw new RuleException("chip_busy", "This chip is paying for something else at this moment.");
        }
    }
}
