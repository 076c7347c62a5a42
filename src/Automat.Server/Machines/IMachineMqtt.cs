using Automat.Domain;
using Automat.Mqtt;

namespace Automat.Server.Machines;

/// <summary>How handing a message to a machine over MQTT ended.</summary>
public enum MqttHandover
{
    /// <summary>Nothing reached the machine and nothing will.</summary>
    NotSent,

    /// <summary>The machine's own MQTT client acknowledged it.</summary>
    Received,

    /// <summary>It was written to the machine's connection, which asked for no acknowledgement.</summary>
    Written,

    /// <summary>A broker in between has it. Whether the machine has it too, only the machine can tell.</summary>
    BrokerHasIt,

    /// <summary>It was sent, and then there was silence.</summary>
    Lost,
}

/// <summary>
/// The machines' MQTT, whoever runs the broker: this server, where the machine's acknowledgement is seen, or somebody else,
/// where only the broker's is. Drivers speak to this and don't ask which.
/// </summary>
public interface IMachineMqtt
{
    /// <summary>Whether a message on this topic could be handed to the machine at this moment.</summary>
    bool CanReach(MachineId machine, string topic);

    /// <summary>Hands a message to a machine once, now or not at all.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="topic">A topic it reads.</param>
    /// <param name="payload">The content; must not change afterwards.</param>
    /// <param name="wait">How long to wait for the acknowledgement.</param>
    /// <param name="expiry">After so long a broker in between must not pass it on.</param>
    Task<MqttHandover> DeliverAsync(
        MachineId machine, string topic, ReadOnlyMemory<byte> payload, TimeSpan wait, TimeSpan expiry);

    /// <summary>Ends a machine's connections; returns how many were ended. Connections to an outside broker are that
    /// broker's to end.</summary>
    int Disconnect(MachineId machine);

    /// <summary>Publishes to whoever has subscribed; retained if the message says so. Nothing that moves money relies on
    /// it.</summary>
    /// <exception cref="RuleException"><c>mqtt_unavailable</c> when the outside broker is not there.</exception>
    Task PublishAsync(MqttMessage message, CancellationToken ct);
}
