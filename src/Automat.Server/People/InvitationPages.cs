using System.Net.Mail;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>Accepting an invitation: a new colleague chooses a password, a known one shows theirs. The link works once.</summary>
internal sealed class InvitationPages(
    AutomatDb db, Tenant tenant, Actor actor, IServiceScopeFactory scopes, UserManager<Person> people, PasswordCheck passwords,
    SignInPages signIn, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var page = routes.MapGroup("/invitations/{token}").IsPublic("the link's secret part opens it").ExcludeFromDescription()
            .RequireRateLimiting(RateLimits.SignIn);
        page.MapGet("", async (string token, InvitationPages pages, CancellationToken ct) =>
            await pages.FindAsync(token, ct) is { } invitation
                ? (IResult)Pages.Show<InvitationPage>(await pages.ViewAsync(invitation, token, new JoinForm(), ct))
                : Over());
        page.MapForm("", (string token, HttpContext context, InvitationPages pages, CancellationToken ct) =>
            pages.AcceptAsync(token, context, ct));
    }

    private async Task<IResult> AcceptAsync(string token, HttpContext context, CancellationToken ct)
    {
        if (await FindAsync(token, ct) is not { } invitation) return Over();
        var sent = await context.Request.ReadFormAsync(ct);
        var form = new JoinForm(
            invitation.Email ?? sent["email"].ToString().Trim(), Cut(sent["first_name"]), Cut(sent["last_name"]));
        var view = await ViewAsync(invitation, token, form, ct);
        if (view.IsKnown) return await JoinAsync(invitation, view, sent["password"].ToString(), context, ct);

        var faults = PasswordRules.Faults(sent["password"], form.FirstName, form.LastName, form.Email, view.Organization);
        var error = form.FirstName.Length == 0 || form.LastName.Length == 0 ? "Join.NamesMissing"
            : form.Email.Length > 256 || !MailAddress.TryCreate(form.Email, out _) ? "Join.EmailInvalid"
            : null;
        if (faults.Count > 0 || error is not null) return Refused(view with { Faults = faults, Error = error });
        var person = new Person
        {
            Id = Guid.CreateVersion7(),
            FirstName = form.FirstName,
            LastName = form.LastName,
            UserName = form.Email,
            Email = form.Email,
            EmailConfirmed = invitation.Email is not null,
            IsPlatformAdministrator = invitation.Email is null,
        };
        actor.Is(ActorKind.Person, person.Id.ToString());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!await CloseAsync(invitation, ct)) return Over();
        var made = await people.CreateAsync(person, sent["password"].ToString());
        if (!made.Succeeded) return Refused(view with { Error = "Join.EmailInvalid" });
        await AddAsync(invitation, person, ct);
        await transaction.CommitAsync(ct);
        return await signIn.EnterAsync(context, person, invitation.OrganizationId, SignInPages.Home, ct);
    }

    private async Task<IResult> JoinAsync(
        Invitation invitation, InvitationView view, string password, HttpContext context, CancellationToken ct)
    {
        if (await passwords.RunAsync(view.Address, password, ct) is not { } person) return Refused(view with { Error = "SignIn.Wrong" });
        actor.Proves(ActorKind.Person, person.Id.ToString());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!await CloseAsync(invitation, ct)) return Over();
        await AddAsync(invitation, person, ct);
        await transaction.CommitAsync(ct);
        // Somebody with a second step signs in as always.
        return person.TwoFactorEnabled
            ? context.SeeOther("/sign-in")
            : await signIn.EnterAsync(context, person, invitation.OrganizationId, SignInPages.Home, ct);
    }

    /// <summary>Uses the link up; false when somebody was faster.</summary>
    private async Task<bool> CloseAsync(Invitation invitation, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        // The console's link makes the first person, and only the first, however many nodes have printed one.
        if (invitation.Email is null)
        {
            await db.Database.ExecuteSqlRawAsync("lock table people in share row exclusive mode", ct);
            if (await db.Set<Person>().AnyAsync(ct)) return false;
        }

        return await db.Set<Invitation>().Where(i => i.Id == invitation.Id && i.ClosedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.ClosedAt, now), ct) == 1;
    }

    private async Task AddAsync(Invitation invitation, Person person, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var known = await db.Set<Membership>().SingleOrDefaultAsync(
            m => m.OrganizationId == invitation.OrganizationId && m.PersonId == person.Id, ct);
        if (known is null)
        {
            db.Add(new Membership
            {
                OrganizationId = invitation.OrganizationId,
                PersonId = person.Id,
                Role = invitation.Role,
                CreatedAt = now,
            });
        }
        else
        {
            (known.Role, known.DisabledAt) = (invitation.Role, null);
        }

        db.Note(invitation.OrganizationId, "invitation.accepted", "invitation", invitation.Id.ToString());
        await db.SaveChangesAsync(ct);
    }

    /// <summary>The open invitation of a link; the request works for its organisation from here on.</summary>
    private async Task<Invitation?> FindAsync(string token, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("a link tells whose invitation it is");
        var hash = Secrets.HashOf(token);
        var now = clock.GetUtcNow();
        var found = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Invitation>().AsNoTracking()
            .SingleOrDefaultAsync(i => i.Hash == hash && i.ClosedAt == null && i.ExpiresAt > now, ct);
        if (found is null || (found.Email is null && await db.Set<Person>().AnyAsync(ct))) return null;
        tenant.Enter(found.OrganizationId);
        return found;
    }

    private async Task<InvitationView> ViewAsync(Invitation invitation, string token, JoinForm form, CancellationToken ct)
    {
        var organization = await db.Set<Organization>().Where(o => o.Id == invitation.OrganizationId).Select(o => o.Name).SingleAsync(ct);
        var known = invitation.Email is { } email && await people.FindByEmailAsync(email) is { PasswordHash: not null };
        return new InvitationView(token, organization, RoleTexts.Of(invitation.Role), invitation.Email, known, form, []);
    }

    private static string Cut(string? text) => (text ?? "").Trim() is { Length: > 100 } long_ ? long_[..100] : (text ?? "").Trim();

    private static RazorComponentResult<InvitationPage> Refused(InvitationView view) =>
        Pages.Show<InvitationPage>(view, StatusCodes.Status422UnprocessableEntity);

    private static RazorComponentResult<ProblemPage> Over() => Pages.Show<ProblemPage>(new ProblemView(410), StatusCodes.Status410Gone);
}
