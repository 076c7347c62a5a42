using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Automat.Server.People;

/// <summary>What a caller is known by, once signed in.</summary>
public static class Callers
{
    /// <summary>Authentication scheme of programs that present a key.</summary>
    public const string KeyScheme = "ApiKey";

    /// <summary>Policy: staff signed in by cookie, or a program with a key.</summary>
    public const string Staff = "staff";

    /// <summary>Claim that names the organisation a caller works for.</summary>
    public const string OrganizationClaim = "organization";

    /// <summary>The organisation a signed-in caller works for.</summary>
    public static Id<Organization> OrganizationOf(this ClaimsPrincipal caller) =>
        new(Guid.Parse(caller.FindFirstValue(OrganizationClaim)
            ?? throw new InvalidOperationException("This endpoint let in a caller without organisation.")));

    /// <summary>Who a signed-in caller is, for the audit.</summary>
    public static string ActorOf(this ClaimsPrincipal caller) =>
        caller.FindFirstValue(ClaimTypes.NameIdentifier) ?? "unknown";

    /// <summary>Names a signed-in caller as the actor; a machine has been named by its signature already.</summary>
    internal static void IsThe(this ClaimsPrincipal caller, Actor actor)
    {
        switch (caller.Identity?.AuthenticationType)
        {
            case KeyScheme:
                actor.Is(ActorKind.Token, caller.ActorOf()["key:".Length..]);
                break;
            case CookieAuthenticationDefaults.AuthenticationScheme:
                actor.Is(ActorKind.Person, caller.ActorOf());
                break;
        }
    }

    /// <summary>The key a request presents in <c>X-API-Key</c> or as a bearer token; null when none.</summary>
    public static string? PresentedKey(HttpRequest request)
    {
        if (request.Headers.TryGetValue("X-API-Key", out var key) && key.Count == 1) return key[0];
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? authorization[7..].Trim() : null;
    }
}

/// <summary>Lets programs in by the key they present.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder,
    IServiceScopeFactory scopes)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const int LongestKey = 512;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var presented = Callers.PresentedKey(Request);
        if (presented is null) return AuthenticateResult.NoResult();
        if (Encoding.UTF8.GetByteCount(presented) > LongestKey) return AuthenticateResult.Fail("That key is too long.");

        var hash = ApiKey.HashOf(presented);
        await using var scope = scopes.CreateScopeAcross("a key tells whose it is");
        var key = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<ApiKey>().AsNoTracking().SingleOrDefaultAsync(k => k.Hash == hash, Context.RequestAborted);
        if (key is null) return AuthenticateResult.Fail("There is no such key.");
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, $"key:{key.Id}"),
                new Claim(Callers.OrganizationClaim, key.OrganizationId.ToString()),
            ],
            Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }
}
