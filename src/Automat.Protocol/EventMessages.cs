using System.ComponentModel;

namespace Automat.Protocol;

/// <summary>Something that happened at the machine.</summary>
public sealed record DeviceEvent
{
    /// <summary>Counts the machine's events: 1, 2, 3 … without gaps.</summary>
    [Description("Counts this machine's events from 1, without gaps; kept over restarts.")]
    public required long Sequence { get; init; }

    /// <summary>What happened: see <see cref="EventTypes"/>.</summary>
    [Description("cash_sale, vend_failed, vend_reset, fault, fault_cleared, door, temperature, counters or power_on.")]
    public required string Type { get; init; }

    /// <summary>When, Unix seconds by the device's clock.</summary>
    public long? At { get; init; }

    /// <summary>For sales: code of the slot.</summary>
    public string? Slot { get; init; }

    /// <summary>For sales: minor units of all pieces; the slot's price when left out.</summary>
    public long? Amount { get; init; }

    /// <summary>For sales: pieces, 1 when left out.</summary>
    public int? Quantity { get; init; }

    /// <summary>For <c>vend_failed</c> and <c>vend_reset</c>: the vend, where there is a reservation.</summary>
    public string? ReservationId { get; init; }

    /// <summary>For faults and failures: a stable word.</summary>
    public string? Code { get; init; }

    /// <summary>For people.</summary>
    public string? Text { get; init; }

    /// <summary>For <c>door</c>: whether it is open now.</summary>
    public bool? Open { get; init; }

    /// <summary>For <c>temperature</c>: degrees Celsius by sensor.</summary>
    public IReadOnlyDictionary<string, double>? Temperatures { get; init; }

    /// <summary>For <c>counters</c>: counters that only grow, by name.</summary>
    public IReadOnlyDictionary<string, long>? Counters { get; init; }
}

/// <summary>The types of events.</summary>
public static class EventTypes
{
    /// <summary>Coins or notes were taken and goods given out.</summary>
    public const string CashSale = "cash_sale";

    /// <summary>A vend did not work; a reservation named with it is cancelled.</summary>
    public const string VendFailed = "vend_failed";

    /// <summary>The bus was reset between approved and success, which counts as success.</summary>
    public const string VendReset = "vend_reset";

    /// <summary>Something broke.</summary>
    public const string Fault = "fault";

    /// <summary>It works again.</summary>
    public const string FaultCleared = "fault_cleared";

    /// <summary>The door was opened or closed.</summary>
    public const string Door = "door";

    /// <summary>Temperatures measured.</summary>
    public const string Temperature = "temperature";

    /// <summary>Counters read.</summary>
    public const string Counters = "counters";

    /// <summary>The machine started.</summary>
    public const string PowerOn = "power_on";
}

/// <summary>Events, in any order; each is processed once.</summary>
public sealed record EventBatch
{
    /// <summary>At most 100 events; none to ask only how far the count is.</summary>
    [Description("At most 100 events; none to ask only how far the count is.")]
    public required IReadOnlyList<DeviceEvent> Events { get; init; }

    /// <summary>The lowest sequence number the machine can still send; what is missing below is given up.</summary>
    [Description("The lowest sequence number the machine still has; missing ones below it are given up.")]
    public long? Oldest { get; init; }
}

/// <summary>Sequence numbers from one to another, both included.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
public sealed record SequenceRange(long From, long To);

/// <summary>An event that was taken and could not be used.</summary>
/// <param name="Sequence">Which.</param>
/// <param name="Code">Why, a stable word.</param>
/// <param name="Detail">For people.</param>
public sealed record RefusedEvent(long Sequence, string Code, string Detail);

/// <summary>The answer to a batch: everything in it is safe with the server; do not send it again.</summary>
public sealed record EventsAnswer
{
    /// <summary>All events up to this one are with the server or given up.</summary>
    public required long Through { get; init; }

    /// <summary>The highest number there is; a machine that lost its count goes on after it.</summary>
    public required long Highest { get; init; }

    /// <summary>Numbers that were skipped and are asked for; at most 50 ranges, lowest first.</summary>
    public required IReadOnlyList<SequenceRange> Missing { get; init; }

    /// <summary>Events that are kept and had no effect because something about them is wrong.</summary>
    public required IReadOnlyList<RefusedEvent> Refused { get; init; }
}
