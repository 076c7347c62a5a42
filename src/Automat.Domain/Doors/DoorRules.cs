namespace Automat.Domain.Doors;

/// <summary>
/// The rules of a door, as pure functions. What was taken is told once: the first word counts, and a repeat changes nothing.
/// Silence is a doubt, an open door is an alarm, and neither gives anything away.
/// </summary>
public static class DoorRules
{
    /// <summary>Hears something of a door.</summary>
    public static DoorChange Hear(DoorSession session, DoorEvent heard, DateTimeOffset now, DoorLimits limits)
    {
        if (IsHeardAtLast(session, heard)) return Name(session, (DoorEvent.Named)heard, now, limits);
        if (DoorLife.IsOver(session.Status)) return DoorChange.Nothing(session);
        return heard switch
        {
            DoorEvent.Named named => Name(session, named, now, limits),
            DoorEvent.SaidNothing said => SayNothing(session, said, now),
            DoorEvent.Seen seen => See(session, seen, now, limits),
            DoorEvent.Vanished => Vanish(session),
            DoorEvent.Passed => Pass(session, now, limits),
            DoorEvent.Decided decided => Decide(session, decided),
            _ => throw new RuleException("door_event", $"Nobody knows what {heard.GetType().Name} means at a door."),
        };
    }

    /// <summary>The basket was weighed, and it is not to be settled as it stands: a person decides.</summary>
    /// <exception cref="RuleException"><c>door_status</c> when it is not being weighed.</exception>
    public static DoorSession ToReview(DoorSession session, string evidence) =>
        Become(session, DoorStatus.Review) with { Evidence = evidence };

    /// <summary>The money has moved as the basket says.</summary>
    /// <param name="session">The visit.</param>
    /// <param name="charged">Whether anything was charged.</param>
    /// <param name="evidence">How we know, in a stable word.</param>
    /// <exception cref="RuleException"><c>door_status</c> when it is not being weighed.</exception>
    public static DoorSession End(DoorSession session, bool charged, string evidence) =>
        Become(session, charged ? DoorStatus.Settled : DoorStatus.Released) with { Evidence = evidence };

    /// <summary>
    /// The visit ended without a word of the controller, because the door was never seen open; and now it names goods all the
    /// same. They are gone, so they are still to be paid. Whatever it said before has used up its word.
    /// </summary>
    private static bool IsHeardAtLast(DoorSession session, DoorEvent heard) =>
        session is { Status: DoorStatus.Released, NothingAt: null, Items: null }
        && heard is DoorEvent.Named { Source: BasketSource.Controller, Items.Count: > 0 };

    private static DoorChange Name(DoorSession session, DoorEvent.Named named, DateTimeOffset now, DoorLimits limits)
    {
        // Told once: what is being weighed, or was told and is looked at by a person, is not told anew by the same voice.
        if (session.Status is DoorStatus.Weighing) return DoorChange.Nothing(session);
        if (session.Items is not null && IsNoNews(session, named, limits)) return DoorChange.Nothing(session);

        var closed = session with { OpenedAt = session.OpenedAt ?? now, ClosedAt = session.ClosedAt ?? now, Taken = named.Taken ?? session.Taken };
        // The agent has named what was taken, and now the controller says how much lighter it became.
        if (AwaitsScale(session) && named.Source is BasketSource.Controller) return Weigh(closed, "told");

        var told = closed with { Items = named.Items, Source = named.Source };
        if (named.Source is BasketSource.Controller)
        {
            told = told with { ToldAt = now };
            if (limits.AgentCounts) return new DoorChange(told, News: true); // the agent saw what; wait for it
        }

        return AwaitsScale(told) && session.Status is not DoorStatus.Review
            ? new DoorChange(told, News: true) // the scale has yet to tell
            : Weigh(told, "told");
    }

    /// <summary>The agent is quicker than the door: what it named is not yet weighed.</summary>
    private static bool AwaitsScale(DoorSession session) =>
        session is { Source: BasketSource.Agent, Items: not null, Taken: null, ToldAt: null };

    private static bool IsNoNews(DoorSession session, DoorEvent.Named named, DoorLimits limits) => named.Source switch
    {
        BasketSource.Controller => !AwaitsScale(session),
        _ => session.Source == named.Source || !limits.AgentCounts,
    };

    private static DoorChange SayNothing(DoorSession session, DoorEvent.SaidNothing said, DateTimeOffset now) =>
        session.NothingAt is not null || session.Items is not null
        || session.Status is DoorStatus.Weighing or DoorStatus.Review
            ? DoorChange.Nothing(session)
            : new DoorChange(session with { NothingAt = now, Taken = said.Taken }, News: true); // until the door is seen, this proves nothing

    private static DoorChange See(DoorSession session, DoorEvent.Seen seen, DateTimeOffset now, DoorLimits limits)
    {
        if (session.Status is DoorStatus.Weighing or DoorStatus.Review) return DoorChange.Nothing(session);
        var next = session with { SeenAt = now, MassNow = seen.Mass ?? session.MassNow };
        return seen.IsOpen ? SeeOpen(next, session, now, limits) : SeeClosed(next, session, now);
    }

