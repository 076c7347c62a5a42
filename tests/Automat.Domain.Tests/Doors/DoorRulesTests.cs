using Automat.Domain.Doors;

namespace Automat.Domain.Tests.Doors;

/// <summary>The rules of a door, one promise each.</summary>
public sealed class DoorRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private static readonly DoorLimits Limits = new(
        OpenAtMost: TimeSpan.FromSeconds(60), SilentAtMost: TimeSpan.FromSeconds(30), ConfirmWithin: TimeSpan.FromSeconds(5),
        AgentWithin: TimeSpan.FromSeconds(20), AgentCounts: false);

    private static readonly DoorLimits WithAgent = Limits with { AgentCounts = true };

    private static readonly DoorEvent.Named Cola = new([new TakenItem("cola", 1)], 355_000, BasketSource.Controller);

    [Fact]
    [Trait("Accepts", "S1-02")]
    public void A_door_that_was_never_opened_releases()
    {
        var heard = Hear(Begin(), (10, new DoorEvent.SaidNothing()), (10.2, Closed(5_000)));

        Assert.Equal((DoorStatus.Weighing, "never_opened"), (heard.Status, heard.Evidence));
        Assert.Empty(heard.Items!);
        Assert.Equal(0, heard.Lighter);
    }

    [Fact]
    [Trait("Accepts", "S1-02")]
    public void Nothing_said_while_the_door_is_open_is_an_alarm_and_no_empty_basket()
    {
        var change = DoorRules.Hear(
            Hear(Begin(), (10, new DoorEvent.SaidNothing())), Opened(4_645), At(10.2), Limits);

        Assert.True(change.RaisesAlarm);
        Assert.Equal(DoorStatus.HeldOpen, change.Session.Status);
        Assert.Null(change.Session.Items);

        // However long it stands open, nothing is given away.
        var later = Hear(change.Session, (300, Opened(4_645)), (3_000, new DoorEvent.Passed()));
        Assert.NotEqual(DoorStatus.Weighing, later.Status);
    }

    [Fact]
    public void What_is_missing_when_a_door_held_open_closes_is_weighed_and_not_believed_to_be_nothing()
    {
        var heard = Hear(
            Begin(), (10, new DoorEvent.SaidNothing()), (10.2, Opened(5_000)), (90, Opened(4_645)), (91, Closed(4_645)));

        Assert.Equal((DoorStatus.Weighing, "door_held_open"), (heard.Status, heard.Evidence));
        Assert.Null(heard.Items);
        Assert.Equal(355, heard.Lighter);
    }

    [Fact]
    public void Nothing_said_proves_nothing_until_the_door_is_seen()
    {
        var heard = Hear(Begin(), (10, new DoorEvent.SaidNothing()), (20, new DoorEvent.Passed()));
        Assert.Equal(DoorStatus.Unlocked, heard.Status);

        var change = DoorRules.Hear(heard, new DoorEvent.Passed(), At(31), Limits);

        Assert.True(change.IsDoubt);
        Assert.Equal((DoorStatus.Doubtful, "door_unseen"), (change.Session.Status, change.Session.Evidence));
    }

    [Fact]
    public void An_open_door_raises_one_alarm_and_waits()
    {
        var open = Hear(Begin(), (1, Opened(5_000)), (30, Opened(5_000)));
        var first = DoorRules.Hear(open, Opened(5_000), At(62), Limits);
        var second = DoorRules.Hear(first.Session, Opened(5_000), At(63), Limits);

        Assert.True(first.RaisesAlarm);
        Assert.False(second.RaisesAlarm);
        Assert.Equal(DoorStatus.HeldOpen, second.Session.Status);

        var settled = DoorRules.Hear(second.Session, Cola, At(200), Limits).Session;
        Assert.Equal(DoorStatus.Weighing, settled.Status);
    }

    [Fact]
    [Trait("Accepts", "S1-02")]
    public void A_basket_told_after_the_doubt_still_settles()
    {
        var doubt = DoorRules.Hear(Begin(), new DoorEvent.Passed(), At(31), Limits);
        Assert.True(doubt.IsDoubt);
        Assert.Equal("no_answer", doubt.Session.Evidence);

        var told = DoorRules.Hear(doubt.Session, Cola, At(500), Limits).Session;

        Assert.Equal(DoorStatus.Weighing, told.Status);
        Assert.Equal(355_000, told.Lighter);
    }

    [Fact]
    [Trait("Accepts", "S1-02")]
    public void However_short_the_silence_may_be_a_door_is_not_released_before_its_lock_has_shut_again()
    {
        var hasty = Limits with { SilentAtMost = TimeSpan.FromSeconds(2) };
        var early = Hear(Begin(), (1, Closed(5_000)));

        var waits = DoorRules.Hear(early, new DoorEvent.Passed(), At(3), hasty);
        var seen = DoorRules.Hear(waits.Session, Closed(5_000), At(9), hasty).Session;
        var still = DoorRules.Hear(seen, new DoorEvent.Passed(), At(11), hasty);
        var after = DoorRules.Hear(DoorRules.Hear(seen, Closed(5_000), At(10), hasty).Session, new DoorEvent.Passed(), At(11), hasty);
        var unseen = DoorRules.Hear(early, new DoorEvent.Passed(), At(7), hasty);

        Assert.Equal(DoorStatus.Unlocked, waits.Session.Status);
        Assert.Equal(DoorStatus.Unlocked, still.Session.Status);
        Assert.Equal((DoorStatus.Weighing, "never_opened"), (after.Session.Status, after.Session.Evidence));
        Assert.Equal((DoorStatus.Doubtful, "no_answer"), (unseen.Session.Status, unseen.Session.Evidence));
    }

    [Fact]
    public void Lost_power_is_a_doubt_and_the_scale_of_before_counts_no_more()
    {
        var lost = DoorRules.Hear(Hear(Begin(), (1, Opened(5_000))), new DoorEvent.Vanished(), At(3), Limits);

        Assert.True(lost.IsDoubt);
        Assert.Equal("connection_lost", lost.Session.Evidence);
        var back = Hear(lost.Session, (60, Closed(0)));
        Assert.Equal(DoorStatus.Doubtful, back.Status);
        Assert.Null(back.Lighter);
    }

    [Fact]
    public void A_controller_that_did_not_answer_but_whose_door_was_seen_closed_all_the_time_was_never_opened()
    {
        var heard = Hear(Begin(), (1, Closed(5_000)), (28, Closed(5_000)), (30.5, new DoorEvent.Passed()));

        Assert.Equal((DoorStatus.Weighing, "never_opened"), (heard.Status, heard.Evidence));
        Assert.Null(heard.Items);
    }

    [Fact]
    public void A_controller_that_names_goods_after_its_visit_ended_without_its_word_is_heard_once()
    {
        var released = DoorRules.End(
            Hear(Begin(), (1, Closed(5_000)), (28, Closed(5_000)), (30.5, new DoorEvent.Passed())), charged: false, "never_opened");

        var named = Hear(released, (31, Cola));
        var settled = DoorRules.End(named, charged: true, "told");

        Assert.Equal((DoorStatus.Weighing, 1), (named.Status, named.Items!.Count));
        Assert.Equal(settled, Hear(settled, (32, Cola), (33, new DoorEvent.SaidNothing())));
        Assert.Equal(released, Hear(released, (31, new DoorEvent.SaidNothing()), (32, Opened(4_000))));
    }

    [Fact]
    public void A_visit_the_controller_itself_called_empty_is_over_whatever_is_said_again()
    {
        var released = DoorRules.End(
            Hear(Begin(), (10, new DoorEvent.SaidNothing()), (10.2, Closed(5_000))), charged: false, "never_opened");

        Assert.Equal(released, Hear(released, (31, Cola)));
    }

    [Fact]
    public void A_closed_door_whose_basket_nobody_tells_is_left_to_the_scale()
    {
        var heard = Hear(Begin(), (1, Opened(5_000)), (4, Closed(4_645)), (9.5, new DoorEvent.Passed()));

        Assert.Equal((DoorStatus.Weighing, "basket_unsaid"), (heard.Status, heard.Evidence));
        Assert.Equal(355, heard.Lighter);
    }

    [Fact]
    public void A_door_opened_again_before_the_basket_was_told_is_open()
    {
        var heard = Hear(Begin(), (1, Opened(5_000)), (4, Closed(4_645)), (5, Opened(4_645)), (10, new DoorEvent.Passed()));

        Assert.Equal(DoorStatus.Open, heard.Status);
        Assert.Null(heard.ClosedAt);
    }

    [Fact]
    [Trait("Accepts", "S1-11")]
    public void Where_the_agent_counts_the_controllers_word_waits_for_it()
    {
        var told = DoorRules.Hear(Begin(), Cola, At(5), WithAgent).Session;
        Assert.Equal(DoorStatus.Unlocked, told.Status);

        var agent = new DoorEvent.Named([new TakenItem("A1", 2), new TakenItem("A2", 1)], null, BasketSource.Agent);
        var seen = DoorRules.Hear(told, agent, At(9), WithAgent).Session;

        Assert.Equal((DoorStatus.Weighing, BasketSource.Agent), (seen.Status, seen.Source));
        Assert.Equal(2, seen.Items!.Count);
        Assert.Equal(355_000, seen.Lighter); // the scale's word stays the controller's
    }

    [Fact]
    public void An_agent_that_is_quicker_than_the_door_waits_for_the_scale()
    {
        var agent = new DoorEvent.Named([new TakenItem("A1", 1)], null, BasketSource.Agent);
        var named = DoorRules.Hear(Begin(), agent, At(5), WithAgent).Session;
        Assert.Equal(DoorStatus.Unlocked, named.Status);

        var told = DoorRules.Hear(named, Cola, At(6), WithAgent).Session;

        Assert.Equal((DoorStatus.Weighing, BasketSource.Agent, 355_000), (told.Status, told.Source, told.Lighter));
        Assert.Equal("A1", Assert.Single(told.Items!).Sku);
    }

    [Fact]
    public void An_agent_that_stays_away_leaves_the_basket_to_a_person()
    {
        var told = DoorRules.Hear(Begin(), Cola, At(5), WithAgent).Session;

        Assert.Equal(DoorStatus.Unlocked, DoorRules.Hear(told, new DoorEvent.Passed(), At(20), WithAgent).Session.Status);
        var late = DoorRules.Hear(told, new DoorEvent.Passed(), At(26), WithAgent).Session;
        Assert.Equal("agent_silent", late.Evidence);
    }

    [Fact]
    public void Only_a_basket_that_waits_for_a_person_is_decided_by_one()
    {
        var refused = Assert.Throws<RuleException>(() =>
            DoorRules.Hear(Begin(), new DoorEvent.Decided([]), At(1), Limits));

        Assert.Equal("basket_status", refused.Code);
    }

    [Fact]
    public void Every_status_has_its_ways_out_and_what_is_charged_has_none()
    {
        foreach (var status in Enum.GetValues<DoorStatus>())
        {
            Assert.Equal(status is DoorStatus.Settled, DoorLife.After(status).Count == 0);
            Assert.DoesNotContain(status, DoorLife.After(status));
        }
    }

    private static DoorSession Begin() => new() { UnlockedAt = Start, MassBefore = 5_000, MassNow = 5_000 };

    private static DoorEvent.Seen Opened(long mass) => new(IsOpen: true, mass);

    private static DoorEvent.Seen Closed(long mass) => new(IsOpen: false, mass);

    private static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    private static DoorSession Hear(DoorSession session, params (double At, DoorEvent Heard)[] heard) =>
        heard.Aggregate(session, (now, one) => DoorRules.Hear(now, one.Heard, At(one.At), Limits).Session);
}
