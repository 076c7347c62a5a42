using System.Globalization;
using System.Security.Cryptography;
using Automat.Protocol;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Platform;

namespace Automat.Server.Devices;

/// <summary>
/// Lets machines in by their signature. Cheap checks come first; a nonce is spent only by who has signed rightly, so that
/// nobody else can fill the book of nonces. It stands around each endpoint itself, so that none can be reached past it, and
/// nothing that people need (cookies, languages, files) runs before it.
/// </summary>
internal sealed class DeviceDoor(
    MachineKeys keys, MachineDirectory machines, NonceBook nonces, DeviceRates rates, TimeProvider clock)
{
    /// <summary>Somebody's secret that nobody has: checking it takes as long as checking a real one.</summary>
    private static readonly byte[][] Nobodys = [RandomNumberGenerator.GetBytes(40)];

    /// <summary>Puts the door in front of an endpoint.</summary>
    public static void Guard(EndpointBuilder endpoint)
    {
        var within = endpoint.RequestDelegate!;
        var door = endpoint.ApplicationServices.GetRequiredService<DeviceDoor>();
        var onlyReads = endpoint.Metadata.OfType<OnlyReads>().Any();
        endpoint.RequestDelegate = context => door.PassAsync(context, within, onlyReads);
    }

    private async Task PassAsync(HttpContext context, RequestDelegate within, bool onlyReads)
    {
        if (await CheckAsync(context, onlyReads, context.RequestAborted) is { } refusal)
        {
            await RefuseAsync(context, refusal);
            return;
        }

        var machine = context.Machine();
        context.RequestServices.GetRequiredService<Tenant>().Enter(machine.OrganizationId);
        var actor = context.RequestServices.GetRequiredService<Actor>();
        actor.Comes(context.Connection.RemoteIpAddress, Traces.IdOf(context));
        actor.Is(ActorKind.Machine, machine.Id.Value);
        await within(context);
    }

    private async Task RefuseAsync(HttpContext context, DeviceRefusal said)
    {
        var response = context.Response;
        var more = new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = said.Code };
        if (said == DeviceRefusal.Clock)
        {
            var now = clock.GetUtcNow().ToUnixTimeSeconds();
            response.Headers[DeviceHeaders.Time] = now.ToString(CultureInfo.InvariantCulture);
            more["server_time"] = now;
        }

        response.Headers.CacheControl = "no-store";
        if (said.RetryAfter is { } wait) response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        // What was not read of the body is not read for nothing.
        if (said == DeviceRefusal.TooLarge) response.Headers.Connection = "close";
        await Results.Problem(said.Detail, statusCode: said.Status, type: "urn:automat:problem:" + said.Code, extensions: more)
            .ExecuteAsync(context);
    }

    private async ValueTask<DeviceRefusal?> CheckAsync(HttpContext context, bool onlyReads, CancellationToken ct)
    {
        var request = context.Request;
        if (SignedHeaders.Read(request.Headers, out var headers) is { } unreadable) return unreadable;
        var off = clock.GetUtcNow().ToUnixTimeSeconds() - headers.Time;
        if (Math.Abs(off) > (long)DeviceSignature.Window.TotalSeconds) return DeviceRefusal.Clock;
        if (request.ContentLength > DeviceCallers.LargestBody) return DeviceRefusal.TooLarge;
        if (await SignedBody.ReadAsync(request, ct) is not { } body) return DeviceRefusal.TooLarge;

        var secrets = await keys.LiveOfAsync(headers.Device, ct);
        var right = DeviceSignature.Verify(
            secrets.Count > 0 ? secrets : Nobodys, request.Method, SignedHeaders.PathOf(context),
            DeviceSignature.HashOf(body.Span), headers.Timestamp, headers.Nonce, headers.Signature);
        var machine = await machines.FindAsync(headers.Device, ct);
        if (machine is { State: MachineState.Retired }) return DeviceRefusal.Retired; // it has no secret any more to tell by
        if (machine is null || !right || secrets.Count == 0) return WrongFrom(context);
        if (rates.Count(machine.Id.Value) is { } wait) return DeviceRefusal.TooOften with { RetryAfter = wait };
        context.Features.Set(new SignedRequest(machine, body));
        return await SpendAsync(machine, headers, onlyReads, ct);
    }

    /// <summary>Guessing is slowed down by address; a machine behind the same one is not harmed before it signs wrongly.</summary>
    private DeviceRefusal WrongFrom(HttpContext context) =>
        rates.Count("wrong from " + context.Connection.RemoteIpAddress) is { } wait
            ? DeviceRefusal.TooOften with { RetryAfter = wait }
            : DeviceRefusal.Wrong;

    private async ValueTask<DeviceRefusal?> SpendAsync(
        Machine machine, SignedHeaders headers, bool onlyReads, CancellationToken ct)
    {
        var nonce = new SpentNonce(machine.Id, machine.OrganizationId, headers.NonceId, headers.Time);
        var spent = onlyReads ? nonces.SpendInMemory(nonce) : await nonces.SpendAsync(nonce, ct);
        return spent switch
        {
            Spending.Fresh => null,
            Spending.Reused => DeviceRefusal.Reused,
            Spending.Full => DeviceRefusal.Busy,
            Spending.Unreachable => DeviceRefusal.NoDatabase,
        };
    }
}
