using System.Security.Claims;
using Automat.Domain;

namespace Automat.Server.Access;

/// <summary>What a caller is known by, once signed in: the claims of one request, made from the present state of the tables.</summary>
public static class Callers
{
    /// <summary>Authentication scheme of programs that present a token.</summary>
    public const string KeyScheme = "ApiKey";

    /// <summary>Claim that names the organisation a caller works for.</summary>
    public const string OrganizationClaim = "organization";

    /// <summary>Claim with a <see cref="Role"/>.</summary>
    public const string RoleClaim = "role";

    /// <summary>Claim with one scope of a token; a caller that has none is not limited by scopes.</summary>
    public const string ScopeClaim = "scope";

    /// <summary>Claim of a token, whatever it may do.</summary>
    public const string TokenClaim = "token";

    /// <summary>Claim of the platform's administrators.</summary>
    public const string PlatformClaim = "platform";

    /// <summary>Claim with the session a person signed in to.</summary>
    public const string SessionClaim = "session";

    /// <summary>Claim with the moment a person last proved who they are, as Unix seconds.</summary>
    public const string ProvedAtClaim = "proved_at";

    /// <summary>Claim of somebody who must set up the second step before anything else opens.</summary>
    public const string UnfinishedClaim = "second_factor_missing";

    /// <summary>The organisation a signed-in caller works for.</summary>
    public static Id<Organization> OrganizationOf(this ClaimsPrincipal caller) =>
        new(Guid.Parse(caller.FindFirstValue(OrganizationClaim)
            ?? throw new InvalidOperationException("This endpoint let in a caller without organisation.")));

    /// <summary>Who a signed-in caller is, for the audit: a person's id, or <c>key:</c> and a token's.</summary>
    public static string ActorOf(this ClaimsPrincipal caller) =>
        caller.FindFirstValue(ClaimTypes.NameIdentifier) ?? "unknown";

    /// <summary>The person who signed in; null for programs and strangers.</summary>
    public static Guid? PersonOf(this ClaimsPrincipal caller) =>
        Guid.TryParse(caller.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;

    /// <summary>The role the caller acts in; null for a program of the organisation.</summary>
    public static Role? RoleOf(this ClaimsPrincipal caller) =>
        Enum.TryParse<Role>(caller.FindFirstValue(RoleClaim), out var role) ? role : null;

    /// <summary>Whether the caller may do something, now.</summary>
    public static bool Allows(this ClaimsPrincipal caller, Permission permission)
    {
        if (caller.Identity?.IsAuthenticated is not true) return false;
        // Whoever has not finished signing in does that, and nothing else.
        if (permission is Permission.OwnSignIn) return caller.HasClaim(c => c.Type == SessionClaim);
        if (caller.HasClaim(c => c.Type is UnfinishedClaim)) return false;
        // Whoever belongs nowhere can still look after the own account.
        if (permission is Permission.OwnAccount) return caller.HasClaim(c => c.Type == SessionClaim);
        if (!caller.HasClaim(c => c.Type is OrganizationClaim)) return false;
        var isToken = caller.HasClaim(c => c.Type is TokenClaim);
        if (isToken && !caller.HasClaim(ScopeClaim, Permissions.NameOf(permission))) return false;
        if (permission is Permission.PlatformWrite) return !isToken && caller.HasClaim(c => c.Type is PlatformClaim);
        return caller.RoleOf() is { } role ? Permissions.Has(role, permission) : isToken;
    }

    /// <summary>The key a request presents in <c>X-API-Key</c> or as a bearer token; null when none.</summary>
    public static string? PresentedKey(HttpRequest request)
    {
        if (request.Headers.TryGetValue("X-API-Key", out var key) && key.Count == 1) return key[0];
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? authorization[7..].Trim() : null;
    }
}
