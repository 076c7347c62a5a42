using Automat.Domain.Vends;
using Automat.Server.Platform;
using Automat.Server.Vends;

namespace Automat.Server.Machines.Drivers.Robot;

/// <summary>
/// The pick-up code of a paid session. It waits for the payment instead of racing it: existing pages ask once, with no
/// time-out of their own. Whoever gets the code gets a cookie too, so that only they can confirm its queue message.
/// </summary>
internal static class GetCode
{
    /// <summary>Cookie that binds a queue message to the browser the code was shown in.</summary>
    public const string Cookie = "automat_pickup";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/get-code", HandleAsync).IsPublic("the session of one's own payment opens its code").RequireRateLimiting(RateLimits.Guessing)
        .WithName(nameof(GetCode)).WithSummary("The pick-up code of a paid session");

    private static async Task<IResult> HandleAsync(
        string? session_id, Sales sales, HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-store";
        var sale = session_id is { Length: > 0 and <= 200 } && session_id.StartsWith("cs_", StringComparison.Ordinal)
            ? await sales.WaitUntilPaidAsync(session_id, Longest, ct)
            : null;
        if (sale?.Vend is not { Code: { } code } vend || !IsGood(vend.Status, sale.Evidence))
        {
            return Results.Json(new { error = "Code not found or expired" }, statusCode: StatusCodes.Status404NotFound);
        }

        context.Response.Cookies.Append(Cookie, session_id!, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            IsEssential = true,
            MaxAge = TimeSpan.FromDays(1),
        });
        return sale.Purchase.Email is { } email
            ? Results.Json(new { code, email })
            : Results.Json(new { code });
    }

    /// <summary>
    /// A robot that reports nothing counts as having served when it kept the code long enough; the customer may still stand
    /// before it. One that reported has used the code up.
    /// </summary>
    private static bool IsGood(VendStatus status, string? evidence) => VendLife.IsOpen(status)
        || (status is VendStatus.Committed && evidence == "assumed");
}
