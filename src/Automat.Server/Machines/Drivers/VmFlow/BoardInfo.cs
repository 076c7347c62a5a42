using System.Text.Json;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>Where the board's cashless reader is, as MDB has it.</summary>
internal enum ReaderState
{
    /// <summary>Reset, not set up by the machine.</summary>
    Inactive = 0,

    /// <summary>Set up and switched off by the machine.</summary>
    Disabled = 1,

    /// <summary>Ready for a session.</summary>
    Enabled = 2,

    /// <summary>In a session; nothing chosen.</summary>
    Idle = 3,

    /// <summary>Something was chosen, and has not come out yet.</summary>
    Vend = 4,
}

/// <summary>What a board says of itself when it is asked (<c>rpc/info</c>).</summary>
/// <param name="State">Where its reader is.</param>
/// <param name="UptimeSeconds">Seconds since it started.</param>
/// <param name="LastSuccess">Unix seconds of the last vend that was paid without cash and came out; 0 since the start when none.</param>
/// <param name="LastPrice">That vend's price in raw MDB units.</param>
/// <param name="LastItem">That vend's item number.</param>
/// <param name="Version">Its firmware.</param>
internal sealed record BoardInfo(
    ReaderState State, long UptimeSeconds, long LastSuccess, long LastPrice, long LastItem, string? Version)
{
    private const int Longest = 1_024;
    private const int LongestVersion = 64;
    private const long LongestUptime = 10L * 366 * 86_400;
    private const long LatestTime = 253_402_300_799;

    /// <summary>When it was heard; set by who hears it.</summary>
    public DateTimeOffset HeardAt { get; init; }

    /// <summary>It can be given credit: switched on by the machine, and not just started.</summary>
    public bool IsReady => State is ReaderState.Enabled && UptimeSeconds >= VmFlowSettings.ShortestSettling;

    /// <summary>When the board started, give or take a second.</summary>
    public DateTimeOffset StartedAt => HeardAt - TimeSpan.FromSeconds(UptimeSeconds);

    /// <summary>Reads it; null when it is not what a board says.</summary>
    public static BoardInfo? Read(ReadOnlyMemory<byte> json, DateTimeOffset now)
    {
        if (json.Length > Longest) return null;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            var root = document.RootElement;
            if (root.ValueKind is not JsonValueKind.Object) return null;
            if (Number(root, "machine_state", 4) is not { } state || Number(root, "uptime_s", LongestUptime) is not { } uptime) return null;
            return new BoardInfo(
                (ReaderState)state, uptime, Number(root, "last_vend_success_time", LatestTime) ?? 0,
                Number(root, "last_sale_price", uint.MaxValue) ?? 0, Number(root, "last_sale_item", uint.MaxValue) ?? 0,
                Text(root, "version"))
            {
                HeardAt = now,
            };
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static long? Number(JsonElement root, string name, long most) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number)
        && number >= 0 && number <= most
            ? number
            : null;

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
        && value.GetString() is { Length: > 0 and <= LongestVersion } text && !text.Any(char.IsControl)
            ? text
            : null;
}
