using System.Net;
using Automat.Mqtt.Broker;
using Automat.Mqtt.Tls;
using Automat.Server.Machines.Drivers.Robot;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Automat.Server.Hosting;

/// <summary>What the server listens on, ports filled in.</summary>
/// <param name="Http">Pages and API.</param>
/// <param name="Mqtt">The machines' broker, ours or somebody else's.</param>
/// <param name="MqttTls">Our broker with TLS; null: none.</param>
/// <param name="Robot">Pick-up robots.</param>
internal sealed record BoundPorts(Uri Http, int Mqtt, int? MqttTls, int Robot);

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

        if (settings.Mqtt.Outside is null) ListenMqtt(kestrel, settings);
        kestrel.Listen(settings.DeviceAddress, settings.RobotPort, robot => robot.UseConnectionHandler<RobotConnectionHandler>());
    }

    /// <summary>What it really listens on, ports that were left open filled in: HTTP first, then MQTT, then robots.</summary>
    public static BoundPorts Bound(IServer server, ServerSettings settings)
    {
        var all = server.Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a)).ToList();
        if (settings.Mqtt.Outside is { } outside) return new BoundPorts(all[0], outside.Port, null, all[^1].Port);
        return settings.Mqtt.Tls is null
            ? new BoundPorts(all[0], all[^2].Port, null, all[^1].Port)
            : new BoundPorts(all[0], all[^3].Port, all[^2].Port, all[^1].Port);
    }

    private static void ListenMqtt(KestrelServerOptions kestrel, ServerSettings settings)
    {
        kestrel.Listen(settings.DeviceAddress, settings.Mqtt.Port, mqtt => mqtt.UseConnectionHandler<MqttConnectionHandler>());
        if (settings.Mqtt.Tls is not { } tls) return;
        kestrel.Listen(tls.Address, tls.Port, mqtt =>
        {
            mqtt.UseMqttTls(kestrel.ApplicationServices.GetRequiredService<MqttTls>());
            mqtt.UseConnectionHandler<MqttConnectionHandler>();
        });
    }
}
