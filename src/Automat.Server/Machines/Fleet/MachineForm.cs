using System.Text.Json;
using Automat.Domain.Vends;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Fleet;

/// <summary>Reads the form of a machine, and says what is wrong with it in the reader's words.</summary>
internal static class MachineForm
{
    private const int LongestSettings = 10_000;

    private static readonly JsonSerializerOptions ForPeople = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // the page escapes it
    };

    /// <summary>What was typed.</summary>
    public static MachineFormView Read(IFormCollection form)
    {
        return new MachineFormView
        {
            Id = Text("id", 64),
            Name = Text("name", 101),
            Location = Text("location", 201),
            Group = Text("group", 61),
            TimeZone = Text("time_zone", 65),
            Currency = Text("currency", 4).ToUpperInvariant(),
            Policy = Text("silence_policy", 32),
            Settings = Text("settings", LongestSettings) is { Length: > 0 } json ? json : "{}",
            Secret = Text("secret", 200),
        };

        string Text(string field, int longest) => form[field].ToString().Trim() is var typed && typed.Length > longest ? typed[..longest] : typed;
    }

    /// <summary>The form of a machine as it is.</summary>
    public static MachineFormView Of(Machine machine) => new()
    {
        Id = machine.Id.Value,
        Name = machine.Name,
        Location = machine.Location,
        Group = machine.Group ?? "",
        TimeZone = machine.TimeZone,
        Currency = machine.Currency.Code,
        Policy = PolicyWord(machine.SilencePolicy),
        Settings = Indented(machine.Settings),
    };

    /// <summary>The driver's settings as they were typed; null when they are no JSON.</summary>
    public static JsonElement? SettingsIn(MachineFormView form)
    {
        try
        {
            return JsonElement.Parse(form.Settings);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The form with what is wrong with it, field by field. Of a driver's setting the reader sees the driver's own sentence.</summary>
    public static MachineFormView With(this MachineFormView form, FieldsException refused, IStringLocalizer<Texts> texts) => form with
    {
        Wrong = refused.Errors.GroupBy(e => e.Key.StartsWith("settings", StringComparison.Ordinal) ? "settings" : e.Key, StringComparer.Ordinal).ToDictionary(
            field => field.Key,
            IReadOnlyList<string> (field) => [.. field.Select(e => WrongKey(field.Key) is { } key ? texts[key].Value : $"{e.Key}: {e.Value}")],
            StringComparer.Ordinal),
    };

    /// <summary>The form with one thing that is wrong.</summary>
    public static MachineFormView With(this MachineFormView form, string field, string sentence) =>
        form with { Wrong = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [field] = [sentence] } };

    /// <summary>Time zones to choose from, by name.</summary>
    public static IReadOnlyList<Choice> Zones() =>
    [
        .. TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id)
            .Where(id => id == "UTC" || (id.Contains('/', StringComparison.Ordinal) && !id.StartsWith("Etc/", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal).Select(id => new Choice(id, id.Replace('_', ' '))),
    ];

    private static string PolicyWord(SilencePolicy policy) => policy switch
    {
        SilencePolicy.RefundCustomer => "refund_customer",
        SilencePolicy.AssumeDelivered => "assume_delivered",
    };

    private static string? WrongKey(string field) => field switch
    {
        "id" => "Wrong.Id",
        "name" => "Wrong.Name",
        "location" => "Wrong.Location",
        "group" => "Wrong.Group",
        "time_zone" => "Wrong.TimeZone",
        "currency" => "Wrong.Currency",
        "secret" => "Wrong.Secret",
        _ => null,
    };

    private static string Indented(string json) => JsonSerializer.Serialize(JsonElement.Parse(json), ForPeople);
}
