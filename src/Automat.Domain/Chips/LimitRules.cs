using System.Globalization;
using Automat.Domain.Vends;

namespace Automat.Domain.Chips;

/// <summary>What the holder of a chip has shown or is.</summary>
/// <param name="ProofOfAge">Of age, as somebody checked.</param>
/// <param name="Employee">Of the house.</param>
public readonly record struct ChipMarks(bool ProofOfAge, bool Employee);

/// <summary>What somebody wants to buy with a chip, and where.</summary>
/// <param name="Lines">What; a line without a category is of no known one.</param>
/// <param name="AgeLimit">The highest age any of it asks for; null for none.</param>
/// <param name="SlotKnown">Whether the machine said what it is about to give out.</param>
/// <param name="MachineGroup">The machine's group.</param>
/// <param name="At">When.</param>
/// <param name="Zone">The machine's time zone: its midnight is the one that counts.</param>
public sealed record ChipPurchase(
    IReadOnlyList<VendLine> Lines, int? AgeLimit, bool SlotKnown, string? MachineGroup, DateTimeOffset At, TimeZoneInfo Zone);

/// <summary>Whether a chip may buy something now: locks, hours, limits of the day and the week.</summary>
public static class LimitRules
{
    private const int Display = 32;

    /// <summary>Why a chip may not buy this now; null when it may. Of several reasons the one that lasts longest.</summary>
    /// <param name="limits">What holds for the chip.</param>
    /// <param name="marks">What its holder has shown.</param>
    /// <param name="purchase">What is to be bought.</param>
    /// <param name="uses">What was bought before, at least since Monday at the machine.</param>
    public static RuleException? WhyNot(
        ChipLimits limits, ChipMarks marks, ChipPurchase purchase, IReadOnlyCollection<ChipUse> uses)
    {
        RuleException? last = null;
        foreach (var refusal in Refusals(limits, marks, purchase, uses))
        {
            if (last is null || IsLater(refusal.Hint!.OpensAt, last.Hint!.OpensAt)) last = refusal;
        }

        return last;
    }

    private static bool IsLater(DateTimeOffset? one, DateTimeOffset? other) => other is not null && (one is null || one > other);

    private static IEnumerable<RuleException> Refusals(
        ChipLimits limits, ChipMarks marks, ChipPurchase purchase, IReadOnlyCollection<ChipUse> uses) =>
        Locked(limits, marks, purchase).Concat(Closed(limits, purchase)).Concat(Exceeded(limits, purchase, uses));

    private static IEnumerable<RuleException> Locked(ChipLimits limits, ChipMarks marks, ChipPurchase purchase)
    {
        if (purchase.AgeLimit is { } age && !marks.ProofOfAge)
        {
            yield return new RuleException(
                "age_proof_missing",
                string.Create(CultureInfo.InvariantCulture, $"This is sold from the age of {age}; the chip carries no proof of age."))
            { Hint = new("Proof of age needed", "age") };
        }

        foreach (var category in purchase.Lines.Select(l => l.Category).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (!limits.Locks.TryGetValue(category, out var locked) || Opens(locked, marks)) continue;
            var rule = "category:" + category;
            yield return locked is CategoryLock.ProofOfAge
                ? new RuleException("age_proof_missing", $"{category} needs a proof of age, and the chip carries none.")
                { Hint = new("Proof of age needed", rule) }
                : new RuleException("category_locked", $"{category} is not sold to this chip.")
                { Hint = new("Not sold to this chip", rule) };
        }

        // What nobody named could be of a locked category.
        if (!purchase.SlotKnown && limits.Locks.Values.Any(l => !Opens(l, marks)))
        {
            yield return new RuleException(
                "category_locked", "Some categories are locked for this chip, and the machine does not say which slot this is.")
            { Hint = new("Not sold to this chip", "slot") };
        }
    }

    private static bool Opens(CategoryLock locked, ChipMarks marks) => locked switch
    {
        CategoryLock.Open => true,
        CategoryLock.ProofOfAge => marks.ProofOfAge,
        CategoryLock.Employee => marks.Employee,
        CategoryLock.Never => false,
    };

