using System.Net;
using Automat.Mqtt.Broker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Automat.Mqtt.WebSockets;

/// <summary>MQTT over WebSocket on a path of the web server. Put <c>UseWebSockets</c> before the routes.</summary>
public static class MqttWebSocketEndpoint
{
    /// <summary>The subprotocol clients ask for (MQTT 5.0, section 6).</summary>
    public const string Subprotocol = "mqtt";

    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(1);

    /// <summary>Maps the path. HTTP asks nobody who they are: CONNECT does, as on every other way in.</summary>
    /// <param name="routes">The web server's routes.</param>
    /// <param name="path">Such as <c>/mqtt</c>.</param>
    /// <param name="origins">Web sites whose pages may connect, such as <c>https://panel.example</c>, besides the
    /// server's own; programs that are no browsers name none and are let through.</param>
    public static IEndpointConventionBuilder MapMqttWebSocket(
        this IEndpointRouteBuilder routes, string path, IReadOnlyCollection<string> origins)
    {
        var services = routes.ServiceProvider;
        var handler = ActivatorUtilities.CreateInstance<MqttConnectionHandler>(services);
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(MqttWebSocketEndpoint));
        var time = services.GetRequiredService<TimeProvider>();
        return routes.MapGet(path, async context =>
        {
            if (Objection(context, origins) is { } objection)
            {
                await objection.ExecuteAsync(context);
                return;
            }

            using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
            {
                SubProtocol = Subprotocol,
                KeepAliveInterval = KeepAlive,
                KeepAliveTimeout = KeepAlive,
            });
            var from = context.Connection;
            var remote = from.RemoteIpAddress is { } address ? new IPEndPoint(address, from.RemotePort) : null;
            var connection = new WebSocketConnection(socket, $"{from.Id}:ws", remote, time, log);
            await connection.RunAsync(handler.OnConnectedAsync);
        });
    }

    private static IResult? Objection(HttpContext context, IReadOnlyCollection<string> origins)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            return Problem(StatusCodes.Status426UpgradeRequired, "websocket_required",
                "This address speaks MQTT over WebSocket; a browser's address bar does not.");
        }

        if (!context.WebSockets.WebSocketRequestedProtocols.Contains(Subprotocol))
        {
            return Problem(StatusCodes.Status400BadRequest, "subprotocol_required",
                $"Ask for the WebSocket subprotocol '{Subprotocol}'.");
        }

        return IsWelcome(context.Request, origins)
            ? null
            : Problem(StatusCodes.Status403Forbidden, "origin_refused", "Pages of this origin may not connect.");
    }

    /// <summary>Browsers say whose page wants to connect; other people's pages must not use their visitor's
    /// network.</summary>
    private static bool IsWelcome(HttpRequest request, IReadOnlyCollection<string> origins)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0) return true;
        if (origins.Contains(origin, StringComparer.OrdinalIgnoreCase)) return true;
        return Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && string.Equals(page.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }

    private static IResult Problem(int status, string code, string sentence) => Results.Problem(
        sentence, statusCode: status,
        extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = code });
}
