using System.Text.Json;

namespace Automat.Server.Machines;

/// <summary>What machines can be told, beside their driver's own word for a sale.</summary>
public static class CommandKinds
{
    /// <summary>A paid sale is to be delivered.</summary>
    public const string Vend = "vend";

    /// <summary>Start anew.</summary>
    public const string Reboot = "reboot";

    /// <summary>Serve nobody until unlocked.</summary>
    public const string Lock = "lock";

    /// <summary>Serve again.</summary>
    public const string Unlock = "unlock";

    /// <summary>Fetch the configuration now.</summary>
    public const string ReloadConfig = "reload_config";

    /// <summary>A slot has another price.</summary>
    public const string SetPrice = "set_price";

    /// <summary>Stop selling.</summary>
    public const string SetOutOfService = "set_out_of_service";

    /// <summary>Report everything now.</summary>
    public const string RefreshTelemetry = "refresh_telemetry";

    /// <summary>Show a text on the display.</summary>
    public const string ShowMessage = "show_message";

    /// <summary>
    /// What ends a machine's service: none is handed over during a sale unless forced, and no sale begins until the machine has
    /// said what became of it.
    /// </summary>
    public static IReadOnlyList<string> Interrupting { get; } = [Reboot, Lock, SetOutOfService];

    /// <summary>What staff may ask for; a sale asks for the rest.</summary>
    public static IReadOnlyList<string> ForStaff { get; } =
        [Reboot, Lock, Unlock, ReloadConfig, SetPrice, SetOutOfService, RefreshTelemetry, ShowMessage];
}

/// <summary>What each kind of command needs to be told.</summary>
public static class CommandArguments
{
    /// <summary>Characters a display is given.</summary>
    public const int LongestText = 80;
    /// <summary>Seconds a text is shown.</summary>
    public const int LongestShown = 3_600;

    /// <summary>What is wrong with the arguments of a command, by field; empty when nothing is.</summary>
    public static Dictionary<string, string> FaultsIn(string kind, JsonElement arguments)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var allowed = FieldsOf(kind);
        foreach (var given in arguments.EnumerateObject())
        {
            if (!allowed.Contains(given.Name, StringComparer.Ordinal))
            {
                faults[$"arguments.{given.Name}"] = $"A {kind} takes {(allowed.Length == 0 ? "nothing" : string.Join(", ", allowed))}.";
            }
        }

        if (kind == CommandKinds.SetPrice)
        {
            if (Text(arguments, "slot") is not { Length: >= 1 and <= 16 }) faults["arguments.slot"] = "Name the slot, such as A1.";
            if (Number(arguments, "price") is not (>= 0 and <= 100_000_000)) faults["arguments.price"] = "A price is whole minor units, 0 to 100000000.";
        }
        else if (kind == CommandKinds.ShowMessage)
        {
            if (Text(arguments, "text") is not { Length: >= 1 and <= LongestText } text || text.Any(char.IsControl))
            {
                faults["arguments.text"] = $"A text has 1 to {LongestText} characters in one line.";
            }

            if (Number(arguments, "seconds") is not (>= 1 and <= LongestShown))
            {
                faults["arguments.seconds"] = $"It is shown for 1 to {LongestShown} seconds.";
            }
        }

        return faults;
    }

    private static string? Text(JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;

    private static string[] FieldsOf(string kind) => kind switch
    {
        CommandKinds.SetPrice => ["slot", "price"],
        CommandKinds.ShowMessage => ["text", "seconds"],
        _ => [],
    };
}
