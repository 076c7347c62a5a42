using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>Who is signed in, at the end of the panel's first page.</summary>
internal sealed class PanelHome(AutomatDb db, Workplaces workplaces) : IPanelHome
{
    public async Task<RenderFragment?> MakeAsync(HttpContext context, CancellationToken ct)
    {
        var caller = context.User;
        var person = await db.Set<Person>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == caller.PersonOf(), ct);
        if (person is null) return null;
        var inUse = caller.OrganizationOf();
        var view = new HomeView(
            person.FullName, person.UserName!,
            [.. (await workplaces.OfAsync(person.Id, ct)).Select(w => new WorkplaceView(
                w.Organization.ToString(), w.Name, RoleTexts.Of(w.Role), w.Organization == inUse))],
            WantsSecondStep: !person.TwoFactorEnabled && caller.RoleOf() is Role.Admin);
        return builder =>
        {
            builder.OpenComponent<HomePart>(0);
            builder.AddComponentParameter(1, nameof(HomePart.View), view);
            builder.CloseComponent();
        };
    }
}

/// <summary>Changing the organisation one works for.</summary>
internal static class HomePages
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapForm("/panel/organization", SwitchAsync).RequirePermission(Permission.OwnAccount).ExcludeFromDescription();

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
