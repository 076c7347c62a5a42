using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Automat.Server.People;

/// <summary>What a program sends to sign somebody in.</summary>
/// <param name="Email">The address, or the name of those who have none.</param>
/// <param name="Password">The password.</param>
/// <param name="Code">The authenticator's code, where there is a second step.</param>
/// <param name="RecoveryCode">A recovery code in its place.</param>
internal sealed record BearerSignInRequest(string? Email, string? Password, string? Code, string? RecoveryCode);

/// <summary>What a program sends for fresh tokens.</summary>
/// <param name="RefreshToken">The refresh token it was given.</param>
internal sealed record BearerRefreshRequest(string? RefreshToken);

/// <summary>Signing in for programs that act for a person: an access token for an hour, a refresh token for the next.</summary>
internal static class BearerSignIn
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var signIn = routes.MapGroup("/api/v1/sign-in").IsPublic("signing in").RequireRateLimiting(RateLimits.SignIn)
            .DisableAntiforgery();
        signIn.MapPost("", SignInAsync).WithName("BearerSignIn").WithSummary("Sign in; answers an access and a refresh token")
            .Produces<AccessTokenResponse>();
        signIn.MapPost("/refresh", RefreshAsync).WithName("BearerRefresh").WithSummary("Exchange a refresh token")
            .Produces<AccessTokenResponse>();
        routes.MapPost("/api/v1/sign-out", SignOutAsync).RequirePermission(Permission.OwnSignIn).DisableAntiforgery()
            .WithName("BearerSignOut").WithSummary("End the session the access token belongs to");
    }

    private static async Task<IResult> SignInAsync(
        BearerSignInRequest request, HttpContext context, PasswordCheck passwords, SecondStep second, Sessions sessions,
        PeopleSettings settings, CancellationToken ct)
    {
        var person = await passwords.RunAsync(request.Email, request.Password, ct)
            ?? throw new RuleException("sign_in_failed", "Address and password do not match, or the account is locked for a while.");
        if (person.TwoFactorEnabled)
        {
            if (request.Code is null && request.RecoveryCode is null)
                throw new RuleException("second_factor_required", "This account has a second step: send code or recovery_code, too.");
            var right = request.Code is not null
                ? await second.CheckAppAsync(person, request.Code)
                : await second.CheckRecoveryAsync(person, request.RecoveryCode, ct);
            if (!right) throw new RuleException("sign_in_failed", "That code is not right, or was used before.");
        }

        var (_, principal) = await sessions.BeginAsync(person, SessionKind.Api, context, settings.MayPostpone(person), worksFor: null, ct);
        return TypedResults.SignIn(principal, authenticationScheme: IdentityConstants.BearerScheme);
    }

    private static async Task<IResult> RefreshAsync(
        BearerRefreshRequest request, IOptionsMonitor<BearerTokenOptions> options, IClaimsTransformation claims, AutomatDb db,
        TimeProvider clock, CancellationToken ct)
    {
        var ticket = request.RefreshToken is { Length: > 0 and <= 4096 } sealedTicket
            ? options.Get(IdentityConstants.BearerScheme).RefreshTokenProtector.Unprotect(sealedTicket)
            : null;
        var alive = ticket?.Properties.ExpiresUtc is { } until && until > clock.GetUtcNow()
            ? await claims.TransformAsync(ticket.Principal)
            : null;
        if (alive is null || Sessions.Of(alive) is not { } id) throw new RuleException("sign_in_failed", "That refresh token is over. Sign in again.");
        var found = await (from s in db.Set<Session>().AsNoTracking()
                           join p in db.Set<Person>().AsNoTracking() on s.PersonId equals p.Id
                           where s.Id == id
                           select new { Session = s, Person = p }).SingleAsync(ct);
        return TypedResults.SignIn(
            Sessions.PrincipalOf(found.Session, found.Person), authenticationScheme: IdentityConstants.BearerScheme);
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, Sessions sessions, CancellationToken ct)
    {
        if (context.User.PersonOf() is { } person && Sessions.Of(context.User) is { } session)
            await sessions.EndAsync(person, session, ct);
        return Results.NoContent();
    }
}
