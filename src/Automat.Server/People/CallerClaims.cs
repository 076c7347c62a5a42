using System.Globalization;
using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>
/// Turns the session a cookie or bearer token names into what its person is at this moment: one look at the tables a
/// request. A session that ended, a stamp that changed, a membership that was switched off count at once.
/// </summary>
internal sealed class CallerClaims(
    IServiceScopeFactory scopes, TimeProvider clock, PeopleSettings settings, IHttpContextAccessor http) : IClaimsTransformation
{
    private static readonly object Seen = new();
    private static readonly TimeSpan BetweenWrites = TimeSpan.FromMinutes(1);

    public async Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
    {
        if (Sessions.Of(principal) is not { } id) return principal;
        var items = http.HttpContext?.Items;
        if (items?[Seen] is (Id<Session> known, ClaimsPrincipal made) && known == id) return made;
        var caller = await LookAsync(principal, id);
        if (items is not null) items[Seen] = (id, caller);
        return caller;
    }

    private async Task<ClaimsPrincipal> LookAsync(ClaimsPrincipal principal, Id<Session> id)
    {
        // Not the request's own scope: whose rows that one sees is what is being found out.
        await using var scope = scopes.CreateScopeAcross("a session tells whose it is");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var now = clock.GetUtcNow();
        var found = await (from s in db.Set<Session>().AsNoTracking()
                           join p in db.Set<Person>().AsNoTracking() on s.PersonId equals p.Id
                           where s.Id == id && s.EndedAt == null && s.ExpiresAt > now
                           select new { Session = s, Person = p }).SingleOrDefaultAsync();
        if (found is null || found.Person.SecurityStamp != principal.FindFirstValue(Sessions.StampClaim)) return new();

        var (session, person) = (found.Session, found.Person);
        var working = session.WorksFor is { } organization
            ? await db.Set<Membership>().AsNoTracking().SingleOrDefaultAsync(m =>
                m.OrganizationId == organization && m.PersonId == person.Id && m.DisabledAt == null)
            : null;
        if (now - session.SeenAt >= BetweenWrites) await NoteUseAsync(db, session, now);
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, person.Id.ToString()),
                new Claim(ClaimTypes.Name, person.UserName!),
                new Claim(ClaimTypes.GivenName, person.FullName),
                new Claim(Callers.SessionClaim, session.Id.ToString()),
                new Claim(Callers.ProvedAtClaim, session.ProvedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ],
            "session");
        if (person.IsPlatformAdministrator) identity.AddClaim(new Claim(Callers.PlatformClaim, "true"));
        if (working is not null)
        {
            identity.AddClaim(new Claim(Callers.OrganizationClaim, working.OrganizationId.ToString()));
            identity.AddClaim(new Claim(Callers.RoleClaim, working.Role.ToString()));
        }

        var mustHave = person.IsPlatformAdministrator || working?.Role is Role.Admin;
        if (mustHave && !person.TwoFactorEnabled && !(session.Postponed && settings.MayPostpone(person)))
            identity.AddClaim(new Claim(Callers.UnfinishedClaim, "true"));
        return new ClaimsPrincipal(identity);
    }

    private static async Task NoteUseAsync(AutomatDb db, Session session, DateTimeOffset now)
    {
        var idle = session.Kind is SessionKind.Browser ? Session.BrowserIdle : Session.ApiIdle;
        var until = now + idle < session.CreatedAt + Session.Longest ? now + idle : session.CreatedAt + Session.Longest;
        await db.Set<Session>().Where(s => s.Id == session.Id).ExecuteUpdateAsync(set => set
            .SetProperty(s => s.SeenAt, now).SetProperty(s => s.ExpiresAt, until));
    }
}
