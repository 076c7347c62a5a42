namespace Automat.Domain.Doors;

/// <summary>Who told what was taken.</summary>
public enum BasketSource
{
    /// <summary>Nobody yet.</summary>
    Nobody,

    /// <summary>The lock's controller.</summary>
    Controller,

    /// <summary>The computer with the cameras and scales inside the fridge.</summary>
    Agent,

    /// <summary>Only the scale: nothing named what was taken.</summary>
    Scale,

    /// <summary>A person who looked at the evidence.</summary>
    Staff,
}

/// <summary>So many of something, by the name the fridge has for it.</summary>
/// <param name="Sku">The fridge's own name for the goods.</param>
/// <param name="Quantity">Pieces, at least 1.</param>
public sealed record TakenItem(string Sku, int Quantity);

/// <summary>
/// One visit of a customer at a locked door, from unlocking to the settled basket. The value itself; <see cref="DoorRules"/>
/// says how it moves. Weights are milligrams.
/// </summary>
public sealed record DoorSession
{
    /// <summary>Where it is in its life.</summary>
    public DoorStatus Status { get; init; }

    /// <summary>When the lock was told to open.</summary>
    public required DateTimeOffset UnlockedAt { get; init; }

    /// <summary>When the door was first seen open.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>When the door was seen closed after it had been open; null while it is open or never was.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>When the controller said that nothing was taken, which it also says when it has given up waiting.</summary>
    public DateTimeOffset? NothingAt { get; init; }

    /// <summary>The door was open after that: the controller had given up waiting, and knew nothing.</summary>
    public bool GaveUp { get; init; }

    /// <summary>When the controller named what was taken.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>When the door was last seen, open or closed.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>What the scale showed before the door was unlocked; null when unknown.</summary>
    public long? MassBefore { get; init; }

    /// <summary>What the scale showed last.</summary>
    public long? MassNow { get; init; }

    /// <summary>The controller was started anew since, so that its scale may count from another zero.</summary>
    public bool Restarted { get; init; }

    /// <summary>What was taken, as somebody told it; null while nobody has.</summary>
    public IReadOnlyList<TakenItem>? Items { get; init; }

    /// <summary>How much lighter the fridge became, as whoever told the basket measured it; null when they did not.</summary>
    public long? Taken { get; init; }

    /// <summary>Who told what was taken.</summary>
    public BasketSource Source { get; init; }

    /// <summary>Whether the alarm was raised that the door stands open.</summary>
    public bool Alarmed { get; init; }

    /// <summary>How it came to be where it is, in a stable word.</summary>
    public string? Evidence { get; init; }

    /// <summary>How much lighter the fridge became, by the best that is known; null when nothing is.</summary>
    public long? Lighter => Taken ?? (Restarted || MassBefore is null || MassNow is null ? null : MassBefore - MassNow);
}

/// <summary>How long things may take at a door.</summary>
/// <param name="OpenAtMost">A door open for longer is an alarm.</param>
/// <param name="SilentAtMost">A controller that says nothing for so long after unlocking is in doubt.</param>
/// <param name="ConfirmWithin">How long after a closed door the controller may take to name what was taken.</param>
/// <param name="AgentWithin">How long after the controller the agent may take to name it.</param>
/// <param name="AgentCounts">The agent's word counts, and the controller's only says that the door was closed.</param>
public sealed record DoorLimits(
    TimeSpan OpenAtMost, TimeSpan SilentAtMost, TimeSpan ConfirmWithin, TimeSpan AgentWithin, bool AgentCounts)
{
    /// <summary>An unlocked door nobody opens is locked again by its controller after this.</summary>
    public static TimeSpan LockShuts { get; } = TimeSpan.FromSeconds(10);
}
