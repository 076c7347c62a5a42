using System.Net;
using System.Net.Sockets;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Vends;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Npgsql;

namespace Automat.Server.Machines.Drivers.Robot;

/// <summary>Answers the robots' TCP port.</summary>
internal sealed class RobotConnectionHandler(
    RobotLines lines, IServiceScopeFactory scopes, ILogger<RobotConnectionHandler> log) : ConnectionHandler
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
        using var line = new RobotLine(
            machine.Id, connection.RemoteEndPoint, connection.Transport,
            (code, delivered) => HeardLateAsync(machine, code, delivered), ending ?? default);
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

    /// <summary>The lane waits no more, such as after a doubt: what the robot says is booked all the same.</summary>
    private async Task HeardLateAsync(Machine machine, string code, bool delivered)
    {
        try
        {
            await using var scope = scopes.CreateScopeOf(machine.OrganizationId);
            await scope.ServiceProvider.GetRequiredService<MachineSales>()
                .ReportedAsync(machine, code, delivered, CancellationToken.None);
        }
        catch (Exception lost) when (lost is RuleException or NpgsqlException)
        {
            // The doubt stays until its deadline; the robot does not say it again.
            log.LogWarning("Robot {Machine} reported a code late, and it could not be booked: {Reason}", machine.Id, lost.Message);
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
