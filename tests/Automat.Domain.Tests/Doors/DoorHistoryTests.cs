using Automat.Domain.Doors;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Doors;

/// <summary>Whatever a door may say, and in whatever order: what holds at every moment.</summary>
public sealed class DoorHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<DoorEvent> AnyEvent = Gen.OneOf(
        Gen.Elements<DoorEvent>(
            new DoorEvent.SaidNothing(), new DoorEvent.SaidNothing(40), new DoorEvent.Vanished(), new DoorEvent.Passed()),
        from open in Gen.Elements(true, false)
        from mass in Gen.Choose(0, 5_000)
        select (DoorEvent)new DoorEvent.Seen(open, mass),
        from source in Gen.Elements(BasketSource.Controller, BasketSource.Agent)
        from quantity in Gen.Choose(1, 3)
        select (DoorEvent)new DoorEvent.Named([new TakenItem("cola", quantity)], 355 * quantity, source));

    private static readonly Gen<(DoorEvent Heard, int After)[]> AnyHistory =
        (from heard in AnyEvent from after in Gen.Choose(0, 40) select (heard, after)).ArrayOf();

    private static Config Many => Config.QuickThrowOnFailure.WithMaxTest(2_000);

    [Theory, InlineData(false), InlineData(true)]
    [Trait("Accepts", "S1-02")]
    public void A_basket_is_empty_only_when_the_door_was_seen_closed_after_nothing_was_said(bool agent) =>
        Prop.ForAll(AnyHistory.ToArbitrary(), history =>
        {
            var (session, now, seenClosed) = (Begin(), Start, false);
            foreach (var (heard, after) in history)
            {
                now += TimeSpan.FromSeconds(after);
                var before = session;
                session = DoorRules.Hear(session, heard, now, Limits(agent)).Session;
                seenClosed = heard is DoorEvent.Seen { IsOpen: false };
                if (before.Items is null && session.Items is { Count: 0 }) return seenClosed && session.NothingAt is not null;
            }

            return true;
        }).Check(Many);

    [Theory, InlineData(false), InlineData(true)]
    public void Whatever_is_heard_no_visit_ends_by_itself_and_no_status_is_left_but_as_the_table_says(bool agent) =>
        Prop.ForAll(AnyHistory.ToArbitrary(), history =>
        {
            var (session, now) = (Begin(), Start);
            foreach (var (heard, after) in history)
            {
                now += TimeSpan.FromSeconds(after);
                var before = session;
                session = DoorRules.Hear(session, heard, now, Limits(agent)).Session;
                var kept = session.Status == before.Status || DoorLife.After(before.Status).Contains(session.Status);
                if (!kept || DoorLife.IsOver(session.Status)) return false;
            }

            return true;
        }).Check(Many);

    [Theory, InlineData(false), InlineData(true)]
    public void What_is_being_weighed_is_changed_by_nothing_that_is_heard_again(bool agent) =>
        Prop.ForAll(AnyHistory.ToArbitrary(), history =>
        {
            var (session, now) = (Begin(), Start);
            foreach (var (heard, after) in history)
            {
                now += TimeSpan.FromSeconds(after);
                var change = DoorRules.Hear(session, heard, now, Limits(agent));
                if (session.Status is DoorStatus.Weighing && (change.News || change.Session != session)) return false;
                session = change.Session;
            }

            return true;
        }).Check(Many);

    [Fact]
    public void An_ended_visit_hears_nothing_any_more() =>
        Prop.ForAll(AnyEvent.ToArbitrary(), heard =>
        {
            var ended = DoorRules.End(Begin() with { Status = DoorStatus.Weighing }, charged: true, "told");
            return !DoorRules.Hear(ended, heard, Start, Limits(false)).News;
        }).Check(Many);

    private static DoorSession Begin() => new() { UnlockedAt = Start, MassBefore = 5_000, MassNow = 5_000 };

    private static DoorLimits Limits(bool agent) => new(
        TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), agent);
}
