using Automat.Domain;
using Automat.Domain.Meters;
using Automat.Protocol.Dex;

namespace Automat.Server.Dex;

/// <summary>What is known when an audit file is looked at.</summary>
/// <param name="Currency">The machine's.</param>
/// <param name="Slots">Codes of its slots.</param>
/// <param name="Cash">Cash sales in the books that no file counts yet, oldest first.</param>
/// <param name="Cashless">Other sales in the books since the last file, oldest first.</param>
internal sealed record DexKnown(
    Currency Currency, IReadOnlyList<string> Slots, IReadOnlyList<BookedSale> Cash, IReadOnlyList<BookedSale> Cashless);

/// <summary>Decides what comes of an audit file. Pure: given the file, the one before and the books, always the same.</summary>
internal static class DecidePlan
{
    /// <summary>More cash than this between two files is not believed: minor units.</summary>
    private const long MostCash = 10_000_000;

    private const int MostSales = 400;
    private const int MostPieces = 100;
    private const int MostListed = 200;

    public static DexPlan Of(DexAudit audit, DexAudit? earlier, Guid? before, DexKnown known)
    {
        var meters = new DexMeters(audit, known.Currency);
        var findings = Findings(audit, known);
        DexPlan Plan(string outcome) => new()
        {
            Outcome = outcome,
            Before = before,
            Findings = findings,
            Levels = outcome is "older" ? [] : Levels(audit, known),
        };

        if (meters.OtherCurrency)
        {
            findings.Add(new DexFinding("currency_differs", $"The file counts in {audit.CurrencyLetters}{audit.CurrencyNumber}, the machine sells in {known.Currency}: nothing was booked."));
            return Plan("currency_differs");
        }

        if (earlier is null) return Plan("baseline");
        var last = new DexMeters(earlier, known.Currency);
        if (meters.IsOlderThan(last)) return Plan("older");
        var card = meters.CardSince(last, findings);
        if (meters.CashSince(last, findings) is not { } cash) return Plan("no_cash_meters") with { CardCount = card.Count, CardValue = card.Value };

        var cashless = SalesMatch.Of(CardSlots(meters, last, card, known), known.Cashless);
        var plan = Plan("booked") with
        {
            CashCount = cash.Count,
            CashValue = cash.Value,
            CardCount = card.Count,
            CardValue = card.Value,
            Foreign = Few(cashless.OnlyMachine),
        };
        if (cash.Value > MostCash)
        {
            findings.Add(new DexFinding("too_much", $"{new Money(cash.Value, known.Currency)} in cash since the last file is not believed: nothing was booked."));
            return plan with { Outcome = "too_much" };
        }

        var slots = CashSlots(meters, last, card, known);
        var spread = SalesMatch.Spread(cash, slots, out var disagrees);
        if (disagrees) findings.Add(new DexFinding("selections_disagree", "The selections say that they took more cash than the machine does; the machine's sum was booked, of no slot."));
        var matching = SalesMatch.Of(spread, known.Cash);
        var sales = matching.OnlyMachine.SelectMany(s => Sales(s, known)).Where(s => s.Amount > 0).ToList();
        if (sales.Count > MostSales) sales = [.. Sales(new SlotSales("", 0, sales.Sum(s => s.Amount)), known)];
        return plan with
        {
            Outcome = sales.Count > 0 ? "booked" : "nothing_new",
            Sales = sales,
            Known = matching.Both,
            Denied = Few([.. matching.OnlyBooks, .. cashless.OnlyBooks]),
        };
    }

    /// <summary>The slot of the planogram a selection is; null when there is none: written alike, or but for leading zeros.</summary>
    public static string? SlotOf(string selection, IReadOnlyList<string> slots) =>
        slots.FirstOrDefault(s => s == selection)
        ?? slots.FirstOrDefault(s => string.Equals(s.TrimStart('0'), selection.TrimStart('0'), StringComparison.OrdinalIgnoreCase));

    private static IReadOnlyList<SlotSales> CashSlots(DexMeters now, DexMeters last, SlotSales card, DexKnown known)
    {
        if (now.TellsDevices) return Placed(now.BySelection(last, "CA"), known);
        var all = Placed(now.BySelection(last), known);
        if (card.Count == 0) return all;
        // What was not paid by card was paid in cash, slot by slot, as far as the books know the card sales.
        return SalesMatch.Of(all, known.Cashless).OnlyMachine;
    }

    private static IReadOnlyList<SlotSales> CardSlots(DexMeters now, DexMeters last, SlotSales card, DexKnown known) =>
        SalesMatch.Spread(card, Placed(now.BySelection(last, "DA", "DB"), known), out _);

    /// <summary>Under the codes of the planogram where it knows them.</summary>
    private static List<SlotSales> Placed(IReadOnlyList<SlotSales> sales, DexKnown known) =>
        [.. sales.Select(s => s with { Slot = SlotOf(s.Slot, known.Slots) ?? s.Slot })];

    private static IEnumerable<DexSale> Sales(SlotSales sold, DexKnown known)
    {
        var slot = sold.Slot.Length == 0 ? null : SlotOf(sold.Slot, known.Slots);
        if (sold.Count is < 1 or > MostSales * MostPieces)
        {
            yield return new DexSale(slot, 1, sold.Value);
            yield break;
        }

        // Pieces of one price together; what does not divide goes with the last piece.
        var each = sold.Value / sold.Count;
        var odd = sold.Value - (each * sold.Count);
        for (var left = sold.Count - (odd > 0 ? 1 : 0); left > 0; left -= MostPieces)
        {
            var pieces = (int)Math.Min(left, MostPieces);
            yield return new DexSale(slot, pieces, each * pieces);
        }

        if (odd > 0) yield return new DexSale(slot, 1, each + odd);
    }

    private static List<DexLevel> Levels(DexAudit audit, DexKnown known) =>
    [
        .. audit.Products.Where(p => p is { Level: not null, Absent: false })
            .Select(p => (Slot: SlotOf(p.Selection, known.Slots), Level: p.Level!.Value))
            .Where(p => p.Slot is not null && p.Level <= 10_000)
            .DistinctBy(p => p.Slot).Select(p => new DexLevel(p.Slot!, p.Level)),
    ];

    private static List<DexFinding> Findings(DexAudit audit, DexKnown known)
    {
        var findings = new List<DexFinding>();
        if (audit.Decimals is null) findings.Add(new DexFinding("decimals_missing", $"The file does not say how many decimals it has; {known.Currency.MinorDigits} were taken."));
        var strange = audit.Products.Where(p => !p.Absent && SlotOf(p.Selection, known.Slots) is null).Select(p => p.Selection).Take(20).ToList();
        if (strange.Count > 0) findings.Add(new DexFinding("slots_unknown", $"The planogram has no slot for {string.Join(", ", strange)}."));
        return findings;
    }

    private static List<T> Few<T>(IReadOnlyList<T> all) => [.. all.Take(MostListed)];
}