    private static IEnumerable<RuleException> Closed(ChipLimits limits, ChipPurchase purchase)
    {
        if (limits.Hours is not { Count: > 0 } hours || OpenHours.AnyHolds(hours, purchase.At, purchase.Zone)) yield break;
        var opens = OpenHours.NextOpening(hours, purchase.At, purchase.Zone);
        yield return new RuleException("outside_hours", "This chip buys at other times of the day.")
        {
            Hint = new(Said("Not now", opens, purchase.Zone), "hours", opens),
        };
    }

    private static IEnumerable<RuleException> Exceeded(
        ChipLimits limits, ChipPurchase purchase, IReadOnlyCollection<ChipUse> uses)
    {
        foreach (var refusal in Exceeded(limits.All, "", purchase, uses, static _ => true, static _ => true)) yield return refusal;
        foreach (var (category, caps) in limits.Categories)
        {
            foreach (var refusal in Exceeded(
                caps, ":category:" + category, purchase, uses, static _ => true, c => c == category)) yield return refusal;
        }

        if (purchase.MachineGroup is not { } group || !limits.MachineGroups.TryGetValue(group, out var here)) yield break;
        foreach (var refusal in Exceeded(
            here, ":machine_group:" + group, purchase, uses, g => g == group, static _ => true)) yield return refusal;
    }

    private static IEnumerable<RuleException> Exceeded(
        Caps caps, string what, ChipPurchase purchase, IReadOnlyCollection<ChipUse> uses, Func<string?, bool> isHere,
        Func<string?, bool> isOfIt)
    {
        var today = LocalTime.DayAt(purchase.At, purchase.Zone);
        if (caps.Day is { } daily && Exceeds(daily, today, 1, purchase, uses, isHere, isOfIt) is { } tomorrow)
        {
            var opens = tomorrow.Fits ? tomorrow.At : (DateTimeOffset?)null;
            yield return new RuleException("limit_day", "The chip's limit for today is reached.")
            {
                Hint = new(Said("Day limit", opens, purchase.Zone), "day" + what, opens),
            };
        }

        var monday = LocalTime.MondayOf(today);
        if (caps.Week is { } weekly && Exceeds(weekly, monday, 7, purchase, uses, isHere, isOfIt) is { } next)
        {
            var opens = next.Fits ? next.At : (DateTimeOffset?)null;
            yield return new RuleException("limit_week", "The chip's limit for this week is reached.")
            {
                Hint = new(Said("Week limit", opens, purchase.Zone), "week" + what, opens),
            };
        }
    }

    /// <summary>Null when it is within the limit; else when the next period begins and whether this would fit into it.</summary>
    private static (DateTimeOffset At, bool Fits)? Exceeds(
        Cap cap, DateOnly from, int days, ChipPurchase purchase, IReadOnlyCollection<ChipUse> uses, Func<string?, bool> isHere,
        Func<string?, bool> isOfIt)
    {
        var wanted = purchase.Lines.Where(l => isOfIt(l.Category)).ToArray();
        if (wanted.Length == 0) return null;
        var begin = LocalTime.StartOf(from, purchase.Zone);
        var end = LocalTime.StartOf(from.AddDays(days), purchase.Zone);
        Int128 amount = 0, alone = 0;
        long vends = 0, pieces = 0;
        foreach (var line in wanted)
        {
            alone += line.Total;
            pieces += line.Pieces;
        }

        foreach (var part in uses.Where(u => u.At >= begin && u.At < end && isHere(u.MachineGroup)).SelectMany(u => u.Parts))
        {
            if (!isOfIt(part.Category)) continue;
            amount += part.Amount;
            vends += part.Vends;
        }

        if (!(amount + alone > cap.Amount) && !(vends + pieces > cap.Vends)) return null;
        return (end, !(alone > cap.Amount) && !(pieces > cap.Vends));
    }

    /// <summary>Such as <c>Day limit, again Tue 00:00</c>: the time as the clock at the machine shows it.</summary>
    private static string Said(string what, DateTimeOffset? opens, TimeZoneInfo zone)
    {
        if (opens is not { } moment) return what;
        var text = string.Create(CultureInfo.InvariantCulture, $"{what}, again {LocalTime.At(moment, zone):ddd HH:mm}");
        return text.Length <= Display ? text : what;
    }
}
