using System.Collections.Concurrent;
using System.Text.Json;

namespace Automat.Server.Machines;

/// <summary>Reads a driver's own settings from a machine's row; the same text is read once.</summary>
/// <typeparam name="TSettings">The driver's settings record; its defaults hold for what is absent.</typeparam>
public sealed class DriverSettings<TSettings>
    where TSettings : class, new()
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private readonly ConcurrentDictionary<string, TSettings> read = new(StringComparer.Ordinal);

    /// <summary>The settings of a machine.</summary>
    public TSettings Of(Machine machine) => read.GetOrAdd(
        machine.Settings, static json => JsonSerializer.Deserialize<TSettings>(json, Json) ?? new TSettings());

    /// <summary>As they are stored.</summary>
    public static string Write(TSettings settings) => JsonSerializer.Serialize(settings, Json);
}
