using Automat.Mqtt.Client;

namespace Automat.Simulator.Machines;

/// <summary>Somebody who knows a machine's name and not its secret.</summary>
internal static class MqttIntruder
{
    /// <summary>Tries to get in; that it gets in is a breach.</summary>
    /// <param name="options">The machine's own, with another secret.</param>
    /// <param name="world">Where it happens.</param>
    public static async Task KnockAsync(MqttClientOptions options, Surroundings world)
    {
        await using var intruder = new MqttClient(
            options with { ClientId = options.ClientId + "-intruder", Reconnect = null, Handler = null, Will = null });
        try
        {
            await intruder.ConnectAsync();
            world.Witness.SawBreach($"MQTT let in somebody as {options.UserName} with a wrong secret.");
        }
        catch (MqttRefusedException refused)
        {
            world.Figures.Refuse($"mqtt_0x{refused.Code:x2}");
        }
        catch (MqttDisconnectedException)
        {
            world.Figures.Refuse("mqtt_closed");
        }
    }
}
