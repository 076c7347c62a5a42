using System.Text;
using Automat.Domain;
using Automat.Mqtt;
using Automat.Server.Data;
using Automat.Server.Platform;

namespace Automat.Server.Machines.Drivers.Arcade;

/// <summary>Which cabinet's game has ended.</summary>
/// <param name="MachineId">The cabinet.</param>
internal sealed record GameOverRequest(string? MachineId);

/// <summary>
/// The game has ended: the attract screen is told. A cabinet presents its own secret; staff and programs of the same
/// organisation may do it for any of its cabinets. The signal is noted first, so that it is never only in memory.
/// </summary>
internal sealed class ReportGameOver(AutomatDb db, IMachineMqtt mqtt, TimeProvider clock)
{
    public async Task RunAsync(Machine machine, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var cabinet = await db.Set<Cabinet>().FindAsync([machine.Id], ct);
        if (cabinet is null)
        {
            cabinet = new Cabinet { MachineId = machine.Id, OrganizationId = machine.OrganizationId };
            db.Add(cabinet);
        }

        cabinet.GameOver(now);
        await db.SaveChangesAsync(ct);
        var over = new MqttMessage
        {
            Topic = ArcadeTopics.GameOver(machine.Id),
            Payload = ArcadeMessages.GameOver(machine.Id, now),
            Qos = MqttQos.AtLeastOnce,
        };
        await mqtt.PublishAsync(over, ct);
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/gameover", HandleAsync)
        // The cabinet's own key is checked against the cabinet it names, which only the body tells.
        .ChecksItself("the cabinet's secret, or a token of staff").DisableAntiforgery().RequireRateLimiting(RateLimits.Guessing)
        .WithName(nameof(ReportGameOver)).WithSummary("Tell that a cabinet's game has ended");

    private static async Task<IResult> HandleAsync(
        GameOverRequest request, ReportGameOver report, MachineDirectory machines, MachineKeys keys, HttpContext context,
        CancellationToken ct)
    {
        var machine = MachineId.TryParse(request.MachineId, out var id) ? await machines.FindAsync(id, ct) : null;
        if (!await MayAsync(machine, request.MachineId, keys, context))
        {
            return Results.Problem(
                "Present the cabinet's own secret, or an API key, in X-API-Key or as a bearer token.", statusCode: 401,
                extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = "unauthorized" });
        }

        if (machine is null || machine.Driver != ArcadeDriver.DriverName)
        {
            throw new RuleException("machine_unknown", "There is no such cabinet.");
        }

        context.RequestServices.GetRequiredService<Tenant>().Enter(machine.OrganizationId);
        await report.RunAsync(machine, ct);
        return Results.Json(new { message = "Game over signal sent" });
    }

    private static async Task<bool> MayAsync(Machine? machine, string? id, MachineKeys keys, HttpContext context)
    {
        if (Callers.PresentedKey(context.Request) is { Length: <= 512 } key
            && await keys.SignInAsync(id, Encoding.UTF8.GetBytes(key), context.RequestAborted) is not null)
        {
            return true;
        }

        return context.User.Allows(Permission.MachineWrite)
            && (machine is null || machine.OrganizationId == context.User.OrganizationOf());
    }
}
