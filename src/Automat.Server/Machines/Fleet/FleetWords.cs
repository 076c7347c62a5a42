using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Fleet;

/// <summary>Which text says what about a machine.</summary>
internal static class FleetWords
{
    /// <summary>How a machine is, in a word and its tone.</summary>
    public static StandingView Standing(this IStringLocalizer<Texts> texts, Machine machine, string? whyNot, MachineStatus status)
    {
        var (tone, key) = machine.State switch
        {
            MachineState.Retired => ("idle", "State.Retired"),
            MachineState.OutOfService => ("idle", "State.OutOfService"),
            MachineState.Active when whyNot is null => ("good", "Standing.Selling"),
            MachineState.Active when whyNot is "machine_busy" => ("good", "Standing.Busy"),
            MachineState.Active when whyNot is "machine_offline" && status.LastHeard is null => ("wait", "Standing.NeverHeard"),
            MachineState.Active => (status.Online ? "bad" : "wait", WhyNotKey(whyNot)),
        };
        return new StandingView(tone, texts[key]);
    }

    /// <summary>Name of the text that says why a machine cannot sell.</summary>
    public static string WhyNotKey(string? whyNot) => whyNot switch
    {
        null => "Standing.Selling",
        "machine_busy" => "Standing.Busy",
        "machine_offline" or "machine_silent" => "Standing.Offline",
        "machine_faulted" => "Standing.Faulted",
        "reader_disabled" => "Standing.ReaderOff",
        "cash_only" => "Standing.CashOnly",
        "not_connected_yet" => "Standing.NoDriver",
        "out_of_service" => "State.OutOfService",
        "retired" => "State.Retired",
        _ => "Standing.NotReady",
    };

    /// <summary>A driver in words; its name where nobody has words for it.</summary>
    public static string Driver(this IStringLocalizer<Texts> texts, string driver) => DriverKey(driver) is { } key ? texts[key] : driver;

    /// <summary>What to know about a family of hardware before one is connected; null where there is nothing.</summary>
    public static string? GuideKey(string driver) => driver switch
    {
        "arcade" => "Guide.Arcade",
        "robot" => "Guide.Robot",
        "pickup" => "Guide.PickUp",
        "native" => "Guide.Native",
        "fridge" => "Guide.Fridge",
        "vmflow" => "Guide.VmFlow",
        _ => null,
    };

    /// <summary>Name of the text of a state.</summary>
    public static string StateKey(MachineState state) => state switch
    {
        MachineState.Active => "State.Active",
        MachineState.OutOfService => "State.OutOfService",
        MachineState.Retired => "State.Retired",
    };

    /// <summary>Name of the text about a refusal; null where a page has nothing to say about it.</summary>
    public static string? RefusalKey(string code) => code switch
    {
        "machine_retired" => "Refused.Retired",
        "machine_id_taken" => "Refused.IdTaken",
        "machine_setting_taken" => "Refused.SettingTaken",
        "etag_mismatch" or "etag_missing" => "Refused.ChangedMeanwhile",
        "confirm_missing" => "Refused.NotConfirmed",
        "command_unsupported" or "command_invalid" or "test_unsupported" => "Refused.Unsupported",
        "sold_out" or "slot_unknown" => "Refused.SoldOut",
        "too_many_commands" => "Refused.TooMany",
        "secret_unknown" => "Refused.SecretGone",
        "secret_invalid" => "Refused.Secret",
        "machine_invalid" => "Refused.Invalid",
        _ => null,
    };

    private static string? DriverKey(string driver) => driver switch
    {
        "arcade" => "Driver.Arcade",
        "robot" => "Driver.Robot",
        "pickup" => "Driver.PickUp",
        "native" => "Driver.Native",
        "fridge" => "Driver.Fridge",
        "vmflow" => "Driver.VmFlow",
        _ => null,
    };
}
