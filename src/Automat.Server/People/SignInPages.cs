using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Automat.Server.People;

/// <summary>Signing in with name and password, then with the second step; and out again.</summary>
internal sealed class SignInPages(
    PasswordCheck passwords, SecondStep second, Sessions sessions, UserManager<Person> people, SignInManager<Person> devices)
{
    public const string Home = "/panel";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/sign-in").IsPublic("signing in").ExcludeFromDescription();
        pages.MapGet("", (string? return_url, string? done) => Pages.Show<SignInPage>(
            new SignInView(LocalAddress.Or(return_url, Home), Done: done switch { "reset" => "SignIn.ResetDone", "erased" => "SignIn.ErasedDone", _ => null })));
        pages.MapForm("", (HttpContext context, SignInPages steps, CancellationToken ct) => steps.FirstAsync(context, ct))
            .RequireRateLimiting(RateLimits.SignIn);
        foreach (var (path, recovery) in new[] { ("/code", false), ("/recovery", true) })
        {
            pages.MapGet(path, async (HttpContext context, string? return_url, SignInPages steps) =>
                await steps.HalfwayAsync(context) is null
                    ? context.SeeOther("/sign-in")
                    : Pages.Show<CodePage>(new CodeView(LocalAddress.Or(return_url, Home), recovery)));
            pages.MapForm(path, (HttpContext context, SignInPages steps, CancellationToken ct) =>
                steps.SecondAsync(context, recovery, ct)).RequireRateLimiting(RateLimits.SignIn);
        }

        routes.MapForm("/sign-out", SignOutAsync).IsPublic("ends nothing but the caller's own session").ExcludeFromDescription();
    }

    /// <summary>Begins a session in this browser, and says where to go.</summary>
    /// <param name="context">The request.</param>
    /// <param name="person">Who proved who they are.</param>
    /// <param name="worksFor">The organisation just joined; null for the one worked for last.</param>
    /// <param name="returnUrl">Where to go.</param>
    /// <param name="ct">Stops waiting.</param>
    public async Task<IResult> EnterAsync(
        HttpContext context, Person person, Id<Organization>? worksFor, string returnUrl, CancellationToken ct)
    {
        var (_, principal) = await sessions.BeginAsync(
            person, SessionKind.Browser, context, postponed: false, worksFor, ct);
        await context.SignOutAsync(PeopleModule.SecondStepScheme);
        await context.SignInAsync(IdentityConstants.ApplicationScheme, principal);
        return context.SeeOther(returnUrl);
    }

    private async Task<IResult> FirstAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var view = new SignInView(LocalAddress.Or(form["return_url"], Home), form["name"].ToString());
        Person? person;
        try
        {
            person = await passwords.RunAsync(view.Name, form["password"], ct);
        }
        catch (RuleException rule) when (rule.Code == "too_many_requests")
        {
            context.Response.Headers.RetryAfter = "10";
            return Pages.Show<SignInPage>(view with { Error = "SignIn.TooMany" }, StatusCodes.Status429TooManyRequests);
        }

        if (person is null)
            return Pages.Show<SignInPage>(view with { Error = "SignIn.Wrong" }, StatusCodes.Status422UnprocessableEntity);
        if (!person.TwoFactorEnabled || await devices.IsTwoFactorClientRememberedAsync(person))
            return await EnterAsync(context, person, worksFor: null, view.ReturnUrl, ct);

        await context.SignInAsync(PeopleModule.SecondStepScheme, new ClaimsPrincipal(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, person.Id.ToString()),
                new Claim(Sessions.StampClaim, person.SecurityStamp ?? ""),
            ],
            PeopleModule.SecondStepScheme)));
        return context.SeeOther($"/sign-in/code?return_url={Uri.EscapeDataString(view.ReturnUrl)}");
    }

    private async Task<IResult> SecondAsync(HttpContext context, bool recovery, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        if (await HalfwayAsync(context) is not { } person) return context.SeeOther("/sign-in");
        var returnUrl = LocalAddress.Or(form["return_url"], Home);
        var right = recovery
            ? await second.CheckRecoveryAsync(person, form["code"], ct)
            : await second.CheckAppAsync(person, form["code"]);
        if (!right)
        {
            return Pages.Show<CodePage>(
                new CodeView(returnUrl, recovery, recovery ? "Code.WrongRecovery" : "Code.Wrong"),
                StatusCodes.Status422UnprocessableEntity);
        }

        if (!recovery && form["remember"] == "true") await devices.RememberTwoFactorClientAsync(person);
        return await EnterAsync(context, person, worksFor: null, returnUrl, ct);
    }

    /// <summary>Who has shown the password in this browser a moment ago; null when nobody.</summary>
    private async Task<Person?> HalfwayAsync(HttpContext context)
    {
        var halfway = await context.AuthenticateAsync(PeopleModule.SecondStepScheme);
        var person = halfway.Principal?.PersonOf() is { } id ? await people.FindByIdAsync(id.ToString()) : null;
        return person?.SecurityStamp == halfway.Principal?.FindFirstValue(Sessions.StampClaim) ? person : null;
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, Sessions sessions, CancellationToken ct)
    {
        if (context.User.PersonOf() is { } person && Sessions.Of(context.User) is { } session)
            await sessions.EndAsync(person, session, ct);
        await context.SignOutAsync(IdentityConstants.ApplicationScheme);
        return context.SeeOther("/sign-in");
    }
}
