namespace Automat.Domain.Doors;

/// <summary>Something that is heard of a door, or time that passes.</summary>
public abstract record DoorEvent
{
    private DoorEvent()
    {
    }

    /// <summary>Somebody named what was taken: at least one piece.</summary>
    /// <param name="Items">What.</param>
    /// <param name="Taken">How much lighter the fridge became, in milligrams; null when not measured.</param>
    /// <param name="Source">Who says so.</param>
    public sealed record Named(IReadOnlyList<TakenItem> Items, long? Taken, BasketSource Source) : DoorEvent;

    /// <summary>
    /// The controller said that nothing was taken. It says the same when it gave up waiting for the door, so this alone proves
    /// nothing.
    /// </summary>
    /// <param name="Taken">How much lighter the fridge became all the same, in milligrams; null when nothing.</param>
    public sealed record SaidNothing(long? Taken = null) : DoorEvent;

    /// <summary>The door was seen.</summary>
    /// <param name="IsOpen">Whether it was open.</param>
    /// <param name="Mass">What the scale showed, in milligrams; null when it does not tell.</param>
    public sealed record Seen(bool IsOpen, long? Mass) : DoorEvent;

    /// <summary>The controller lost its connection or its power.</summary>
    public sealed record Vanished : DoorEvent;

    /// <summary>Time has passed.</summary>
    public sealed record Passed : DoorEvent;

    /// <summary>A person looked at the evidence and decided.</summary>
    /// <param name="Items">What was taken; nothing when empty.</param>
    public sealed record Decided(IReadOnlyList<TakenItem> Items) : DoorEvent;
}

/// <summary>What follows from what was heard.</summary>
/// <param name="Session">The visit as it is now.</param>
/// <param name="News">Whether anything changed.</param>
/// <param name="RaisesAlarm">The door stands open for too long: somebody has to look.</param>
/// <param name="IsDoubt">Nobody knows what was taken: the money stays held.</param>
public sealed record DoorChange(DoorSession Session, bool News, bool RaisesAlarm = false, bool IsDoubt = false)
{
    /// <summary>Nothing new.</summary>
    public static DoorChange Nothing(DoorSession session) => new(session, News: false);
}
