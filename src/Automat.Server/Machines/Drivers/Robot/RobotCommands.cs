using System.Globalization;
using System.Net;
using System.Text.Json;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Vends;

namespace Automat.Server.Machines.Drivers.Robot;

/// <summary>What a page wants the robot to be told.</summary>
/// <param name="Command">The text.</param>
/// <param name="Machine">The robot; the first one when absent.</param>
internal sealed record RobotCommandRequest(JsonElement? Command, string? Machine);

/// <summary>
/// Existing pages relay commands to the robot. A customer's queue message moves nothing any more, since the payment itself
/// queues the code: it is confirmed when the code is that customer's own. Anything else only staff may send.
/// </summary>
internal static class RobotCommands
{
    private const int LongestCommand = 2_000;

    private static readonly Dictionary<string, string> Opposite = new(StringComparer.Ordinal)
    {
        ["w"] = "s",
        ["s"] = "w",
        ["a"] = "d",
        ["d"] = "a",
        ["arrowup"] = "arrowdown",
        ["arrowdown"] = "arrowup",
        ["arrowleft"] = "arrowright",
        ["arrowright"] = "arrowleft",
    };

    public static void Map(IEndpointRouteBuilder routes, Func<IPEndPoint> listensOn)
    {
        routes.MapPost("/api/robot-command", HandleAsync)
            // Customers have no account; what each kind of message needs is checked inside.
            .ChecksItself("a customer's code for a queue message; machine.write for everything else").DisableAntiforgery().RequireRateLimiting(RateLimits.Guessing).WithName("RobotCommand");
        routes.MapGet("/api/robot-status", async (
            string? machine, RobotShop shop, RobotLines lines, CancellationToken ct) =>
        {
            var line = lines.Of((await shop.RobotAsync(machine, ct)).Id);
            return Results.Json(new
            {
                address = line?.Address?.ToString(),
                connected = line is not null,
                listen_host = listensOn().Address.ToString(),
                listen_port = listensOn().Port,
            });
        }).RequirePermission(Permission.MachineRead).WithName("RobotStatus");
    }

    private static async Task<IResult> HandleAsync(
        RobotCommandRequest request, RobotShop shop, RobotLines lines, Sales sales, Tenant tenant, HttpContext context,
        CancellationToken ct)
    {
        if (request.Command is not { ValueKind: JsonValueKind.String } given
            || given.GetString()!.Trim() is not { Length: > 0 and <= LongestCommand } text)
        {
            return Error("Missing required string field: command");
        }

        if (QueuedCode(text) is { } code) return await ConfirmAsync(text, code, sales, context, ct);
        if (!context.User.Allows(Permission.MachineWrite))
        {
            return Results.Problem(
                "Sign in to send commands to the robot.", statusCode: StatusCodes.Status401Unauthorized,
                extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = "unauthorized" });
        }

        tenant.Enter(context.User.OrganizationOf());
        if (Sanitize(text) is not { } clean) return Error("Command became empty after sanitization");
        var line = lines.Of((await shop.RobotAsync(request.Machine, ct)).Id);
        return line is not null && await line.SendAsync(clean, ct)
            ? Results.Json(new { command = clean, status = "sent" })
            : Results.Json(new { command = clean, status = "robot_disconnected" }, statusCode: 503);
    }

    private static async Task<IResult> ConfirmAsync(
        string text, string code, Sales sales, HttpContext context, CancellationToken ct)
    {
        var session = context.Request.Cookies[GetCode.Cookie];
        var sale = session is { Length: <= 200 } ? await sales.FindAsync(session, ct) : null;
        return sale?.Vend is { } vend && vend.Code == code && vend.Status is not VendStatus.Cancelled
            ? Results.Json(new { command = text, status = "sent" })
            : Results.Json(new { command = text, status = "code_unknown" }, statusCode: StatusCodes.Status403Forbidden);
    }

    /// <summary>The code inside a customer's queue message; null when it is something else.</summary>
    private static string? QueuedCode(string text)
    {
        if (text[0] != '{') return null;
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.TryGetProperty("type", out var type) && type.ValueKind is JsonValueKind.String
                && type.ValueEquals("customer_queue")
                ? json.RootElement.TryGetProperty("code", out var code) && code.ValueKind is JsonValueKind.String
                    ? code.GetString()
                    : ""
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Key combinations lose the pairs that cancel out; everything else passes as it is. Null when nothing is left.</summary>
    private static string? Sanitize(string text)
    {
        if (!text.Contains('+', StringComparison.Ordinal) || (text[0] == '{' && text[^1] == '}')) return text;
        var keys = text.Split('+', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(k => k.ToLower(CultureInfo.InvariantCulture)).Distinct(StringComparer.Ordinal).ToList();
        var pressed = keys.ToHashSet(StringComparer.Ordinal);
        keys.RemoveAll(k => Opposite.TryGetValue(k, out var other) && pressed.Contains(other));
        return keys.Count == 0 ? null : string.Join('+', keys);
    }

    private static IResult Error(string text) =>
        Results.Json(new { error = text }, statusCode: StatusCodes.Status400BadRequest);
}
