using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>Who works for the organisation, and inviting others by mail.</summary>
internal sealed class PeoplePages(AutomatDb db, SendInvitation invitations, TimeProvider clock)
{
    public const string Address = "/panel/people";

    private const int MostInvitations = 100;

    /// <summary>So long after the last click somebody counts as being at work.</summary>
    private static readonly TimeSpan WorksNow = TimeSpan.FromMinutes(5);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, string? done, PeoplePages people, CancellationToken ct) =>
            Pages.Show<PeoplePage>(await people.ViewAsync(context, ct) with
            {
                Done = done switch
                {
                    "invited" => "People.InvitedDone",
                    "withdrawn" => "People.WithdrawnDone",
                    "changed" => "People.ChangedDone",
                    "reset" => "People.ResetDone",
                    _ => null,
                },
            })).RequirePermission(Permission.PeopleRead);
        pages.MapForm("/invite", (HttpContext context, PeoplePages people, CancellationToken ct) => people.InviteAsync(context, ct))
            .RequirePermission(Permission.PeopleWrite).RequireFreshProof(Address);
        pages.MapForm("/withdraw", (HttpContext context, PeoplePages people, CancellationToken ct) => people.WithdrawAsync(context, ct))
            .RequirePermission(Permission.PeopleWrite);
    }

    private async Task<PeopleView> ViewAsync(HttpContext context, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var now = clock.GetUtcNow();
        var people = await (from m in db.Set<Membership>().AsNoTracking()
                            join p in db.Set<Person>().AsNoTracking() on m.PersonId equals p.Id
                            where m.OrganizationId == organization
                            orderby m.CreatedAt
                            select new
                            {
                                m.Role,
                                m.DisabledAt,
                                Person = p,
                                UsedAt = db.Set<Session>().Where(s => s.PersonId == p.Id && s.EndedAt == null && s.WorksFor == organization)
                                    .Max(s => (DateTimeOffset?)s.SeenAt),
                            }).Take(500).ToListAsync(ct);
        var open = await db.Set<Invitation>().AsNoTracking()
            .Where(i => i.OrganizationId == organization && i.ClosedAt == null && i.ExpiresAt > now && i.Email != null)
            .OrderBy(i => i.CreatedAt).ToListAsync(ct);
        return new PeopleView(
            [.. people.Select(p => (p.Person, p.Role, p.DisabledAt, SeenAt: Later(p.Person.LastSeenAt, p.UsedAt)))
                .Select(p => new ColleagueView(
                    p.Person.Id.ToString(), p.Person.FullName, p.Person.UserName!, p.Role, p.DisabledAt is not null,
                    p.Person.TwoFactorEnabled, p.SeenAt, now - p.SeenAt <= WorksNow, p.Person.Id == context.User.PersonOf()))],
            [.. open.Select(i => new OpenInvitationView(i.Id.ToString(), i.Email!, i.Role, i.ExpiresAt))],
            context.User.Allows(Permission.PeopleWrite));
    }

    private async Task<IResult> InviteAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var email = form["email"].ToString().Trim();
        var organization = context.User.OrganizationOf();
        if (await WhyNotAsync(email, form["role"].ToString(), organization, ct) is { } error)
        {
            return Pages.Show<PeoplePage>(
                await ViewAsync(context, ct) with { Email = email, Error = error }, StatusCodes.Status422UnprocessableEntity);
        }

        var name = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Name).SingleAsync(ct);
        await invitations.AddAsync(
            organization, name, email, Enum.Parse<Role>(form["role"].ToString()), context.User.PersonOf(), ct);
        await db.SaveChangesAsync(ct);
        return context.SeeOther($"{Address}?done=invited");
    }

    private async Task<string?> WhyNotAsync(string email, string role, Id<Organization> organization, CancellationToken ct)
    {
        if (!SendInvitation.IsAddress(email)) return "Join.EmailInvalid";
        if (!Enum.TryParse<Role>(role, out var known) || !Enum.IsDefined(known)) return "People.RoleInvalid";
        var normalized = email.ToUpperInvariant();
        var works = await (from m in db.Set<Membership>()
                           join p in db.Set<Person>() on m.PersonId equals p.Id
                           where m.OrganizationId == organization && p.NormalizedEmail == normalized && m.DisabledAt == null
                           select m).AnyAsync(ct);
        if (works) return "People.AlreadyHere";
        var now = clock.GetUtcNow();
        var open = await db.Set<Invitation>()
            .CountAsync(i => i.OrganizationId == organization && i.ClosedAt == null && i.ExpiresAt > now, ct);
        return open >= MostInvitations ? "People.TooMany" : null;
    }

    private async Task<IResult> WithdrawAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var organization = context.User.OrganizationOf();
        var now = clock.GetUtcNow();
        if (Guid.TryParse(form["invitation"], out var id))
        {
            var wanted = new Id<Invitation>(id);
            var invitation = await db.Set<Invitation>().SingleOrDefaultAsync(
                i => i.Id == wanted && i.OrganizationId == organization && i.ClosedAt == null, ct);
            if (invitation is not null)
            {
                invitation.ClosedAt = now;
                db.Note(organization, "invitation.withdrawn", "invitation", id.ToString());
                await db.SaveChangesAsync(ct);
            }
        }

        return context.SeeOther($"{Address}?done=withdrawn");
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one > other || other is null ? one : other;
}
