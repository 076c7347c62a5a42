using Automat.Mqtt;

namespace Automat.Server.Machines;

/// <summary>A driver whose machines speak MQTT: what they may read and write, and what they say.</summary>
public interface IMqttDriver : IMachineDriver
{
    /// <summary>Topic filters the machine may read.</summary>
    IReadOnlyList<string> ReadsOf(Machine machine);

    /// <summary>Topic filters the machine may write.</summary>
    IReadOnlyList<string> WritesOf(Machine machine);

    /// <summary>The machine connected, subscribed or went: how things stand is to be looked at again.</summary>
    void ConnectionChanged(Machine machine);

    /// <summary>The machine said something it may say. Awaited before it is acknowledged.</summary>
    ValueTask HeardAsync(Machine machine, MqttMessage message, CancellationToken ct);
}
