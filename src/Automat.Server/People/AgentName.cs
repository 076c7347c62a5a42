namespace Automat.Server.People;

/// <summary>What people call the browser a session runs in. A program that says plainly what it is keeps its own words.</summary>
internal static class AgentName
{
    // Most browsers also claim to be those they descend from, so the youngest comes first.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ];

    /// <summary>Its name, and the system it runs on where it tells.</summary>
    /// <param name="agent">The User-Agent header, as the session kept it.</param>
    public static string Of(string agent)
    {
        if (!agent.StartsWith("Mozilla/", StringComparison.Ordinal) || Find(Browsers, agent) is not { } browser) return agent;
        return Find(Systems, agent) is { } system ? $"{browser}, {system}" : browser;
    }

    private static string? Find((string Mark, string Name)[] known, string agent) =>
        known.FirstOrDefault(one => agent.Contains(one.Mark, StringComparison.Ordinal)).Name;
}
