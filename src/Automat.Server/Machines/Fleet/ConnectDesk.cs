using System.Globalization;
using Automat.Server.Platform;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Fleet;

/// <summary>Says what to type in at a machine so that it finds us.</summary>
internal sealed class ConnectDesk(
    DriverRegistry drivers, MachineStatuses statuses, PublicAddress address, MachinePorts ports, IConfiguration configuration,
    IStringLocalizer<Texts> texts)
{
    /// <summary>How a machine is connected.</summary>
    public ConnectView Of(HttpContext context, Machine machine)
    {
        var http = address.For(context.Request);
        var host = new Uri(http).Host;
        var facts = new List<ConnectionFact>();
        // What a machine can fetch its configuration from speaks HTTP; the others speak what their driver says.
        if (machine.Driver == "native") facts.Add(new("Connect.Http", http + "/device/v1"));
        if (drivers.Of(machine) is IMqttDriver mqtt)
        {
            if (configuration["Automat:Mqtt:PublicUrl"] is { Length: > 0 } elsewhere) facts.Add(new("Connect.MqttUrl", elsewhere));
            else
            {
                facts.Add(new("Connect.MqttHost", host));
                facts.Add(new("Connect.MqttPort", Number(ports.Mqtt())));
                if (ports.MqttTls() is { } tls) facts.Add(new("Connect.MqttTlsPort", Number(tls)));
            }

            facts.Add(new("Connect.User", machine.Id.Value));
            facts.AddRange(mqtt.ReadsOf(machine).Take(4).Select(topic => new ConnectionFact("Connect.Reads", topic)));
            facts.AddRange(mqtt.WritesOf(machine).Take(4).Select(topic => new ConnectionFact("Connect.Writes", topic)));
        }
        else if (machine.Driver == "robot")
        {
            facts.Add(new("Connect.TcpHost", host));
            facts.Add(new("Connect.TcpPort", Number(ports.Robots())));
        }

        return new ConnectView(machine.Id.Value, machine.Name, FleetWords.GuideKey(machine.Driver), facts)
        {
            MayWrite = context.User.Allows(Permission.MachineWrite) && machine.State is not MachineState.Retired,
            CanTest = context.User.Allows(Permission.MachineWrite) && drivers.Of(machine)?.TestOf(machine) is not null,
            HasSecret = machine.Driver is not ("robot" or "pickup"),
            Enrols = machine.Driver is "native" or "arcade" or "fridge",
            Standing = texts.Standing(machine, drivers.WhyNotReady(machine), statuses.Of(machine.Id)),
        };
    }

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);
}
