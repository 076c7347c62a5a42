using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

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

    private static readonly JsonSerializerOptions Strict = new(Json)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private readonly ConcurrentDictionary<string, TSettings> read = new(StringComparer.Ordinal);

    /// <summary>The settings of a machine.</summary>
    public TSettings Of(Machine machine) => read.GetOrAdd(
        machine.Settings, static json => JsonSerializer.Deserialize<TSettings>(json, Json) ?? new TSettings());

    /// <summary>What is wrong with settings as somebody wrote them, by field; the ranges stand on the record.</summary>
    public static IReadOnlyDictionary<string, string> FaultsIn(JsonElement json)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var given = json.Deserialize<TSettings>(Strict);
            var results = new List<ValidationResult>();
            if (given is null) faults["settings"] = "Settings are a JSON object.";
            else Validator.TryValidateObject(given, new ValidationContext(given), results, validateAllProperties: true);
            foreach (var result in results)
            {
                var field = JsonNamingPolicy.SnakeCaseLower.ConvertName(result.MemberNames.FirstOrDefault() ?? "");
                faults[$"settings.{field}"] = result.ErrorMessage ?? "This is out of range.";
            }
        }
        catch (JsonException unreadable)
        {
            var field = unreadable.Path is { Length: > 2 } path ? "settings." + path[2..] : "settings";
            faults[field] = "This is no setting of the driver, or not of its kind.";
        }

        return faults;
    }

    /// <summary>As they are stored.</summary>
    public static string Write(TSettings settings) => JsonSerializer.Serialize(settings, Json);
}
