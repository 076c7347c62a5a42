using Automat.Mqtt.Broker;

namespace Automat.Server.Machines;

/// <summary>
/// Knows machines whose firmware presents no secret when it connects, by what else there is: their client id and the network
/// they come from. Only where a machine's own settings say so.
/// </summary>
public interface IPasswordlessMachines
{
    /// <summary>The machine that connects like this; null when it is none, or could be several.</summary>
    ValueTask<Machine?> FindAsync(MqttLogin login, CancellationToken ct);
}
