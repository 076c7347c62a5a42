using System.Globalization;
using System.Text;
using System.Text.Json;
using Automat.Domain;

namespace Automat.Server.Machines.Drivers.Arcade;

/// <summary>
/// What cabinets read and write, byte for byte as existing cabinets know it: keys in this order, a blank after each colon and
/// comma, UTC with microseconds. The <c>id</c> is ours; cabinets that do not know it ignore it.
/// </summary>
internal static class ArcadeMessages
{
    public static byte[] CoinPulse(MachineId machine, int credits, DateTimeOffset now, string id) => Encoding.UTF8.GetBytes(
        $$"""{"machineId": "{{machine}}", "credits": {{credits}}, "timestamp": "{{Time(now)}}", "id": "{{id}}"}""");

    public static byte[] GameOver(MachineId machine, DateTimeOffset now) => Encoding.UTF8.GetBytes(
        $$"""{"machineId": "{{machine}}", "status": "game_over", "timestamp": "{{Time(now)}}"}""");

    /// <summary>Reads an acknowledgement: which pulse, and whether the credits were added. Null when it is none.</summary>
    public static (string Id, bool Taken)? ReadAcknowledgement(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > 4096) return null;
        try
        {
            using var json = JsonDocument.Parse(payload);
            if (json.RootElement.ValueKind is not JsonValueKind.Object
                || !json.RootElement.TryGetProperty("id", out var id) || id.ValueKind is not JsonValueKind.String)
            {
                return null;
            }

            var failed = json.RootElement.TryGetProperty("status", out var status)
                && status.ValueKind is JsonValueKind.String && status.ValueEquals("failed");
            return (id.GetString()!, !failed);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads a status: <c>online</c> or <c>offline</c>, bare or as <c>status</c> of a JSON object; null when it is
    /// neither.</summary>
    public static bool? ReadStatus(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > 4096) return null;
        var word = Encoding.UTF8.GetString(payload.Span);
        try
        {
            using var json = JsonDocument.Parse(payload);
            if (json.RootElement.ValueKind is JsonValueKind.Object
                && json.RootElement.TryGetProperty("status", out var status) && status.ValueKind is JsonValueKind.String)
            {
                word = status.GetString()!;
            }
        }
        catch (JsonException)
        {
            // A bare word.
        }

        return word switch { "online" => true, "offline" => false, _ => null };
    }

    /// <summary>ISO 8601 as Python writes it: microseconds, or none when there are exactly none.</summary>
    private static string Time(DateTimeOffset now)
    {
        var format = now.UtcTicks % TimeSpan.TicksPerSecond < TimeSpan.TicksPerMicrosecond
            ? "yyyy-MM-dd'T'HH:mm:ss'Z'"
            : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
        return now.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
    }
}
