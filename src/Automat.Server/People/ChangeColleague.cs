using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>Changing somebody's role, switching them off and on, resetting their second step. An organisation keeps an administrator.</summary>
internal sealed class ChangeColleague(
    AutomatDb db, UserManager<Person> people, SecondStep second, Sessions sessions, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var change = routes.MapGroup(PeoplePages.Address).RequirePermission(Permission.PeopleWrite).ExcludeFromDescription();
        change.MapForm("/role", (HttpContext context, ChangeColleague changes, CancellationToken ct) => changes.RunAsync(
            context, "changed", (member, form) => changes.SetRoleAsync(member, form["role"].ToString(), ct), ct))
            .RequireFreshProof(PeoplePages.Address);
        change.MapForm("/disable", (HttpContext context, ChangeColleague changes, CancellationToken ct) => changes.RunAsync(
            context, "changed", (member, _) => changes.DisableAsync(member, ct), ct)).RequireFreshProof(PeoplePages.Address);
        change.MapForm("/enable", (HttpContext context, ChangeColleague changes, CancellationToken ct) => changes.RunAsync(
            context, "changed", (member, _) => Enable(member), ct)).RequireFreshProof(PeoplePages.Address);
        change.MapForm("/reset", (HttpContext context, ChangeColleague changes, CancellationToken ct) => changes.RunAsync(
            context, "reset", (member, _) => changes.ResetAsync(member, context, ct), ct)).RequireFreshProof(PeoplePages.Address);
    }

    private async Task<IResult> RunAsync(
        HttpContext context, string done, Func<Membership, IFormCollection, Task<string>> change, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var organization = context.User.OrganizationOf();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Two administrators who demote each other at the same moment would leave none: one waits for the other.
        await db.Database.ExecuteSqlAsync(
            $"select 1 from memberships where organization_id = {organization.Value} order by person_id for update", ct);
        var member = Guid.TryParse(form["person"], out var id)
            ? await db.Set<Membership>().SingleOrDefaultAsync(m => m.OrganizationId == organization && m.PersonId == id, ct)
            : null;
        if (member is null) throw new RuleException("person_unknown", "Nobody like that works here.");
        var action = await change(member, form);
        db.Note(organization, action, "membership", $"{organization}/{member.PersonId}");
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return context.SeeOther($"{PeoplePages.Address}?done={done}");
    }

    private async Task<string> SetRoleAsync(Membership member, string text, CancellationToken ct)
    {
        if (!Enum.TryParse<Role>(text, out var role) || !Enum.IsDefined(role)) throw new RuleException("role_invalid", "There is no such role.");
        if (role is not Role.Admin) await Administrators.KeepOneAsync(db, member, ct);
        member.Role = role;
        return "person.role_changed";
    }

    private async Task<string> DisableAsync(Membership member, CancellationToken ct)
    {
        await Administrators.KeepOneAsync(db, member, ct);
        member.DisabledAt ??= clock.GetUtcNow();
        return "person.disabled";
    }

    private static Task<string> Enable(Membership member)
    {
        member.DisabledAt = null;
        return Task.FromResult("person.enabled");
    }

    /// <summary>Somebody lost the phone and the codes. An organisation must not open the accounts of another's people.</summary>
    private async Task<string> ResetAsync(Membership member, HttpContext context, CancellationToken ct)
    {
        var elsewhere = await db.Set<Membership>().AnyAsync(
            m => m.PersonId == member.PersonId && m.OrganizationId != member.OrganizationId, ct);
        var person = await people.FindByIdAsync(member.PersonId.ToString());
        if ((elsewhere || person!.IsPlatformAdministrator) && !context.User.HasClaim(c => c.Type == Callers.PlatformClaim))
            throw new RuleException("person_shared", "This person works for others, too: a platform administrator has to do it.");
        await second.SwitchOffAsync(person!, ct);
        await sessions.EndAllAsync(member.PersonId, except: null, ct);
        return "person.second_step_reset";
    }
}
