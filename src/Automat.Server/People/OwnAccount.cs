using System.Security.Claims;
using Automat.Server.Audit;
using Automat.Server.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Automat.Server.People;

/// <summary>The person a request comes from, and what every change of their own account has to do.</summary>
internal sealed class OwnAccount(AutomatDb db, UserManager<Person> people, Sessions sessions)
{
    /// <summary>Who asks.</summary>
    public async Task<Person> OfAsync(ClaimsPrincipal caller) =>
        await people.FindByIdAsync(caller.PersonOf().ToString()!)
        ?? throw new InvalidOperationException("A session outlived its person.");

    /// <summary>Whether the caller's role demands a second step.</summary>
    public static bool MustHaveSecondStep(ClaimsPrincipal caller) =>
        caller.RoleOf() is Role.Admin || caller.HasClaim(c => c.Type == Callers.PlatformClaim);

    /// <summary>Notes what somebody did to the own account; saved with the next save.</summary>
    public void Note(ClaimsPrincipal caller, string action)
    {
        if (caller.HasClaim(c => c.Type == Callers.OrganizationClaim))
            db.Note(caller.OrganizationOf(), action, "person", caller.ActorOf());
    }

    /// <summary>
    /// After the security stamp has changed every cookie is void, this browser's too: the others' sessions end, this one
    /// gets a fresh cookie.
    /// </summary>
    public async Task StayAsync(HttpContext context, Person person, CancellationToken ct)
    {
        var session = Sessions.Of(context.User)!.Value;
        await sessions.EndAllAsync(person.Id, session, ct);
        if (await db.FindAsync<Session>([session], ct) is { Kind: SessionKind.Browser } own)
            await context.SignInAsync(IdentityConstants.ApplicationScheme, Sessions.PrincipalOf(own, person));
    }
}
