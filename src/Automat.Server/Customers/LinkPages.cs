using Automat.Domain;
using Automat.Server.Platform;
using Automat.Server.Storefront;

namespace Automat.Server.Customers;

/// <summary>Asking for an account, and for a new password: an address is typed, a mail is on its way.</summary>
internal static class LinkPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (path, joins) in new[] { ("/me/register", true), ("/me/forgot", false) })
        {
            routes.MapGet(path, (string? return_url) => Pages.Show<LinkPage>(new LinkView(joins) { ReturnUrl = LocalAddress.Or(return_url, "") }))
                .IsPublic("a customer who has no account or no password").ExcludeFromDescription();
            routes.MapForm(path, (HttpContext context, SendLink send, CancellationToken ct) => SendAsync(context, send, joins, ct))
                .IsPublic("a customer who has no account or no password").RequireRateLimiting(RateLimits.SignIn).ExcludeFromDescription();
        }
    }

    private static async Task<IResult> SendAsync(HttpContext context, SendLink send, bool joins, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var (typed, back) = (form["email"].ToString(), LocalAddress.Or(form["return_url"], ""));
        var (email, view) = (Addresses.Compared(typed), new LinkView(joins) { Typed = typed, ReturnUrl = back });
        if (!Addresses.AreRight(email))
            return Pages.Show<LinkPage>(view with { Wrong = "Link.EmailWrong" }, StatusCodes.Status422UnprocessableEntity);
        try
        {
            await send.RunAsync(email, joins, ct);
            if (joins) WayBack.Keep(context, back);
            return Pages.Show<LinkPage>(view with { IsSent = true });
        }
        catch (RuleException rule) when (rule.Code == "too_many_requests")
        {
            context.Response.Headers.RetryAfter = "10";
            return Pages.Show<LinkPage>(view with { Error = "SignIn.TooMany" }, StatusCodes.Status429TooManyRequests);
        }
    }
}
