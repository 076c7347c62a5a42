using System.Globalization;
using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>Begins and ends sessions.</summary>
internal sealed class Sessions(AutomatDb db, Tenant tenant, Actor actor, Workplaces workplaces, TimeProvider clock)
{
    /// <summary>What the cookie or bearer token carries besides the session: the stamp voids it when all are signed out.</summary>
    public const string StampClaim = "stamp";

    /// <summary>
    /// Begins a session and saves it; the request works for its organisation from here on. The principal names it and is what
    /// a cookie or bearer token is made of.
    /// </summary>
    /// <param name="person">Who proved who they are.</param>
    /// <param name="kind">How it is carried.</param>
    /// <param name="context">The request it begins with.</param>
    /// <param name="postponed">Whether the second step is put off.</param>
    /// <param name="worksFor">The organisation just joined; null for the one worked for last.</param>
    /// <param name="ct">Stops waiting.</param>
    public async Task<(Session Session, ClaimsPrincipal Principal)> BeginAsync(
        Person person, SessionKind kind, HttpContext context, bool postponed, Id<Organization>? worksFor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var session = new Session
        {
            Id = Id<Session>.New(now),
            PersonId = person.Id,
            Kind = kind,
            WorksFor = worksFor ?? await LastWorkedForAsync(person.Id, ct),
            CreatedAt = now,
            ProvedAt = now,
            SeenAt = now,
            ExpiresAt = now + (kind is SessionKind.Browser ? Session.BrowserIdle : Session.ApiIdle),
            Address = context.Connection.RemoteIpAddress?.ToString() ?? "",
            Agent = Shortened(context.Request.Headers.UserAgent.ToString()),
            Postponed = postponed,
        };
        actor.Proves(ActorKind.Person, person.Id.ToString());
        db.Add(session);
        person.Seen(now);
        person.AccessFailedCount = 0;
        if (session.WorksFor is { } organization)
        {
            tenant.Enter(organization);
            db.Note(organization, "person.signed_in", "person", person.Id.ToString());
        }

        await db.SaveChangesAsync(ct);
        return (session, PrincipalOf(session, person));
    }

    /// <summary>Ends one session of somebody.</summary>
    public Task<int> EndAsync(Guid person, Id<Session> session, CancellationToken ct) =>
        EndAsync(db.Set<Session>().Where(s => s.PersonId == person && s.Id == session), ct);

    /// <summary>Ends all sessions of somebody, but perhaps the one at hand.</summary>
    public Task<int> EndAllAsync(Guid person, Id<Session>? except, CancellationToken ct) =>
        EndAsync(db.Set<Session>().Where(s => s.PersonId == person && (except == null || s.Id != except)), ct);

    /// <summary>The session a caller is signed in with; null for strangers and tokens.</summary>
    public static Id<Session>? Of(ClaimsPrincipal caller) =>
        Guid.TryParse(caller.FindFirstValue(Callers.SessionClaim), out var id) ? new Id<Session>(id) : null;

    /// <summary>What a cookie or bearer token of this session says. The rest is looked up with every request.</summary>
    public static ClaimsPrincipal PrincipalOf(Session session, Person person) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, person.Id.ToString()),
            new Claim(ClaimTypes.Name, person.UserName!),
            new Claim(Callers.SessionClaim, session.Id.ToString()),
            new Claim(StampClaim, person.SecurityStamp ?? ""),
            new Claim(Callers.ProvedAtClaim, session.ProvedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            new Claim(Callers.OrganizationClaim, session.WorksFor?.ToString() ?? ""),
        ],
        "session"));

    private async Task<int> EndAsync(IQueryable<Session> sessions, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await sessions.Where(s => s.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.EndedAt, now), ct);
    }

    /// <summary>The organisation somebody worked for last, if they still do; else the one they joined first.</summary>
    private async Task<Id<Organization>?> LastWorkedForAsync(Guid person, CancellationToken ct)
    {
        var open = (await workplaces.OfAsync(person, ct)).Select(w => w.Organization).ToList();
        if (open.Count < 2) return open.Count == 0 ? null : open[0];
        var last = await db.Set<Session>().AsNoTracking().Where(s => s.PersonId == person)
            .OrderByDescending(s => s.SeenAt).Select(s => s.WorksFor).FirstOrDefaultAsync(ct);
        return last is { } known && open.Contains(known) ? known : open[0];
    }

    private static string Shortened(string text) => text.Length <= 200 ? text : text[..200];
}
