using Automat.Mqtt.Broker;

namespace Automat.Server.Machines;

/// <summary>
/// Lets machines in whose firmware can present no id and secret of its own, where their owner has said so and how they are
/// known. Asked only after the ordinary way in was refused; never for a client with a certificate.
/// </summary>
public interface IMqttDoor
{
    /// <summary>Which machine this is; null when it is none that may come in like this.</summary>
    ValueTask<Machine?> AdmitAsync(MqttLogin login, CancellationToken ct);
}
