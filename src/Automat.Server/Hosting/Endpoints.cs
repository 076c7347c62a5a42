using System.Net;
using Automat.Mqtt.Broker;
using Automat.Server.Machines.Drivers.Robot;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Automat.Server.Hosting;

/// <summary>What the server listens on: HTTP, MQTT and the robots' port, all on one Kestrel.</summary>
internal static class Endpoints
{
    private const long LargestBody = 1024 * 1024;

    public static void Listen(KestrelServerOptions kestrel, ServerSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LargestBody;
        kestrel.Limits.MaxConcurrentConnections = null; // each protocol has its own limit
        foreach (var url in settings.Urls)
        {
            if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address)) kestrel.Listen(address, url.Port);
            else if (url.IsLoopback && url.Port != 0) kestrel.ListenLocalhost(url.Port);
            else if (url.IsLoopback) kestrel.Listen(IPAddress.Loopback, 0);
            else kestrel.ListenAnyIP(url.Port);
        }

        kestrel.Listen(settings.DeviceAddress, settings.MqttPort, mqtt => mqtt.UseConnectionHandler<MqttConnectionHandler>());
        kestrel.Listen(settings.DeviceAddress, settings.RobotPort, robot => robot.UseConnectionHandler<RobotConnectionHandler>());
    }

    /// <summary>What it really listens on, ports that were left open filled in: HTTP first, then MQTT, then robots.</summary>
    public static (Uri Http, int Mqtt, int Robot) Bound(IServer server)
    {
        var all = server.Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a)).ToList();
        return (all[0], all[^2].Port, all[^1].Port);
    }
}
