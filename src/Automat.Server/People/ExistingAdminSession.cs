using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>What existing admin pages send to sign in.</summary>
/// <param name="Username">The name.</param>
/// <param name="Password">The password; with a second step, the code right behind it.</param>
internal sealed record AdminLoginRequest(string? Username, string? Password);

/// <summary>
/// The sign-in existing admin pages know: they read <c>success</c> and keep the name; what really signs them in is a cookie
/// scripts cannot read. Their form has no field for a second step, so the code is typed right behind the password.
/// </summary>
internal sealed class ExistingAdminSession(
    PasswordCheck passwords, SecondStep second, EvenPace pace)
{
    private const int CodeLength = 6;

    private static readonly TimeSpan StaysActive = TimeSpan.FromMinutes(2);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/admin-login", LoginAsync).IsPublic("signing in").WithName("AdminLogin")
            .RequireRateLimiting(RateLimits.SignIn).DisableAntiforgery();
        routes.MapPost("/api/admin-logout", LogoutAsync).IsPublic("ends nothing but the caller's own session")
            .WithName("AdminLogout").DisableAntiforgery();
        routes.MapGet("/api/is-admin-active", IsActiveAsync)
            .IsPublic("tells the signed-in person about themselves, and nobody else anything").WithName("IsAdminActive");
        routes.MapPost("/api/update-activity", UpdateActivityAsync).RequirePermission(Permission.ActivityRead)
            .WithName("UpdateActivity").DisableAntiforgery();
    }

    private static async Task<IResult> LoginAsync(
        AdminLoginRequest request, HttpContext context, ExistingAdminSession login, Sessions sessions, PeopleSettings settings,
        CancellationToken ct)
    {
        if (await login.PersonAsync(request, ct) is not { } person) return Results.Json(new { success = false });
        var (_, principal) = await sessions.BeginAsync(
            person, SessionKind.Browser, context, settings.MayPostpone(person), worksFor: null, ct);
        await context.SignInAsync(IdentityConstants.ApplicationScheme, principal);
        return Results.Json(new
        {
            first_name = person.FirstName,
            last_name = person.LastName,
            success = true,
            username = person.UserName,
        });
    }

    private async Task<Person?> PersonAsync(AdminLoginRequest request, CancellationToken ct)
    {
        var start = pace.Start();
        var (password, code) = (request.Password ?? "", "");
        var withCode = password.Length > CodeLength && password[^CodeLength..].All(char.IsAsciiDigit);
        // Whether there is a second step must not show: both readings of the text are tried for every name.
        var person = await passwords.RunAsync(request.Username, password, ct);
        if (person is null && withCode)
        {
            (password, code) = (password[..^CodeLength], password[^CodeLength..]);
            person = await passwords.RunAsync(request.Username, password, ct);
        }

        if (person is not { TwoFactorEnabled: true } || await second.CheckAppAsync(person, code)) return person;
        await pace.WaitAsync(start, ct);
        return null;
    }

    private static async Task<IResult> LogoutAsync(
        HttpContext context, AutomatDb db, Sessions sessions, CancellationToken ct)
    {
        if (context.User.PersonOf() is { } id && Sessions.Of(context.User) is { } session)
        {
            if (await db.Set<Person>().SingleOrDefaultAsync(p => p.Id == id, ct) is { } person)
            {
                person.Gone();
                await db.SaveChangesAsync(ct);
            }

            await sessions.EndAsync(id, session, ct);
        }

        await context.SignOutAsync(IdentityConstants.ApplicationScheme);
        return Results.Json(new { success = true });
    }

    /// <summary>Whether the signed-in admin did something within two minutes; without the cookie nobody is active.</summary>
    private static async Task<IResult> IsActiveAsync(
        string? username, HttpContext context, AutomatDb db, TimeProvider clock, CancellationToken ct)
    {
        var asked = context.User.Identity?.Name is { } name && string.Equals(name, username, StringComparison.Ordinal)
            ? await db.Set<Person>().AsNoTracking().SingleOrDefaultAsync(p => p.UserName == name, ct)
            : null;
        return asked is null
            ? Results.Json(new { active = false }, statusCode: StatusCodes.Status404NotFound)
            : Results.Json(new { active = clock.GetUtcNow() - asked.LastSeenAt <= StaysActive });
    }

    private static async Task<IResult> UpdateActivityAsync(
        HttpContext context, AutomatDb db, TimeProvider clock, CancellationToken ct)
    {
        if (context.User.PersonOf() is { } id && await db.Set<Person>().SingleOrDefaultAsync(p => p.Id == id, ct) is { } person)
        {
            person.Seen(clock.GetUtcNow());
            await db.SaveChangesAsync(ct);
        }

        return Results.Json(new { success = true });
    }
}
