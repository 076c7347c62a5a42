namespace Automat.Server.Machines.Drivers.Robot;

/// <summary>What can be set for a pick-up robot.</summary>
internal sealed record RobotSettings
{
    /// <summary>Addresses or networks (<c>10.1.2.0/24</c>) the robot may connect from. It can present nothing else.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>How long a paid code stays good while the robot has not come for it, in hours; then the money goes back.</summary>
    public int CodeHours { get; init; } = 24;

    /// <summary>
    /// How long a robot that reports nothing needs for one customer, in seconds: a connection that stays up so long counts
    /// as served, and the next customer's code is handed out.
    /// </summary>
    public int ServeSeconds { get; init; } = 30;

    /// <summary>How long a robot that reports may take, in seconds.</summary>
    public int ReportWithin { get; init; } = 900;

    /// <summary>How long an unknown outcome stays open, in seconds.</summary>
    public int DecideWithin { get; init; } = 60;

    /// <summary>Paid sales that may wait for the robot.</summary>
    public int SalesAtOnce { get; init; } = 200;
}
