using System.ComponentModel;

namespace Automat.Protocol;

/// <summary>One slot of a machine as it is configured.</summary>
/// <param name="Code">Code of the slot.</param>
/// <param name="Product">Name of what lies there.</param>
/// <param name="Price">Minor units, tax included.</param>
/// <param name="Capacity">How many fit; null where nothing runs out.</param>
public sealed record DeviceSlot(string Code, string Product, long Price, int? Capacity);

/// <summary>What a device has to keep to.</summary>
public sealed record DeviceLimits
{
    /// <summary>Bytes a request's body may have.</summary>
    public required int LargestBody { get; init; }

    /// <summary>Events one batch may have.</summary>
    public required int EventsPerBatch { get; init; }

    /// <summary>Seconds a long poll may wait.</summary>
    public required int LongestWait { get; init; }

    /// <summary>Requests one device may make in a minute.</summary>
    public required int RequestsPerMinute { get; init; }

    /// <summary>Minor units one vend may cost.</summary>
    public required long LargestAmount { get; init; }
}

/// <summary>A machine's configuration. It changes only together with its <see cref="Version"/>, which is its ETag.</summary>
public sealed record DeviceConfig
{
    /// <summary>The ETag without its quotes.</summary>
    [Description("The ETag of this document, without quotes.")]
    public required string Version { get; init; }

    /// <summary>The machine's id.</summary>
    public required string Machine { get; init; }

    /// <summary>Its name on pages.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it may sell: <c>active</c> or <c>out_of_service</c>.</summary>
    [Description("\"active\" or \"out_of_service\"; then it reports and takes commands, and sells nothing.")]
    public required string State { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>Digits after the decimal point of that currency.</summary>
    public required int CurrencyDigits { get; init; }

    /// <summary>IANA name of the time zone it stands in.</summary>
    public required string TimeZone { get; init; }

    /// <summary>What lies where and costs how much, by code.</summary>
    public required IReadOnlyList<DeviceSlot> Slots { get; init; }

    /// <summary>Abilities switched on or off.</summary>
    public required IReadOnlyDictionary<string, bool> Features { get; init; }

    /// <summary>What the device has to keep to.</summary>
    public required DeviceLimits Limits { get; init; }

    /// <summary>Seconds until the configuration is worth asking for again.</summary>
    public required int NextPollS { get; init; }

    /// <summary>Seconds between two heartbeats.</summary>
    public required int HeartbeatS { get; init; }

    /// <summary>Seconds a reservation is held.</summary>
    public required int ReservationS { get; init; }
}
