namespace Automat.Domain.Doors;

/// <summary>Where the visit of a customer at a locked door is in its life. Each status says what is true in it.</summary>
public enum DoorStatus
{
    /// <summary>The lock was told to open; nobody has seen the door open yet.</summary>
    Unlocked,

    /// <summary>The door was seen open, or was open when it was last seen.</summary>
    Open,

    /// <summary>The door is open for too long: an alarm, and no reason to give anything away.</summary>
    HeldOpen,

    /// <summary>The controller went silent or lost its power; what was taken nobody has told.</summary>
    Doubtful,

    /// <summary>What was taken is told; it is being weighed and settled.</summary>
    Weighing,

    /// <summary>What was told and what the scale says do not fit: a person decides.</summary>
    Review,

    /// <summary>The basket was charged.</summary>
    Settled,

    /// <summary>Nothing was taken and nothing was charged.</summary>
    Released,
}

/// <summary>Which status may follow which: the whole life of a visit in one table.</summary>
public static class DoorLife
{
    /// <summary>The statuses that may follow.</summary>
    public static IReadOnlyList<DoorStatus> After(DoorStatus status) => status switch
    {
        DoorStatus.Unlocked =>
            [DoorStatus.Open, DoorStatus.HeldOpen, DoorStatus.Doubtful, DoorStatus.Weighing, DoorStatus.Review],
        DoorStatus.Open => [DoorStatus.HeldOpen, DoorStatus.Doubtful, DoorStatus.Weighing, DoorStatus.Review],
        DoorStatus.HeldOpen => [DoorStatus.Doubtful, DoorStatus.Weighing, DoorStatus.Review],
        DoorStatus.Doubtful => [DoorStatus.Weighing, DoorStatus.Review],
        DoorStatus.Weighing => [DoorStatus.Review, DoorStatus.Settled, DoorStatus.Released],
        DoorStatus.Review => [DoorStatus.Weighing],
        // Weighing: nobody had heard the controller, and then it named goods.
        DoorStatus.Released => [DoorStatus.Weighing],
        DoorStatus.Settled => [],
    };

    /// <summary>Whether the visit is over.</summary>
    public static bool IsOver(DoorStatus status) => status is DoorStatus.Settled or DoorStatus.Released;

    /// <summary>Whether the customer may still be at the door, so that nobody else is let in.</summary>
    public static bool IsAtTheDoor(DoorStatus status) =>
        status is DoorStatus.Unlocked or DoorStatus.Open or DoorStatus.HeldOpen or DoorStatus.Weighing;
}
