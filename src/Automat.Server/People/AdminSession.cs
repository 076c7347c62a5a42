using System.Security.Claims;
using Automat.Server.Audit;
using Automat.Server.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>What existing admin pages send to sign in.</summary>
/// <param name="Username">The name.</param>
/// <param name="Password">The password.</param>
internal sealed record AdminLoginRequest(string? Username, string? Password);

/// <summary>
/// The sign-in existing admin pages know: they read <c>success</c> and keep the name; what really signs them in is a cookie
/// scripts cannot read. A wrong name and a wrong password cannot be told apart, in the answer or by the clock.
/// </summary>
internal static class AdminSession
{
    private static readonly TimeSpan StaysActive = TimeSpan.FromMinutes(2);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/admin-login", LoginAsync).AllowAnonymous().WithName("AdminLogin")
            .RequireRateLimiting(Platform.RateLimits.SignIn).DisableAntiforgery();
        routes.MapPost("/api/admin-logout", LogoutAsync).AllowAnonymous().WithName("AdminLogout").DisableAntiforgery();
        routes.MapGet("/api/is-admin-active", IsActiveAsync).AllowAnonymous().WithName("IsAdminActive");
        routes.MapPost("/api/update-activity", UpdateActivityAsync).RequireAuthorization(Callers.Staff)
            .WithName("UpdateActivity").DisableAntiforgery();
    }

    private static async Task<IResult> LoginAsync(
        AdminLoginRequest request, HttpContext context, Actor caller, IServiceScopeFactory scopes, TimeProvider clock)
    {
        await using var scope = scopes.CreateScopeAcross("a name tells whose person it is");
        var actor = scope.ServiceProvider.GetRequiredService<Actor>();
        actor.ComesLike(caller);
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var person = await people.FindByNameAsync(request.Username ?? "");
        var nobody = new Person { OrganizationId = default, FirstName = "", LastName = "", PasswordHash = NobodysHash };
        var right = await people.CheckPasswordAsync(person ?? nobody, request.Password ?? "");
        if (person is null || await people.IsLockedOutAsync(person)) return Wrong();
        if (!right)
        {
            // Whoever it was: that a name is locked is the server's doing.
            actor.Is(ActorKind.System, "sign-in");
            await people.AccessFailedAsync(person);
            return Wrong();
        }

        actor.Is(ActorKind.Person, person.Id.ToString());
        await people.ResetAccessFailedCountAsync(person);
        person.Seen(clock.GetUtcNow());
        db.Note(person.OrganizationId, "person.signed_in", "person", person.Id.ToString());
        await people.UpdateAsync(person);
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, person.Id.ToString()),
                new Claim(ClaimTypes.Name, person.UserName!),
                new Claim(Callers.OrganizationClaim, person.OrganizationId.ToString()),
            ],
            CookieAuthenticationDefaults.AuthenticationScheme);
        await context.SignInAsync(new ClaimsPrincipal(identity));
        return Results.Json(new
        {
            first_name = person.FirstName,
            last_name = person.LastName,
            success = true,
            username = person.UserName,
        });
    }

    private static async Task<IResult> LogoutAsync(HttpContext context, Tenant tenant, Actor actor, AutomatDb db)
    {
        if (context.User.Identity is { IsAuthenticated: true }) tenant.Enter(context.User.OrganizationOf());
        if (Guid.TryParse(context.User.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            && await db.Set<Person>().SingleOrDefaultAsync(p => p.Id == id) is { } person)
        {
            actor.Is(ActorKind.Person, id.ToString());
            person.Gone();
            db.Note(person.OrganizationId, "person.signed_out", "person", id.ToString());
            await db.SaveChangesAsync();
        }

        await context.SignOutAsync();
        return Results.Json(new { success = true });
    }

    /// <summary>Whether the signed-in admin did something within two minutes; without the cookie nobody is active.</summary>
    private static async Task<IResult> IsActiveAsync(
        string? username, HttpContext context, Tenant tenant, AutomatDb db, TimeProvider clock, CancellationToken ct)
    {
        if (context.User.Identity is { IsAuthenticated: true }) tenant.Enter(context.User.OrganizationOf());
        var asked = context.User.Identity?.Name is { } name && string.Equals(name, username, StringComparison.Ordinal)
            ? await db.Set<Person>().AsNoTracking().SingleOrDefaultAsync(p => p.UserName == name, ct)
            : null;
        return asked is null
            ? Results.Json(new { active = false }, statusCode: StatusCodes.Status404NotFound)
            : Results.Json(new { active = clock.GetUtcNow() - asked.LastSeenAt <= StaysActive });
    }

    private static async Task<IResult> UpdateActivityAsync(HttpContext context, AutomatDb db, TimeProvider clock)
    {
        if (Guid.TryParse(context.User.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            && await db.Set<Person>().SingleOrDefaultAsync(p => p.Id == id) is { } person)
        {
            person.Seen(clock.GetUtcNow());
            await db.SaveChangesAsync();
        }

        return Results.Json(new { success = true });
    }

    private static IResult Wrong() => Results.Json(new { success = false });

    /// <summary>A real hash of nothing anybody knows: checking an unknown name takes as long as checking a known one.</summary>
    private static readonly string NobodysHash = new PasswordHasher<Person>().HashPassword(
        new Person { OrganizationId = default, FirstName = "", LastName = "" }, Guid.CreateVersion7().ToString());
}
