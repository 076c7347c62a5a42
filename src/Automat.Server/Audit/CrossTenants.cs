using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Audit;

/// <summary>
/// How a person looks at organisations other than their own: only with the platform's role, only with a reason, and only
/// after it was written down. Where one organisation is looked at, it can read that in its own log.
/// </summary>
public static class CrossTenants
{
    /// <summary>The claim of the platform's administrators; its value is <c>true</c>.</summary>
    public const string PlatformClaim = "platform";

    private const int ShortestReason = 5;
    private const int LongestReason = 300;

    /// <summary>Opens a scope beyond the caller's organisation. The crossing is in the log before anything can be read.</summary>
    /// <param name="scopes">Where scopes come from.</param>
    /// <param name="caller">Who is signed in.</param>
    /// <param name="from">The actor of the caller's request: tells where it came from.</param>
    /// <param name="reason">Why, in the caller's words; 5 to 300 characters, never personal data.</param>
    /// <param name="organization">The one to look at; null for all, or the platform's own rows.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>A scope that sees that organisation's rows, or everybody's. The caller disposes it.</returns>
    /// <exception cref="RuleException">
    /// <c>forbidden</c> without the platform's role, <c>reason_missing</c>, <c>reason_invalid</c>,
    /// <c>organization_unknown</c>.
    /// </exception>
    public static async Task<AsyncServiceScope> CrossTenantAsync(
        this IServiceScopeFactory scopes, ClaimsPrincipal caller, Actor from, string? reason, Id<Organization>? organization,
        CancellationToken ct)
    {
        var person = PersonOf(caller);
        var why = Checked(reason);
        await using (var noting = scopes.CreateScopeAcross("a platform administrator crosses"))
        {
            Name(noting, person, from);
            var db = noting.ServiceProvider.GetRequiredService<AutomatDb>();
            db.Note(AuditLog.Platform, "tenant.crossed", "organization", organization?.ToString() ?? "all", why);
            await db.SaveChangesAsync(ct);
            if (organization is { } one)
            {
                if (!await db.Set<Organization>().AnyAsync(o => o.Id == one, ct))
                {
                    throw new RuleException("organization_unknown", $"There is no organisation {one}.");
                }

                db.Note(one, "tenant.crossed", "organization", one.ToString(), why);
                await db.SaveChangesAsync(ct);
            }
        }

        var scope = organization is { } entered
            ? scopes.CreateScopeOf(entered)
            : scopes.CreateScopeAcross("a platform administrator crosses");
        Name(scope, person, from);
        return scope;
    }

    private static string PersonOf(ClaimsPrincipal caller) =>
        caller.HasClaim(PlatformClaim, "true") && caller.FindFirstValue(ClaimTypes.NameIdentifier) is { Length: > 0 } person
            ? person
            : throw new RuleException("forbidden", "Only the platform's administrators may look beyond their organisation.");

    private static string Checked(string? reason) => reason?.Trim() switch
    {
        null or "" => throw new RuleException("reason_missing", "Say why you look beyond your organisation; it is written down."),
        { Length: < ShortestReason or > LongestReason } => throw new RuleException(
            "reason_invalid", $"A reason has {ShortestReason} to {LongestReason} characters."),
        var why when why.Any(char.IsControl) => throw new RuleException("reason_invalid", "A reason is one line."),
        var why => why,
    };

    private static void Name(AsyncServiceScope scope, string person, Actor from)
    {
        var actor = scope.ServiceProvider.GetRequiredService<Actor>();
        actor.ComesLike(from);
        actor.Is(ActorKind.Platform, person);
    }
}
