using System.ComponentModel;

namespace Automat.Protocol;

/// <summary>Something wrong with the machine at the moment.</summary>
/// <param name="Code">A stable word, such as <c>coin_jam</c>.</param>
/// <param name="Text">For people.</param>
/// <param name="Since">Unix seconds.</param>
public sealed record DeviceFault(string Code, string? Text = null, long? Since = null);

/// <summary>How things stand at the machine.</summary>
public sealed record Heartbeat
{
    /// <summary>Version of its firmware.</summary>
    [Description("Version of the firmware, at most 64 characters.")]
    public string? Firmware { get; init; }

    /// <summary>Seconds since it started.</summary>
    public long? UptimeS { get; init; }

    /// <summary>Everything wrong now; an empty list says that nothing is.</summary>
    [Description("Everything wrong right now, at most 32; an empty list when nothing is.")]
    public IReadOnlyList<DeviceFault>? Faults { get; init; }

    /// <summary>Degrees Celsius by the sensor's name.</summary>
    [Description("Degrees Celsius by sensor, at most 16.")]
    public IReadOnlyDictionary<string, double>? Temperatures { get; init; }

    /// <summary>Counters that only grow, by name.</summary>
    [Description("Counters that only grow, by name, at most 64.")]
    public IReadOnlyDictionary<string, long>? Counters { get; init; }

    /// <summary>Version of the configuration in use.</summary>
    [Description("Version of the configuration in use, with or without the ETag's quotes.")]
    public string? ConfigEtag { get; init; }

    /// <summary>The device's clock, Unix seconds.</summary>
    public long? Clock { get; init; }

    /// <summary>False when the machine cannot sell right now although it runs.</summary>
    [Description("false when the machine cannot sell right now, such as while its door is open; true when left out.")]
    public bool? Ready { get; init; }
}

/// <summary>The answer to a heartbeat.</summary>
public sealed record HeartbeatAnswer
{
    /// <summary>Unix seconds.</summary>
    public required long ServerTime { get; init; }

    /// <summary>What is to be done, as <c>GET commands</c> would give it.</summary>
    public required IReadOnlyList<DeviceCommand> Commands { get; init; }

    /// <summary>The configuration in use is not the newest.</summary>
    public required bool ReloadConfig { get; init; }

    /// <summary>Seconds until the next heartbeat is awaited.</summary>
    public required int NextHeartbeatS { get; init; }
}
