using System.Globalization;
using Automat.Domain.Chips;
using Automat.Domain.Vends;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Chips;

/// <summary>What a chip may buy now.</summary>
[Trait("Accepts", "S2-02")]
public sealed class LimitRulesTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private static readonly ChipLimits FiveADay = new() { All = new Caps(new Cap(500, null), null) };

    [Fact]
    public void What_reaches_the_limit_exactly_is_sold_and_one_cent_more_is_not()
    {
        ChipUse[] uses = [Use("2026-11-25T08:00:00Z", 350)];

        Assert.Null(WhyNot(FiveADay, "2026-11-25T12:00:00Z", 150, uses));
        var refusal = WhyNot(FiveADay, "2026-11-25T12:00:00Z", 151, uses);

        Assert.Equal(("limit_day", "day", "Day limit, again Thu 00:00"), (refusal!.Code, refusal.Hint!.Rule, refusal.Hint.Display));
        Assert.Equal(At("2026-11-25T23:00:00Z"), refusal.Hint.OpensAt);
    }

    [Theory]
    [InlineData("2026-11-24T22:59:59Z", "2026-11-24T23:00:00Z", true)] // the last second of yesterday does not count
    [InlineData("2026-11-24T23:00:00Z", "2026-11-25T22:59:59Z", false)]
    [InlineData("2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z", false)] // the day of 23 hours
    [InlineData("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", true)]
    [InlineData("2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z", false)] // the day of 25 hours
    [InlineData("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", true)]
    public void The_day_is_the_machines_from_midnight_to_midnight(string bought, string now, bool sold) => Assert.Equal(
        sold, WhyNot(FiveADay, now, 100, [Use(bought, 500)]) is null);

    [Fact]
    public void Of_several_limits_the_one_that_lasts_longest_is_told()
    {
        var limits = new ChipLimits { All = new Caps(new Cap(500, null), new Cap(800, null)) };

        var refusal = WhyNot(limits, "2026-11-25T12:00:00Z", 100, [Use("2026-11-25T08:00:00Z", 500), Use("2026-11-23T08:00:00Z", 300)]);

        Assert.Equal(("limit_week", At("2026-11-29T23:00:00Z")), (refusal!.Code, refusal.Hint!.OpensAt));
        Assert.Equal("Week limit, again Mon 00:00", refusal.Hint.Display);
    }

    [Fact]
    public void What_never_fits_opens_never()
    {
        var refusal = WhyNot(FiveADay, "2026-11-25T12:00:00Z", 501, []);

        Assert.Equal(("limit_day", null, "Day limit"), (refusal!.Code, refusal.Hint!.OpensAt, refusal.Hint.Display));
    }

    [Fact]
    public void Pieces_are_counted_and_a_category_by_itself()
    {
        var limits = new ChipLimits
        {
            Categories = new Dictionary<string, Caps> { ["Sweets"] = new(new Cap(null, 2), null) },
        };
        ChipUse[] uses = [Use("2026-11-25T08:00:00Z", 100, "Sweets"), Use("2026-11-25T09:00:00Z", 100, "Fresh")];

        Assert.Null(WhyNot(limits, "2026-11-25T12:00:00Z", 100, uses, "Sweets"));
        Assert.Null(WhyNot(limits, "2026-11-25T12:00:00Z", 100, [.. uses, .. uses], "Fresh"));
        Assert.Equal("day:category:Sweets", WhyNot(limits, "2026-11-25T12:00:00Z", 100, [.. uses, .. uses], "Sweets")!.Hint!.Rule);
    }

    [Fact]
    public void A_limit_of_a_group_of_machines_counts_what_was_bought_at_them()
    {
        var limits = new ChipLimits
        {
            MachineGroups = new Dictionary<string, Caps> { ["canteen"] = new(null, new Cap(300, null)) },
        };
        ChipUse[] uses = [Use("2026-11-23T08:00:00Z", 300) with { MachineGroup = "canteen" }, Use("2026-11-24T08:00:00Z", 999)];

        Assert.Equal("week:machine_group:canteen", WhyNot(limits, "2026-11-25T12:00:00Z", 1, uses, group: "canteen")!.Hint!.Rule);
        Assert.Null(WhyNot(limits, "2026-11-25T12:00:00Z", 1, uses, group: "hall"));
        Assert.Null(WhyNot(limits, "2026-11-25T12:00:00Z", 1, uses));
    }

    [Fact]
    [Trait("Accepts", "S2-03")]
    public void What_has_an_age_limit_takes_a_proof_of_age()
    {
        var sale = Purchase("2026-11-25T12:00:00Z", 100, "Spirits") with { AgeLimit = 18 };

        Assert.Equal("age_proof_missing", LimitRules.WhyNot(ChipLimits.None, new ChipMarks(false, true), sale, [])!.Code);
        Assert.Null(LimitRules.WhyNot(ChipLimits.None, new ChipMarks(true, false), sale, []));
    }

    [Theory]
    [Trait("Accepts", "S2-03")]
    [InlineData(CategoryLock.ProofOfAge, false, true, "age_proof_missing")]
    [InlineData(CategoryLock.ProofOfAge, true, false, null)]
    [InlineData(CategoryLock.Employee, true, false, "category_locked")]
    [InlineData(CategoryLock.Employee, false, true, null)]
    [InlineData(CategoryLock.Never, true, true, "category_locked")]
    [InlineData(CategoryLock.Open, false, false, null)]
    public void A_locked_category_opens_to_who_carries_the_mark(CategoryLock locked, bool adult, bool employee, string? code)
    {
        var limits = new ChipLimits { Locks = new Dictionary<string, CategoryLock> { ["Spirits"] = locked } };

        Assert.Equal(code, LimitRules.WhyNot(limits, new ChipMarks(adult, employee), Purchase("2026-11-25T12:00:00Z", 1, "Spirits"), [])?.Code);
        Assert.Null(LimitRules.WhyNot(limits, new ChipMarks(adult, employee), Purchase("2026-11-25T12:00:00Z", 1, "Water"), []));
        // What the machine does not name could be of that category.
        Assert.Equal(
            code is null, LimitRules.WhyNot(
                limits, new ChipMarks(adult, employee), Purchase("2026-11-25T12:00:00Z", 1) with { SlotKnown = false }, []) is null);
    }

    [Fact]
    public void The_nearest_that_says_something_about_a_rule_counts()
    {
        var own = new ChipLimits { All = new Caps(new Cap(null, null), null) };
        var group = new ChipLimits
        {
            All = new Caps(new Cap(100, null), new Cap(700, null)),
            Locks = new Dictionary<string, CategoryLock> { ["Sweets"] = CategoryLock.Open },
        };
        var everybody = new ChipLimits
        {
            All = new Caps(new Cap(50, null), new Cap(60, null)),
            Locks = new Dictionary<string, CategoryLock> { ["Sweets"] = CategoryLock.Never, ["Spirits"] = CategoryLock.ProofOfAge },
            Hours = [],
        };

        var limits = ChipLimits.Of(own, group, everybody);

        Assert.Equal((new Cap(null, null), new Cap(700, null)), (limits.All.Day, limits.All.Week));
        Assert.Equal((CategoryLock.Open, CategoryLock.ProofOfAge), (limits.Locks["Sweets"], limits.Locks["Spirits"]));
        Assert.Empty(limits.Hours!);
    }

    [Fact]
    public void What_counts_is_what_was_held_or_delivered_and_not_given_back()
    {
        var vend = Automat.Domain.Tests.Vends.Sale.Of(TenderKind.Chip, 500, new VendLine("A1", null, "x", 2, 150, 0) { Category = "Sweets" });

        Assert.Equal(500, Sum(vend with { Status = VendStatus.Unknown }));
        Assert.Equal(0, Sum(vend with { Status = VendStatus.Cancelled }));
        Assert.Equal(300, Sum(vend with { Status = VendStatus.Committed, Delivered = 300 }));
        Assert.Equal(200, Sum(vend with { Status = VendStatus.PartlyRefunded, Delivered = 300, Refunded = 100 }));
        Assert.Empty(ChipUse.Of(vend with { Status = VendStatus.Refunded, Delivered = 300, Refunded = 300 }, null).Parts);
        Assert.Equal(300, Sum(vend with { Status = VendStatus.Committed, Delivered = 300, Refunded = 300, Late = true }));
    }

    [Fact]
    public void However_a_chip_is_used_no_day_and_no_week_has_more_than_its_limit() =>
        Prop.ForAll(
            Gen.Choose(1, 40_000).Zip(Gen.Choose(1, 400)).ListOf(80).ToArbitrary(), Gen.Elements("Europe/Berlin", "America/New_York", "UTC").ToArbitrary(),
            (wishes, name) =>
            {
                var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
                var limits = new ChipLimits { All = new Caps(new Cap(500, 4), new Cap(1_500, 9)) };
                var uses = new List<ChipUse>();
                foreach (var (minute, amount) in wishes.OrderBy(w => w.Item1))
                {
                    // Four weeks around the end of summer time.
                    var at = At("2026-10-12T00:00:00Z").AddMinutes(minute);
                    var purchase = Purchase("2026-10-12T00:00:00Z", amount) with { At = at, Zone = zone };
                    if (LimitRules.WhyNot(limits, default, purchase, uses) is null) uses.Add(Use("2026-10-12T00:00:00Z", amount) with { At = at });
                }

                var days = uses.GroupBy(u => LocalTime.DayAt(u.At, zone));
                var weeks = uses.GroupBy(u => LocalTime.MondayOf(LocalTime.DayAt(u.At, zone)));
                return days.All(d => d.Sum(Total) <= 500 && d.Count() <= 4) && weeks.All(w => w.Sum(Total) <= 1_500 && w.Count() <= 9);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static RuleException? WhyNot(
        ChipLimits limits, string now, long amount, ChipUse[] uses, string? category = null, string? group = null) =>
        LimitRules.WhyNot(limits, default, Purchase(now, amount, category) with { MachineGroup = group }, uses);

    private static ChipPurchase Purchase(string at, long amount, string? category = null) => new(
        [new VendLine("A1", Guid.Empty, "x", 1, amount, 0) { Category = category }], null, SlotKnown: true, null, At(at), Berlin);

    private static ChipUse Use(string at, long amount, string? category = null) =>
        new(Id<Vend>.New(), At(at), IsOpen: false, null, [new UsePart(category, amount, 1)], amount);

    private static long Sum(Vend vend) => Total(ChipUse.Of(vend, null));

    private static long Total(ChipUse use) => use.Parts.Sum(p => p.Amount);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
