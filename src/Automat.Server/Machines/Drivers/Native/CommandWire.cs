using System.Text.Json;
using Automat.Protocol;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>A command as it stands on the wire.</summary>
internal static class CommandWire
{
    public static DeviceCommand Of(MachineCommand command)
    {
        var plain = new DeviceCommand
        {
            Id = command.Id.ToString(),
            Kind = command.Kind,
            Deadline = DeviceJson.Unix(command.Deadline),
        };
        if (command.VendId is not { } vend)
        {
            using var arguments = JsonDocument.Parse(command.Payload);
            return plain with { Arguments = arguments.RootElement.Clone() };
        }

        var payload = JsonSerializer.Deserialize<DeliveryPayload>(command.Payload)!;
        var items = payload.Items.Select(i => new DeviceItem(i.Slot, i.Quantity)).ToList();
        return plain with
        {
            VendId = vend.ToString(),
            Slot = items.FirstOrDefault()?.Slot,
            Quantity = items.FirstOrDefault()?.Quantity ?? payload.Quantity,
            Items = items,
        };
    }
}
