using Automat.Server.Storefront;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Automat.Server.People;

/// <summary>
/// What somebody hears who may not do something: a program a status, a browser a page, and a browser that could sign in, or
/// has yet to set up its second step, the way there.
/// </summary>
internal sealed class Refusals : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
            return;
        }

        var signedIn = context.User.Identity?.IsAuthenticated is true;
        var status = signedIn ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        if (!IsPage(context))
        {
            context.Response.StatusCode = status;
            return;
        }

        if (!signedIn)
        {
            context.Response.Redirect($"/sign-in?return_url={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
            return;
        }

        if (context.User.HasClaim(c => c.Type == Callers.UnfinishedClaim))
        {
            context.Response.Redirect("/account/authenticator");
            return;
        }

        await Pages.Show<ProblemPage>(new ProblemView(status, Home: SignInPages.Home), status).ExecuteAsync(context);
    }

    private static bool IsPage(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
        && Callers.PresentedKey(context.Request) is null
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
