using System.Text;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Notifications.Mail;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;

namespace Automat.Server.People;

/// <summary>A new password by mail. Whether an address is known shows in neither the answer nor its time.</summary>
internal sealed class ResetPages(
    UserManager<Person> people, AutomatDb db, Tenant tenant, Actor actor, Workplaces workplaces, MailOutbox mails, Sessions sessions, CallerLimits limits, EvenPace pace,
    IStringLocalizer<Texts> texts)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/sign-in").IsPublic("somebody who cannot sign in").ExcludeFromDescription();
        pages.MapGet("/forgot", () => Pages.Show<ForgotPage>(new ForgotView(Sent: false)));
        pages.MapForm("/forgot", (HttpContext context, ResetPages reset, PublicAddress address, IServer server, CancellationToken ct) =>
            reset.SendAsync(context, address.ForMails(server), ct)).RequireRateLimiting(RateLimits.SignIn);
        pages.MapGet("/reset", (string? person, string? token) => Pages.Show<ResetPage>(new ResetView(person ?? "", token ?? "", [])));
        pages.MapForm("/reset", (HttpContext context, ResetPages reset, CancellationToken ct) => reset.ResetAsync(context, ct))
            .RequireRateLimiting(RateLimits.SignIn);
    }

    private async Task<IResult> SendAsync(HttpContext context, string home, CancellationToken ct)
    {
        var start = pace.Start();
        var email = (await context.Request.ReadFormAsync(ct))["email"].ToString().Trim();
        limits.CountAttempt(email);
        var person = email.Length <= 256 ? await people.FindByEmailAsync(email) : null;
        var sender = person is null ? null : await WorkplaceAsync(person, ct);
        if (person is { Email: { } address } && sender is { Organization: var organization })
        {
            tenant.Enter(organization);
            var token = WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(await people.GeneratePasswordResetTokenAsync(person)));
            mails.Add(organization, address, new MailText(
                texts["Mail.ResetSubject"], [texts["Mail.Hello", person.FirstName], texts["Mail.ResetText"], texts["Mail.ResetIgnore"]],
                texts["Mail.ResetLink"], $"{home}/sign-in/reset?person={person.Id}&token={token}"));
            actor.Is(ActorKind.System, "sign-in"); // whoever asks has proved nothing
            db.Note(organization, "person.reset_requested", "person", person.Id.ToString());
            await db.SaveChangesAsync(ct);
        }

        await pace.WaitAsync(start, ct);
        return Pages.Show<ForgotPage>(new ForgotView(Sent: true));
    }

    private async Task<IResult> ResetAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var view = new ResetView(form["person"].ToString(), form["token"].ToString(), []);
        var password = form["password"].ToString();
        var person = Guid.TryParse(view.Person, out var id) ? await people.FindByIdAsync(id.ToString()) : null;
        if (person is null || !await IsRightAsync(person, view.Token)) return Over(view);
        var workplace = await WorkplaceAsync(person, ct);
        var faults = PasswordRules.Faults(password, person.FirstName, person.LastName, person.UserName, workplace?.Name);
        if (faults.Count > 0)
            return Pages.Show<ResetPage>(view with { Faults = faults }, StatusCodes.Status422UnprocessableEntity);

        actor.Is(ActorKind.Person, person.Id.ToString());
        var done = await people.ResetPasswordAsync(person, Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(view.Token)), password);
        if (!done.Succeeded) return Over(view);
        await people.SetLockoutEndDateAsync(person, null);
        await sessions.EndAllAsync(person.Id, except: null, ct);
        if (workplace is { Organization: var organization })
        {
            tenant.Enter(organization);
            db.Note(organization, "person.password_reset", "person", person.Id.ToString());
            await db.SaveChangesAsync(ct);
        }

        return context.SeeOther("/sign-in?done=reset");
    }

    private async Task<bool> IsRightAsync(Person person, string token)
    {
        try
        {
            return await people.VerifyUserTokenAsync(
                person, people.Options.Tokens.PasswordResetTokenProvider, UserManager<Person>.ResetPasswordTokenPurpose,
                Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(token)));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private async Task<Workplace?> WorkplaceAsync(Person person, CancellationToken ct) =>
        await workplaces.OfAsync(person.Id, ct) is [var first, ..] ? first : null;

    private static RazorComponentResult<ResetPage> Over(ResetView view) =>
        Pages.Show<ResetPage>(view with { Over = true }, StatusCodes.Status410Gone);
}
