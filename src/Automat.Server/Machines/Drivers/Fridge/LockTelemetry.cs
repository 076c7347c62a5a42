using System.Text.Json;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>
/// What a controller tells some four times a second, unsigned: the door, the load cells, the supply. Temperatures are ours:
/// controllers that have a sensor add them, and others do not know the word.
/// </summary>
/// <param name="IsOpen">Whether the door is open.</param>
/// <param name="Units">What all load cells show together, in the scale's units; null when it has none.</param>
/// <param name="Volts">Supply voltage; null when not told.</param>
/// <param name="Temperatures">Degrees Celsius by the sensor's name.</param>
/// <param name="Humidity">Relative humidity in percent; null when not told.</param>
internal sealed record LockTelemetry(
    bool IsOpen, double? Units, double? Volts, IReadOnlyDictionary<string, double> Temperatures, double? Humidity)
{
    private const int MostCells = 64;
    private const int MostSensors = 8;

    private static readonly JsonDocumentOptions Plain = new() { MaxDepth = 8 };

    /// <summary>Reads it; null when it is none.</summary>
    public static LockTelemetry? Read(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > LockMessages.Longest) return null;
        try
        {
            using var json = JsonDocument.Parse(payload, Plain);
            if (json.RootElement.ValueKind is not JsonValueKind.Object) return null;
            return DoorIn(json.RootElement) is { } open
                ? new LockTelemetry(
                    open, MassIn(json.RootElement), Number(json.RootElement, "vcc"), TemperaturesIn(json.RootElement),
                    Number(json.RootElement, "humidity"))
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException) // also half a surrogate in a name
        {
            return null;
        }
    }

    private static bool? DoorIn(JsonElement json)
    {
        if (!json.TryGetProperty("door", out var door) || door.ValueKind is not JsonValueKind.String) return null;
        return door.ValueEquals("open") ? true : door.ValueEquals("closed") ? false : null;
    }

    private static double? MassIn(JsonElement json)
    {
        if (!json.TryGetProperty("mass", out var mass)) return null;
        if (mass.ValueKind is JsonValueKind.Number) return Finite(mass);
        if (mass.ValueKind is not JsonValueKind.Array || mass.GetArrayLength() is 0 or > MostCells) return null;
        var sum = 0.0;
        foreach (var cell in mass.EnumerateArray())
        {
            if (Finite(cell) is not { } units) return null; // one cell that does not tell makes the sum worthless
            sum += units;
        }

        return sum;
    }

    /// <summary>One number, or numbers by name.</summary>
    private static Dictionary<string, double> TemperaturesIn(JsonElement json)
    {
        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        if (!json.TryGetProperty("temperature", out var told)) return found;
        if (told.ValueKind is JsonValueKind.Number) Add("inside", told);
        if (told.ValueKind is not JsonValueKind.Object) return found;
        foreach (var sensor in told.EnumerateObject().Take(MostSensors))
        {
            if (IsName(sensor.Name)) Add(sensor.Name, sensor.Value);
        }

        return found;

        void Add(string sensor, JsonElement value)
        {
            if (Finite(value) is { } degrees and >= -100 and <= 150) found[sensor] = degrees;
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 32 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static double? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? Finite(value) : null;

    private static double? Finite(JsonElement value) =>
        value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;
}
