using Automat.Mqtt;

namespace Automat.Server.Machines;

/// <summary>A driver whose machines speak MQTT: what they may read and write, and what they say.</summary>
public interface IMqttDriver : IMachineDriver
{
    /// <summary>Topic filters the machine may read.</summary>
    IReadOnlyList<string> ReadsOf(Machine machine);

    /// <summary>Topics the machine may subscribe to without ever being given anything on them: old firmware stops when its
    /// subscription is refused, and when it is served.</summary>
    IReadOnlyList<string> AsksInVain(Machine machine) => [];

    /// <summary>Topic filters the machine may write.</summary>
    IReadOnlyList<string> WritesOf(Machine machine);

    /// <summary>The machine connected, subscribed or went: how things stand is to be looked at again.</summary>
    void ConnectionChanged(Machine machine);

    /// <summary>
    /// Whether every node of the server has to hear what a machine writes to this topic, because one of them waits for it, as
    /// for an acknowledgement. Everything else is heard by one node. Matters only with an outside broker.
    /// </summary>
    bool EveryNodeHears(Machine machine, string topic) => false;

    /// <summary>
    /// What a message, or a last will, says of the machine's being there; null when nothing. Matters only with an outside
    /// broker: our own sees the connection itself.
    /// </summary>
    bool? SaysPresence(Machine machine, MqttMessage message) => null;

    /// <summary>The machine said something it may say. Awaited before it is acknowledged.</summary>
    ValueTask HeardAsync(Machine machine, MqttMessage message, CancellationToken ct);
}
