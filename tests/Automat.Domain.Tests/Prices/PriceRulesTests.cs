using Automat.Domain.Prices;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Prices;

[Trait("Accepts", "S2-15")]
[Trait("Accepts", "S3-03")]
public sealed class PriceRulesTests
{
    private static readonly Guid Cola = Guid.CreateVersion7();
    private static readonly MachineId Here = MachineId.Parse("m1");
    private static readonly DateTime Friday = new(2026, 11, 27, 18, 0, 0);

    [Fact]
    public void Without_a_list_the_slot_asks_its_own_price() =>
        Assert.Equal(200, PriceRules.PriceOf(Cola, 200, [], Here, null, Friday));

    [Theory]
    [InlineData("2026-11-27T16:59:59", false)]
    [InlineData("2026-11-27T17:00:00", true)]
    [InlineData("2026-11-27T18:59:59", true)]
    [InlineData("2026-11-27T19:00:00", false)]
    [InlineData("2026-11-28T18:00:00", false)] // a Saturday
    public void A_happy_hour_holds_on_its_days_from_its_beginning_until_its_end(string clock, bool holds)
    {
        var happy = List() with { Days = 0b001_1111, StartsAt = new TimeOnly(17, 0), EndsAt = new TimeOnly(19, 0) };

        Assert.Equal(holds, PriceRules.Holds(happy, DateTime.Parse(clock, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("2026-11-27T23:00:00", true)]
    [InlineData("2026-11-28T01:59:00", true)] // still Friday's night
    [InlineData("2026-11-28T02:00:00", false)]
    [InlineData("2026-11-28T23:00:00", false)]
    [InlineData("2026-11-27T01:00:00", false)] // that was Thursday's
    public void What_begins_in_the_evening_belongs_to_that_day_after_midnight_too(string clock, bool holds)
    {
        var night = List() with { Days = 0b001_0000, StartsAt = new TimeOnly(22, 0), EndsAt = new TimeOnly(2, 0) };

        Assert.Equal(holds, PriceRules.Holds(night, DateTime.Parse(clock, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void The_closest_list_decides_and_of_two_as_close_the_later()
    {
        var all = Priced(List(), 190);
        var group = Priced(List() with { Group = "canteen" }, 180);
        var own = Priced(List() with { MachineId = Here }, 170);
        var later = Priced(List() with { CreatedAt = all.List.CreatedAt.AddDays(1) }, 185);

        Assert.Equal(170, PriceRules.PriceOf(Cola, 200, [all, group, own], Here, "canteen", Friday));
        Assert.Equal(180, PriceRules.PriceOf(Cola, 200, [group, all, later], Here, "canteen", Friday));
        Assert.Equal(185, PriceRules.PriceOf(Cola, 200, [later, all, group], Here, "lobby", Friday));
    }

    [Fact]
    public void Whatever_the_lists_their_order_decides_nothing_and_the_price_is_the_slots_or_one_of_a_list_that_holds()
    {
        var lists = from count in Gen.Choose(0, 8)
                    from made in Gen.ArrayOf(AnyList, count)
                    select made;
        Prop.ForAll(lists.ToArbitrary(), Gen.Choose(0, 60 * 24 * 14).ToArbitrary(), (all, minute) =>
        {
            var clock = Friday.Date.AddMinutes(minute);
            var price = PriceRules.PriceOf(Cola, 200, all, Here, "canteen", clock);

            Assert.Equal(price, PriceRules.PriceOf(Cola, 200, all.Reverse(), Here, "canteen", clock));
            var holding = all.Where(l => PriceRules.Reaches(l.List, Here, "canteen") && PriceRules.Holds(l.List, clock) && l.Prices.ContainsKey(Cola)).ToList();
            if (holding.Count == 0) Assert.Equal(200, price);
            else Assert.Contains(price, holding.Select(l => l.Prices[Cola]));
        }).QuickCheckThrowOnFailure();
    }

    private static Gen<PricedList> AnyList =>
        from days in Gen.Choose(1, 127)
        from start in Gen.Choose(0, 23)
        from length in Gen.Choose(0, 23)
        from first in Gen.Choose(-10, 10)
        from until in Gen.Choose(0, 14)
        from reach in Gen.Choose(0, 4)
        from paused in Gen.Choose(0, 5)
        from age in Gen.Choose(0, 3)
        from price in Gen.Choose(1, 199)
        from sells in Gen.Choose(0, 3)
        select new PricedList(
            List() with
            {
                Days = days,
                StartsAt = length == 0 ? null : new TimeOnly(start, 0),
                EndsAt = length == 0 ? null : new TimeOnly((start + length) % 24, 0),
                ValidFrom = first < 0 ? null : DateOnly.FromDateTime(Friday).AddDays(first),
                ValidUntil = first < 0 ? null : DateOnly.FromDateTime(Friday).AddDays(first + until),
                MachineId = reach == 0 ? Here : reach == 1 ? MachineId.Parse("m2") : null,
                Group = reach == 2 ? "canteen" : reach == 3 ? "lobby" : null,
                Paused = paused == 0,
                CreatedAt = DateTimeOffset.UnixEpoch.AddDays(age),
            },
            new Dictionary<Guid, long> { [sells == 0 ? Guid.Empty : Cola] = price });

    private static PricedList Priced(PriceList list, long price) => new(list, new Dictionary<Guid, long> { [Cola] = price });

    private static PriceList List() => new()
    {
        Id = new Id<PriceList>(Guid.CreateVersion7()),
        OrganizationId = new Id<Organization>(Guid.Empty),
        Name = "List",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
