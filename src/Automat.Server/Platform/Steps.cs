namespace Automat.Server.Platform;

/// <summary>
/// Named points that work passes on its way. In service nobody listens; a crash test asks to be killed at one of them
/// (<c>Automat__Testing__KillAt=journal.written:3</c> = the third time that point is passed).
/// </summary>
public static class Steps
{
    private static string? killAt;
    private static int passesLeft;

    /// <summary>Arms the trap; called once at start, only when the setting is there.</summary>
    internal static void KillAt(string setting)
    {
        var parts = setting.Split(':');
        passesLeft = parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : 1;
        killAt = parts[0];
    }

    /// <summary>Says that a point was passed.</summary>
    public static void Passed(string step)
    {
        if (killAt is null || killAt != step || Interlocked.Decrement(ref passesLeft) != 0) return;
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill(); // SIGKILL: nothing is flushed, nothing is tidied, as in a power cut
    }
}
