using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>The panel's first page, and changing the organisation one works for.</summary>
internal static class HomePages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(SignInPages.Home, ShowAsync).RequirePermission(Permission.PanelRead).ExcludeFromDescription();
        routes.MapForm("/panel/organization", SwitchAsync).RequirePermission(Permission.OwnAccount).ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(
        ClaimsPrincipal caller, AutomatDb db, Workplaces workplaces, CancellationToken ct)
    {
        var person = await db.Set<Person>().AsNoTracking().SingleAsync(p => p.Id == caller.PersonOf(), ct);
        var inUse = caller.OrganizationOf();
        return Pages.Show<HomePage>(new HomeView(
            person.FullName, person.UserName!,
            [.. (await workplaces.OfAsync(person.Id, ct)).Select(w => new WorkplaceView(
                w.Organization.ToString(), w.Name, RoleTexts.Of(w.Role), w.Organization == inUse))],
            WantsSecondStep: !person.TwoFactorEnabled && caller.RoleOf() is Role.Admin));
    }

    private static async Task<IResult> SwitchAsync(
        HttpContext context, IServiceScopeFactory scopes, Actor caller, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var person = context.User.PersonOf()!.Value;
        var to = Guid.TryParse(form["organization"], out var id) ? new Id<Organization>(id) : default;
        // The other organisation's rows: whether the person works there, and the note that they came.
        await using var scope = scopes.CreateScopeOf(to);
        var actor = scope.ServiceProvider.GetRequiredService<Actor>();
        actor.ComesLike(caller);
        actor.Is(ActorKind.Person, person.ToString());
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        if (!await db.Set<Membership>().AnyAsync(m => m.PersonId == person && m.OrganizationId == to && m.DisabledAt == null, ct))
            throw new RuleException("organization_unknown", "You do not work for such an organisation.");
        var session = await db.Set<Session>().SingleAsync(s => s.Id == Sessions.Of(context.User)!.Value, ct);
        session.WorksFor = to;
        db.Note(to, "person.switched_organization", "person", person.ToString());
        await db.SaveChangesAsync(ct);
        return context.SeeOther(SignInPages.Home);
    }
}
