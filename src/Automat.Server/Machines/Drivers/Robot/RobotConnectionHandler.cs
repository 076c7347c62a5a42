using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Automat.Server.Machines.Drivers.Robot;

/// <summary>Answers the robots' TCP port.</summary>
internal sealed class RobotConnectionHandler(RobotLines lines, ILogger<RobotConnectionHandler> log) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (await lines.FindAsync(address, connection.ConnectionClosed) is not { } machine)
        {
            log.LogWarning("A connection from {Address} was closed: no robot may come from there", address);
            return;
        }

        KeepAlive(connection);
        // A robot never ends its line by itself: without this a server that stops would wait for it.
        var ending = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested;
        using var line = new RobotLine(machine.Id, connection.RemoteEndPoint, connection.Transport, ending ?? default);
        lines.Add(line);
        try
        {
            await line.ReadAsync();
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or ConnectionResetException)
        {
            // The robot is gone, or a newer connection of it took over.
        }
        finally
        {
            line.Close();
            lines.Remove(line);
        }
    }

    /// <summary>A robot sends nothing by itself; the network has to tell us when it dies.</summary>
    private static void KeepAlive(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket) return;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 20);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        socket.NoDelay = true;
    }
}
