using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.Json;

namespace Automat.Server.Machines.Drivers.Robot;

/// <summary>What can be set for a pick-up robot.</summary>
internal sealed record RobotSettings
{
    /// <summary>Addresses or networks (<c>10.1.2.0/24</c>) the robot may connect from. It can present nothing else.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>How long a paid code stays good while the robot has not come for it, in hours; then the money goes back.</summary>
    [Range(1, 24 * 7)]
    public int CodeHours { get; init; } = 24;

    /// <summary>
    /// How long a robot that reports nothing needs for one customer, in seconds: a connection that stays up so long counts
    /// as served, and the next customer's code is handed out.
    /// </summary>
    [Range(1, 3_600)]
    public int ServeSeconds { get; init; } = 30;

    /// <summary>How long a robot that reports may take, in seconds.</summary>
    [Range(1, 7_200)]
    public int ReportWithin { get; init; } = 900;

    /// <summary>How long an unknown outcome stays open, in seconds.</summary>
    [Range(1, 7 * 86_400)]
    public int DecideWithin { get; init; } = 60;

    /// <summary>Paid sales that may wait for the robot.</summary>
    [Range(1, 1_000)]
    public int SalesAtOnce { get; init; } = 200;

    /// <summary>What is wrong with settings as somebody wrote them, by field.</summary>
    public static IReadOnlyDictionary<string, string> FaultsIn(JsonElement json)
    {
        var faults = DriverSettings<RobotSettings>.FaultsIn(json);
        if (faults.Count > 0 || !json.TryGetProperty("allow", out var allow) || allow.ValueKind is not JsonValueKind.Array) return faults;
        return allow.EnumerateArray().All(one => IsPlace(one.GetString()))
            ? faults
            : new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["settings.allow"] = "Name addresses such as 10.1.2.3, or networks such as 10.1.2.0/24.",
            };
    }

    private static bool IsPlace(string? text) => IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text ?? "", out _);
}
