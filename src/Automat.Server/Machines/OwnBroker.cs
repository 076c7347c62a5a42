using Automat.Domain;
using Automat.Mqtt;
using Automat.Mqtt.Broker;

namespace Automat.Server.Machines;

/// <summary>The machines' MQTT where this server is the broker: it sees each machine's connection and acknowledgement.</summary>
internal sealed class OwnBroker(MqttBroker broker) : IMachineMqtt
{
    public bool CanReach(MachineId machine, string topic) => broker.IsSubscribed(machine.Value, topic);

    public async Task<MqttHandover> DeliverAsync(
        MachineId machine, string topic, ReadOnlyMemory<byte> payload, TimeSpan wait, TimeSpan expiry) =>
        await broker.DeliverAsync(
            machine.Value, topic, payload, MqttQos.AtLeastOnce, new MqttDeliverOptions(wait, expiry)) switch
        {
            MqttDelivery.NoSubscriber => MqttHandover.NotSent,
            MqttDelivery.Acknowledged => MqttHandover.Received,
            MqttDelivery.Written => MqttHandover.Written,
            MqttDelivery.Lost => MqttHandover.Lost,
        };

    public int Disconnect(MachineId machine) => broker.Disconnect(machine.Value);

    public async Task PublishAsync(MqttMessage message, CancellationToken ct) => await broker.PublishAsync(message);
}
