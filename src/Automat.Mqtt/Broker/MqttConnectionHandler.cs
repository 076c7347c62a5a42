using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Automat.Mqtt.Broker;

/// <summary>Serves MQTT on a Kestrel endpoint:
/// <c>options.ListenAnyIP(1883, l => l.UseConnectionHandler&lt;MqttConnectionHandler&gt;())</c>.</summary>
public sealed class MqttConnectionHandler(MqttBroker broker) : ConnectionHandler
{
    /// <inheritdoc/>
    public override Task OnConnectedAsync(ConnectionContext connection)
    {
        var link = new Connection(connection, broker.Meter, broker.Time.GetUtcNow());
        if (!broker.Admit(link)) return Task.CompletedTask;

        WatchForDeadPeers(connection);
        return new ConnectionLoop(broker, connection, link).RunAsync();
    }

    /// <summary>A client without keep-alive that loses its power is found by TCP.</summary>
    private static void WatchForDeadPeers(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket) return;
        try
        {
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already, or not TCP; the loop will see.
        }
    }
}
