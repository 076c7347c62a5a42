using Automat.Simulator.Faults;
using Automat.Simulator.Judging;
using Automat.Simulator.Running;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Automat.Simulator.Machines;

/// <summary>Where a server listens for machines and customers.</summary>
/// <param name="Http">Pages and API.</param>
/// <param name="Host">Host of the device ports.</param>
/// <param name="MqttPort">MQTT.</param>
/// <param name="RobotPort">Pick-up robots.</param>
public sealed record ServerAddress(Uri Http, string Host, int MqttPort, int RobotPort);

/// <summary>What every simulated machine finds around it.</summary>
public sealed record Surroundings
{
    /// <summary>The server.</summary>
    public required ServerAddress Server { get; init; }

    /// <summary>The seed of all decisions.</summary>
    public int Seed { get; init; }

    /// <summary>How often things go wrong.</summary>
    public Weather Weather { get; init; } = new(FaultRates.None);

    /// <summary>Sees what really happens.</summary>
    public Witness Witness { get; init; } = new();

    /// <summary>Counts.</summary>
    public Figures Figures { get; init; } = new();

    /// <summary>The clock that is right.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where machines say what they do.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>Least time from the choice to the goods.</summary>
    public TimeSpan DispensesFrom { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Most time from the choice to the goods.</summary>
    public TimeSpan DispensesTo { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Connections to the server's HTTP that all machines share.</summary>
    public required HttpMessageInvoker Http { get; init; }
}

/// <summary>Who a machine is.</summary>
/// <param name="Id">Its id, also its MQTT user name and device id.</param>
/// <param name="Secret">Its secret, as text.</param>
public sealed record MachineIdentity(string Id, string Secret);

/// <summary>The power went; what was not written down is forgotten.</summary>
public sealed class PowerCutException : Exception
{
    /// <summary>Darkness.</summary>
    public PowerCutException()
        : base("The power went.")
    {
    }
}
