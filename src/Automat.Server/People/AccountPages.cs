using System.Buffers.Text;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>The own account: where one is signed in, the password, the second step, passkeys.</summary>
internal static class AccountPages
{
    public const string Address = "/account";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).RequirePermission(Permission.OwnAccount).ExcludeFromDescription();
        pages.MapGet("", ShowAsync);
        pages.MapForm("/sessions/end", EndAsync);
        pages.MapForm("/sessions/end-all", EndAllAsync);
        pages.MapGet("/password", async (HttpContext context, OwnAccount account) =>
            Pages.Show<PasswordPage>(new PasswordView((await account.OfAsync(context.User)).UserName!, [])));
        pages.MapForm("/password", ChangePasswordAsync).RequireRateLimiting(RateLimits.SignIn);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, string? done, OwnAccount account, SecondStep second, UserManager<Person> people, AutomatDb db,
        TimeProvider clock, CancellationToken ct)
    {
        var person = await account.OfAsync(context.User);
        var now = clock.GetUtcNow();
        var own = Sessions.Of(context.User);
        var sessions = await db.Set<Session>().AsNoTracking()
            .Where(s => s.PersonId == person.Id && s.EndedAt == null && s.ExpiresAt > now)
            .OrderByDescending(s => s.SeenAt).Take(50).ToListAsync(ct);
        var passkeys = await people.GetPasskeysAsync(person);
        return Pages.Show<AccountPage>(new AccountView(
            person.UserName!, person.TwoFactorEnabled, OwnAccount.MustHaveSecondStep(context.User),
            await second.LeftAsync(person, ct),
            [.. passkeys.Select(p => new PasskeyView(Base64Url.EncodeToString(p.CredentialId), p.Name ?? "", p.CreatedAt))],
            [.. sessions.Select(s => new SessionView(s.Id.ToString(), AgentName.Of(s.Agent), s.Address, s.CreatedAt, s.SeenAt, s.Id == own))],
            done switch
            {
                "password" => "Account.PasswordDone",
                "session" => "Account.SessionDone",
                "all" => "Account.AllDone",
                "app-off" => "Account.AppOffDone",
                "passkey" => "Account.PasskeyDone",
                "passkey-gone" => "Account.PasskeyGone",
                _ => null,
            }));
    }

    private static async Task<IResult> EndAsync(
        HttpContext context, OwnAccount account, Sessions sessions, AutomatDb db, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        if (Guid.TryParse(form["session"], out var id))
        {
            await sessions.EndAsync(context.User.PersonOf()!.Value, new Id<Session>(id), ct);
            account.Note(context.User, "session.ended");
            await db.SaveChangesAsync(ct);
        }

        return context.SeeOther($"{Address}?done=session");
    }

    private static async Task<IResult> EndAllAsync(
        HttpContext context, OwnAccount account, UserManager<Person> people, AutomatDb db, CancellationToken ct)
    {
        var person = await account.OfAsync(context.User);
        account.Note(context.User, "session.ended_everywhere");
        await people.UpdateSecurityStampAsync(person); // voids devices that skip the second step, too
        await db.SaveChangesAsync(ct);
        await account.StayAsync(context, person, ct);
        return context.SeeOther($"{Address}?done=all");
    }

    private static async Task<IResult> ChangePasswordAsync(
        HttpContext context, OwnAccount account, PasswordCheck passwords, UserManager<Person> people, AutomatDb db,
        CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var person = await account.OfAsync(context.User);
        var view = new PasswordView(person.UserName!, []);
        if (!await passwords.ConfirmAsync(person, form["current"], ct))
            return Pages.Show<PasswordPage>(view with { Error = "Again.Wrong" }, StatusCodes.Status422UnprocessableEntity);
        var organization = context.User.HasClaim(c => c.Type == Callers.OrganizationClaim)
            ? await db.Set<Organization>().Where(o => o.Id == context.User.OrganizationOf()).Select(o => o.Name).SingleAsync(ct)
            : null;
        var faults = PasswordRules.Faults(form["password"], person.FirstName, person.LastName, person.UserName, organization);
        if (form["password"] == form["current"]) faults = [.. faults, "Password.Same"];
        if (faults.Count > 0)
            return Pages.Show<PasswordPage>(view with { Faults = faults }, StatusCodes.Status422UnprocessableEntity);

        account.Note(context.User, "person.password_changed");
        var changed = await people.ChangePasswordAsync(person, form["current"]!, form["password"]!);
        if (!changed.Succeeded) throw new RuleException("changed_meanwhile", "Your account was changed meanwhile. Try again.");
        await account.StayAsync(context, person, ct);
        return context.SeeOther($"{Address}?done=password");
    }
}
