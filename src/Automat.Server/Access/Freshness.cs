using System.Globalization;
using System.Security.Claims;

namespace Automat.Server.Access;

/// <summary>Dangerous acts want somebody who proved a moment ago who they are, not a screen left open.</summary>
public static class Freshness
{
    /// <summary>How long a proof counts.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);

    /// <summary>Where one proves it again.</summary>
    public const string Address = "/re-authenticate";

    /// <summary>Lets only those through who proved themselves lately; a browser is sent to do it, then comes back.</summary>
    public static RouteHandlerBuilder RequireFreshProof(this RouteHandlerBuilder endpoint, string comeBackTo) =>
        endpoint.WithMetadata(new FreshMark()).AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            var clock = context.RequestServices.GetRequiredService<TimeProvider>();
            if (context.User.IsFresh(clock.GetUtcNow())) return await next(invocation);
            context.Response.Headers.Location = $"{Address}?return_url={Uri.EscapeDataString(comeBackTo)}";
            return Results.StatusCode(StatusCodes.Status303SeeOther);
        });

    /// <summary>Whether the caller's proof is young enough.</summary>
    public static bool IsFresh(this ClaimsPrincipal caller, DateTimeOffset now) =>
        long.TryParse(caller.FindFirstValue(Callers.ProvedAtClaim), CultureInfo.InvariantCulture, out var seconds)
        && now - DateTimeOffset.FromUnixTimeSeconds(seconds) <= Lasts;
}

/// <summary>Marks an address that wants a fresh proof, for the documentation.</summary>
public sealed record FreshMark;
