using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>Proving again who one is, before something dangerous. It counts for five minutes.</summary>
internal static class ReauthenticationPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Freshness.Address).RequirePermission(Permission.OwnAccount).ExcludeFromDescription();
        pages.MapGet("", (string? return_url) =>
            Pages.Show<ReauthenticationPage>(new ReauthenticationView(LocalAddress.Or(return_url, SignInPages.Home))));
        pages.MapForm("", ProveAsync).RequireRateLimiting(RateLimits.SignIn);
    }

    private static async Task<IResult> ProveAsync(
        HttpContext context, UserManager<Person> people, PasswordCheck passwords, SecondStep second, AutomatDb db,
        TimeProvider clock, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var view = new ReauthenticationView(LocalAddress.Or(form["return_url"], SignInPages.Home));
        var person = await people.FindByIdAsync(context.User.PersonOf().ToString()!)
            ?? throw new InvalidOperationException("A session outlived its person.");
        try
        {
            // The app's code will do, too: who has it open need not type the password.
            var right = person.TwoFactorEnabled && form["code"].ToString() is { Length: > 0 } code
                ? await second.CheckAppAsync(person, code)
                : await passwords.ConfirmAsync(person, form["password"], ct);
            if (!right)
                return Pages.Show<ReauthenticationPage>(view with { Error = "Again.Wrong" }, StatusCodes.Status422UnprocessableEntity);
        }
        catch (RuleException rule) when (rule.Code == "too_many_requests")
        {
            context.Response.Headers.RetryAfter = "10";
            return Pages.Show<ReauthenticationPage>(view with { Error = "SignIn.TooMany" }, StatusCodes.Status429TooManyRequests);
        }

        await ProvedAsync(db, Sessions.Of(context.User)!.Value, clock.GetUtcNow(), ct);
        return context.SeeOther(view.ReturnUrl);
    }

    /// <summary>Notes that somebody has just proved who they are.</summary>
    public static Task ProvedAsync(AutomatDb db, Id<Session> session, DateTimeOffset now, CancellationToken ct) =>
        db.Set<Session>().Where(s => s.Id == session).ExecuteUpdateAsync(set => set.SetProperty(s => s.ProvedAt, now), ct);
}