    private static DoorChange SeeOpen(DoorSession next, DoorSession before, DateTimeOffset now, DoorLimits limits)
    {
        next = next with { OpenedAt = next.OpenedAt ?? now, ClosedAt = null, GaveUp = next.GaveUp || next.NothingAt is not null };
        // The controller has given up waiting, and the door is open all the same: nobody names any more what is taken.
        var tooLong = next.NothingAt is not null || now - next.OpenedAt > limits.OpenAtMost;
        var alarms = tooLong && !next.Alarmed;
        next = next with { Alarmed = next.Alarmed || tooLong };
        next = next.Status switch
        {
            DoorStatus.Unlocked or DoorStatus.Open when tooLong =>
                Become(next, DoorStatus.HeldOpen) with { Evidence = "door_held_open" },
            DoorStatus.Unlocked => Become(next, DoorStatus.Open),
            DoorStatus.HeldOpen or DoorStatus.Open or DoorStatus.Doubtful => next,
            _ => next,
        };
        var news = alarms || next.Status != before.Status || before.ClosedAt is not null || before.OpenedAt is null;
        return new DoorChange(next, news, RaisesAlarm: alarms);
    }

    private static DoorChange SeeClosed(DoorSession next, DoorSession before, DateTimeOffset now)
    {
        if (next.OpenedAt is not null) next = next with { ClosedAt = next.ClosedAt ?? now };
        if (AwaitsScale(next) && next.ClosedAt < now) return Weigh(next, "told");
        if (next.NothingAt is null || next.Items is not null) return new DoorChange(next, News: next.ClosedAt != before.ClosedAt);

        // It had given up waiting when the door was still open, so its "nothing" means nothing: only the scale is left.
        if (next.GaveUp) return Weigh(next with { Source = BasketSource.Scale }, "door_held_open");

        // It said that nothing was taken, and now the door is seen closed: the scale has the last word.
        return Weigh(
            next with { Items = [], Source = BasketSource.Controller },
            next.OpenedAt is null ? "never_opened" : "nothing_taken");
    }

    private static DoorChange Vanish(DoorSession session)
    {
        if (session.Status is DoorStatus.Weighing or DoorStatus.Review) return DoorChange.Nothing(session);
        var next = session with { Restarted = true };
        return session.Status is DoorStatus.Doubtful
            ? new DoorChange(next, News: !session.Restarted)
            : Doubt(next, "connection_lost");
    }

    private static DoorChange Pass(DoorSession session, DateTimeOffset now, DoorLimits limits)
    {
        if (session.Status is DoorStatus.Weighing or DoorStatus.Review or DoorStatus.Doubtful) return DoorChange.Nothing(session);
        if (session.ToldAt is { } told)
        {
            return now - told > limits.AgentWithin ? Weigh(session, "agent_silent") : DoorChange.Nothing(session);
        }

        if (session.ClosedAt is { } closed)
        {
            return now - closed > limits.ConfirmWithin
                ? session.Items is null ? Weigh(session with { Source = BasketSource.Scale }, "basket_unsaid") : Weigh(session, "told")
                : DoorChange.Nothing(session);
        }

        if (session.OpenedAt is { } opened)
        {
            if (now - (session.SeenAt ?? opened) > limits.SilentAtMost) return Doubt(session, "silent_while_open");
            return now - opened > limits.OpenAtMost && !session.Alarmed
                ? new DoorChange(
                    Become(session, DoorStatus.HeldOpen) with { Alarmed = true, Evidence = "door_held_open" },
                    News: true, RaisesAlarm: true)
                : DoorChange.Nothing(session);
        }

        if (now - session.UnlockedAt <= limits.SilentAtMost) return DoorChange.Nothing(session);
        // It has not answered; but a door that was seen closed all the time, to this very moment, was never opened. That is only
        // said of a door that was seen closed when its lock had shut again: until then somebody may still open it.
        var watched = session is { Restarted: false, SeenAt: { } seen } && now - seen <= limits.ConfirmWithin;
        if (!watched) return Doubt(session, session.NothingAt is null ? "no_answer" : "door_unseen");
        return session.SeenAt - session.UnlockedAt >= DoorLimits.LockShuts
            ? Weigh(session with { Source = BasketSource.Scale }, "never_opened")
            : DoorChange.Nothing(session);
    }

    private static DoorChange Decide(DoorSession session, DoorEvent.Decided decided) =>
        session.Status is DoorStatus.Review or DoorStatus.Doubtful
            ? Weigh(session with { Items = decided.Items, Source = BasketSource.Staff }, "decided")
            : throw new RuleException("basket_status", "This basket is not waiting for a decision.");

    private static DoorChange Weigh(DoorSession session, string evidence) =>
        new(Become(session, DoorStatus.Weighing) with { Evidence = evidence }, News: true);

    private static DoorChange Doubt(DoorSession session, string evidence) =>
        new(Become(session, DoorStatus.Doubtful) with { Evidence = evidence }, News: true, IsDoubt: true);

    private static DoorSession Become(DoorSession session, DoorStatus next) =>
        session.Status == next ? session
        : DoorLife.After(session.Status).Contains(next) ? session with { Status = next }
        : throw new RuleException("door_status", $"A door that is {session.Status} cannot become {next}.");
}
