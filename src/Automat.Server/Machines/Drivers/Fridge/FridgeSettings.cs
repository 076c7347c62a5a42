using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.Json;
using Automat.Domain.Doors;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>What can be set for a fridge with a lock controller.</summary>
internal sealed record FridgeSettings
{
    /// <summary>Milligrams of a gram.</summary>
    public const long Gram = 1_000;

    /// <summary>What is held on a customer's card before the door opens, in minor units of the machine's currency.</summary>
    [Range(50, 100_000_000)]
    public long HoldAmount { get; init; } = 2_500;

    /// <summary>How long a customer's unlock waits for a controller that is away, in seconds, before the hold is released.</summary>
    [Range(1, 600)]
    public int TakeWithin { get; init; } = 20;

    /// <summary>How long a visit may take until it counts as unknown, in seconds; what is told later still counts.</summary>
    [Range(15, 7_200)]
    public int SettleWithin { get; init; } = 300;

    /// <summary>How long staff may take to look at a basket nobody knows, in seconds; then the machine's policy decides. Card
    /// holds end after seven days, so it is less.</summary>
    [Range(1, 7 * 86_400)]
    public int DecideWithin { get; init; } = 5 * 86_400;

    /// <summary>How long the door may be open, in seconds, before it is an alarm.</summary>
    [Range(5, 3_600)]
    public int OpenAtMost { get; init; } = 60;

    /// <summary>How long the controller may say nothing after unlocking, in seconds. It waits 10 s for the door by itself.</summary>
    [Range(2, 600)]
    public int SilentAtMost { get; init; } = 30;

    /// <summary>How long the controller may take to tell the basket of a closed door, in seconds.</summary>
    [Range(1, 120)]
    public int ConfirmWithin { get; init; } = 5;

    /// <summary>Whose word is the basket: <c>controller</c>, or <c>agent</c> for a fridge with cameras.</summary>
    [RegularExpression("controller|agent", ErrorMessage = "Either controller or agent.")]
    public string BasketFrom { get; init; } = "controller";

    /// <summary>How long after the controller the agent may take to tell its basket, in seconds.</summary>
    [Range(1, 600)]
    public int AgentWithin { get; init; } = 20;

    /// <summary>How sure the agent must be of a basket, 0 to 1; below, a person looks at it.</summary>
    [Range(0.0, 1.0)]
    public double LeastConfidence { get; init; } = 0.6;

    /// <summary>Which slot the fridge's own names mean, such as <c>{"cola": "A1"}</c>. A name that is not here means the slot of
    /// that code, else the product of that number.</summary>
    [MaxLength(500)]
    public Dictionary<string, string> Skus { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether it has load cells. Without, nothing is weighed whatever the controller says.</summary>
    public bool HasScale { get; init; } = true;

    /// <summary>How many units of the scale are a gram.</summary>
    [Range(0.000001, 1_000_000.0)]
    public double UnitsPerGram { get; init; } = 1;

    /// <summary>How far the scale itself may be off, in grams.</summary>
    [Range(0, 10_000)]
    public int ScaleTolerance { get; init; } = 10;

    /// <summary>A basket whose weight is off by more than this, in grams, is looked at by a person; below, it is settled in the
    /// customer's favour.</summary>
    [Range(0, 100_000)]
    public int ReviewAbove { get; init; } = 50;

    /// <summary>Baskets that cannot be weighed are settled as told. Only where whoever tells them can be trusted: the usual
    /// controller cannot, as it names one product whatever was taken.</summary>
    public bool SettleUnweighed { get; init; }

    /// <summary>The highest temperature that is fine for the goods, in degrees Celsius; without one none is watched.</summary>
    [Range(-40.0, 60.0)]
    public double? WarmestAllowed { get; init; }

    /// <summary>How long it may be warmer, in minutes, before nothing is sold.</summary>
    [Range(0, 1_440)]
    public int WarmMinutes { get; init; } = 30;

    /// <summary>After so many seconds without telemetry the controller is away. It sends some four times a second, and none
    /// while a customer is at the door.</summary>
    [Range(2, 600)]
    public int HeardWithin { get; init; } = 30;

    /// <summary>Supply voltage below which nothing is sold; without one it is not watched.</summary>
    [Range(0.0, 100.0)]
    public double? LeastVolts { get; init; }

    /// <summary>The controller signs with the secret all fridges of this server share, and not with its own. Whoever takes one
    /// apart then speaks for all of them.</summary>
    public bool FleetSecret { get; init; }

    /// <summary>The fixed client id of a controller whose firmware can present neither name nor password; null for those that
    /// can, as all should.</summary>
    [MaxLength(100)]
    public string? ClientId { get; init; }

    /// <summary>Addresses or networks (<c>10.1.2.0/24</c>) such a controller comes from; nobody else there may have the same
    /// client id. Without one it is not let in.</summary>
    [MaxLength(20)]
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>What is wrong with settings as somebody wrote them, by field.</summary>
    public static IReadOnlyDictionary<string, string> FaultsIn(JsonElement json)
    {
        var faults = DriverSettings<FridgeSettings>.FaultsIn(json);
        if (faults.Count > 0 || !json.TryGetProperty("allow", out var allow) || allow.ValueKind is not JsonValueKind.Array) return faults;
        return allow.EnumerateArray().All(one => one.ValueKind is JsonValueKind.String && IsPlace(one.GetString()))
            ? faults
            : new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["settings.allow"] = "Name addresses such as 10.1.2.3, or networks such as 10.1.2.0/24.",
            };
    }

    internal DoorLimits Limits => new(
        TimeSpan.FromSeconds(OpenAtMost), TimeSpan.FromSeconds(SilentAtMost), TimeSpan.FromSeconds(ConfirmWithin),
        TimeSpan.FromSeconds(AgentWithin), BasketFrom == "agent");

    internal WeightLimits Weights => new(ScaleTolerance * Gram, ReviewAbove * Gram, SettleUnweighed);

    private static bool IsPlace(string? text) => IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text ?? "", out _);

    /// <summary>Milligrams of what the scale shows; null for what no scale shows.</summary>
    internal long? MilligramsOf(double units)
    {
        var milligrams = units / UnitsPerGram * Gram;
        return HasScale && double.IsFinite(milligrams) && Math.Abs(milligrams) < 1e11 ? (long)Math.Round(milligrams) : null;
    }
}
