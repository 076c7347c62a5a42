using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Automat.Protocol;

/// <summary>
/// Something the machine is to do once: it may come twice under the same id. After its deadline it must not be done.
/// </summary>
public sealed record DeviceCommand
{
    /// <summary>Names it; remember the last ones, so that a repeat is acknowledged and not done again.</summary>
    public required string Id { get; init; }

    /// <summary>What to do, such as <c>vend</c> or <c>reboot</c>; unknown kinds are refused, not ignored.</summary>
    [Description("vend, reboot, lock, unlock, reload_config, set_price, set_out_of_service, refresh_telemetry, show_message; "
        + "acknowledge unknown ones with outcome \"refused\".")]
    public required string Kind { get; init; }

    /// <summary>Unix seconds; do it before, or not at all.</summary>
    [Description("Unix seconds: do it before then, or not at all.")]
    public required long Deadline { get; init; }

    /// <summary>For a vend: the paid sale it belongs to.</summary>
    public string? VendId { get; init; }

    /// <summary>For a vend: the slot of its first item.</summary>
    public string? Slot { get; init; }

    /// <summary>For a vend: pieces of the first item.</summary>
    public int? Quantity { get; init; }

    /// <summary>For a vend of several slots: all items, the first included.</summary>
    [Description("All items of a vend, the first included.")]
    public IReadOnlyList<DeviceItem>? Items { get; init; }

    /// <summary>What the other kinds need.</summary>
    [Description("What kinds other than vend need, such as {\"text\": …} for show_message.")]
    public JsonElement? Arguments { get; init; }
}

/// <summary>So many from one slot.</summary>
/// <param name="Slot">Code of the slot.</param>
/// <param name="Quantity">Pieces.</param>
public sealed record DeviceItem(string Slot, int Quantity);

/// <summary>Commands waiting for the machine; empty when there are none.</summary>
/// <param name="Commands">Oldest first.</param>
/// <param name="ServerTime">Unix seconds.</param>
public sealed record CommandList(IReadOnlyList<DeviceCommand> Commands, long ServerTime);

/// <summary>What became of a command.</summary>
[JsonConverter(typeof(SnakeCase<CommandOutcome>))]
public enum CommandOutcome
{
    /// <summary>It was done; for a vend: the goods are out.</summary>
    Done,

    /// <summary>It was tried and did not work; for a vend: nothing came out.</summary>
    Failed,

    /// <summary>It was not tried: unknown, too late, or not possible now.</summary>
    Refused,
}

/// <summary>The machine says what became of a command. Safe to repeat.</summary>
public sealed record Acknowledgement
{
    /// <summary>The command; over HTTP it stands in the path instead.</summary>
    [Description("The command's id; needed over MQTT, over HTTP it stands in the path.")]
    public string? Id { get; init; }

    /// <summary>What became of it.</summary>
    public required CommandOutcome Outcome { get; init; }

    /// <summary>How the machine knows, or why not: a short word.</summary>
    [Description("How the machine knows, or why not: a word of at most 32 lower-case letters, digits and underscores.")]
    public string? Detail { get; init; }
}

/// <summary>The answer to an acknowledgement.</summary>
/// <param name="Id">The command.</param>
/// <param name="State">How the server keeps it: <c>done</c>, <c>failed</c>, <c>doubtful</c>, <c>expired</c>.</param>
public sealed record AcknowledgementAnswer(string Id, string State);
