using Automat.Domain;
using Automat.Domain.Chips;
using Automat.Domain.Vends;
using Automat.Server.Chips;
using Automat.Server.Journal;
using Automat.Server.Machines;

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
    /// <summary>The chip it is paid with, as it was just presented.</summary>
    public Chip? Chip { get; init; }

    /// <summary>The machine: its midnight and its group are those limits are counted by.</summary>
    public Machine? Machine { get; init; }

    /// <summary>The highest age any of it asks for.</summary>
    public int? AgeLimit { get; init; }

    private TimeZoneInfo Zone => Machine is { } machine && TimeZoneInfo.TryFindSystemTimeZoneById(machine.TimeZone, out var zone)
        ? zone
        : TimeZoneInfo.Utc;

    public override string Key => $"vend:{vend.Machine}:{key}";

    public override string Fingerprint => asked;

    public override void Ask(JournalRows rows)
    {
        if (trouble is not null) return;
        Goods.Ask(rows, vend.Machine, vend.Lines);
        if (Chip is not { } chip) return;
        rows.Of<MachineTurns>().Ask(vend.Machine);
        rows.Of<ChipRows>().Ask(chip.Id);
        rows.Of<OpenChips>().Ask(vend.Tender.Reference);
        rows.AskBalance(vend.Organization, chip.Tender.Account, vend.Amount.Currency);
        AskUses(rows, chip);
    }

    public override void AskMore(JournalRows rows)
    {
        // Limits that were set since the chip was presented; mostly there is nothing more to ask.
        if (trouble is null && Chip is { } presented && rows.Of<ChipRows>().TryGet(presented.Id, out var chip)) AskUses(rows, chip);
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

        var usable = Usable(rows, chip.Id);
        var purchase = new ChipPurchase(
            vend.Lines, AgeLimit, vend.Lines.All(l => l.Product is not null), Machine?.Group, vend.ReservedAt, Zone);
        if (LimitRules.WhyNot(usable.Rules, usable.Marks, purchase, rows.Of<ChipUses>().Of(usable.Id)) is { } refusal) throw refusal;
        Goods.Hold(rows, vend.Machine, vend.Lines);
        var sale = vend with { Tender = usable.PaysWith };
        long? available = usable.FreeVend
            ? null
            : rows.Balance(vend.Organization, usable.Tender.Account, vend.Amount.Currency);
        return MachineSale.Of(book.Keep(VendRules.Reserve(sale, available, usable.CreditLine), ""), rows);
    }

    private void AskUses(JournalRows rows, Chip chip)
    {
        if (!chip.Rules.Counts) return;
        var monday = LocalTime.MondayOf(LocalTime.DayAt(vend.ReservedAt, Zone));
        rows.Of<ChipUses>().Ask(chip.Id, LocalTime.StartOf(monday, Zone));
        rows.Of<ChipUses>().Remember(vend.Machine, Machine?.Group);
    }

    private Chip Usable(JournalRows rows, Id<Chip> id)
    {
        if (!rows.Of<ChipRows>().TryGet(id, out var chip)) throw Unregistered();
        if (chip.State is ChipState.Locked)
        {
            throw new RuleException("chip_locked", "This chip is locked.") { Hint = new("Chip locked") };
        }

        if (chip.State is ChipState.Retired)
        {
            throw new RuleException("chip_retired", "This chip is no longer used.") { Hint = new("Chip no longer valid") };
        }

        return rows.Of<OpenChips>().Of(vend.Tender.Reference) is null
            ? chip
            : throw new RuleException("chip_busy", "This chip is paying for something else at this moment.")
            {
                Hint = new("Chip in use, please wait"),
            };
    }

    /// <summary>Nobody was given this chip.</summary>
    internal static RuleException Unregistered() =>
        new("chip_unknown", "This chip is not registered.") { Hint = new("Unknown chip") };
}
