using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Automat.Protocol;
using Automat.Server.Machines;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Automat.Server.Devices;

/// <summary>
/// Lets machines in by their signature. Cheap checks come first; a nonce is spent only by who has signed rightly, so that
/// nobody else can fill the book of nonces.
/// </summary>
internal sealed class DeviceHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder,
    MachineKeys keys, MachineDirectory machines, NonceBook nonces, DeviceRates rates, TimeProvider clock)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Somebody's secret that nobody has: checking it takes as long as checking a real one.</summary>
    private static readonly byte[][] Nobodys = [RandomNumberGenerator.GetBytes(40)];

    private DeviceRefusal? refusal;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        refusal = await CheckAsync(Context.RequestAborted);
        if (refusal is not null) return AuthenticateResult.Fail(refusal.Code);
        var machine = Context.Machine();
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, machine.Id.Value),
                new Claim(Callers.OrganizationClaim, machine.OrganizationId.ToString()),
            ],
            Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var said = refusal ?? DeviceRefusal.Missing;
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var more = new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = said.Code };
        if (said == DeviceRefusal.Clock)
        {
            Response.Headers[DeviceHeaders.Time] = now.ToString(CultureInfo.InvariantCulture);
            more["server_time"] = now;
        }

        Response.Headers.CacheControl = "no-store";
        if (said.RetryAfter is { } wait) Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        // What was not read of the body is not read for nothing.
        if (said == DeviceRefusal.TooLarge) Response.Headers.Connection = "close";
        await Results.Problem(said.Detail, statusCode: said.Status, type: "urn:automat:problem:" + said.Code, extensions: more)
            .ExecuteAsync(Context);
    }

    private async ValueTask<DeviceRefusal?> CheckAsync(CancellationToken ct)
    {
        if (SignedHeaders.Read(Request.Headers, out var headers) is { } unreadable) return unreadable;
        var off = clock.GetUtcNow().ToUnixTimeSeconds() - headers.Time;
        if (Math.Abs(off) > (long)DeviceSignature.Window.TotalSeconds) return DeviceRefusal.Clock;
        if (Request.ContentLength > DeviceCallers.LargestBody) return DeviceRefusal.TooLarge;
        if (await SignedBody.ReadAsync(Request, ct) is not { } body) return DeviceRefusal.TooLarge;

        var secrets = await keys.LiveOfAsync(headers.Device, ct);
        var right = DeviceSignature.Verify(
            secrets.Count > 0 ? secrets : Nobodys, Request.Method, SignedHeaders.PathOf(Context),
            DeviceSignature.HashOf(body.Span), headers.Timestamp, headers.Nonce, headers.Signature);
        var machine = await machines.FindAsync(headers.Device, ct);
        if (machine is { State: MachineState.Retired }) return DeviceRefusal.Retired; // it has no secret any more to tell by
        if (machine is null || !right || secrets.Count == 0) return WrongFrom();
        if (rates.Count(machine.Id.Value) is { } wait) return DeviceRefusal.TooOften with { RetryAfter = wait };
        Context.Features.Set(new SignedRequest(machine, body));
        return await SpendAsync(machine, headers, ct);
    }

    /// <summary>Guessing is slowed down by address; a machine behind the same one is not harmed before it signs wrongly.</summary>
    private DeviceRefusal WrongFrom() => rates.Count("wrong from " + Context.Connection.RemoteIpAddress) is { } wait
        ? DeviceRefusal.TooOften with { RetryAfter = wait }
        : DeviceRefusal.Wrong;

    private async ValueTask<DeviceRefusal?> SpendAsync(Machine machine, SignedHeaders headers, CancellationToken ct)
    {
        var nonce = new SpentNonce(machine.Id, machine.OrganizationId, headers.NonceId, headers.Time);
        var reads = HttpMethods.IsGet(Request.Method) && Context.GetEndpoint()?.Metadata.GetMetadata<OnlyReads>() is not null;
        var spent = reads ? nonces.SpendInMemory(nonce) : await nonces.SpendAsync(nonce, ct);
        return spent switch
        {
            Spending.Fresh => null,
            Spending.Reused => DeviceRefusal.Reused,
            Spending.Full => DeviceRefusal.Busy,
            Spending.Unreachable => DeviceRefusal.NoDatabase,
        };
    }
}
