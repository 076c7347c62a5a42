using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>Setting up an authenticator app, its recovery codes, and switching it off.</summary>
internal sealed class AuthenticatorPages(
    OwnAccount account, UserManager<Person> people, PeopleStore store, SecondStep second, PeopleSettings settings,
    AutomatDb db, TimeProvider clock)
{
    private const string Address = AccountPages.Address + "/authenticator";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).RequirePermission(Permission.OwnSignIn).ExcludeFromDescription();
        pages.MapGet("", (HttpContext context, AuthenticatorPages setUp) => setUp.ShowAsync(context));
        pages.MapForm("", (HttpContext context, AuthenticatorPages setUp, CancellationToken ct) => setUp.ConfirmAsync(context, ct))
            .RequireRateLimiting(RateLimits.SignIn);
        pages.MapForm("/postpone", (HttpContext context, AuthenticatorPages setUp, CancellationToken ct) => setUp.PostponeAsync(context, ct));
        pages.MapForm("/off", (HttpContext context, AuthenticatorPages setUp, CancellationToken ct) => setUp.SwitchOffAsync(context, ct))
            .RequireFreshProof(AccountPages.Address);
        pages.MapForm("/recovery-codes", (HttpContext context, AuthenticatorPages setUp, CancellationToken ct) => setUp.NewCodesAsync(context, ct))
            .RequireFreshProof(AccountPages.Address);
    }

    private async Task<IResult> ShowAsync(HttpContext context)
    {
        var person = await account.OfAsync(context.User);
        return person.TwoFactorEnabled ? context.SeeOther(AccountPages.Address) : Pages.Show<AuthenticatorPage>(await ViewAsync(context, person));
    }

    private async Task<IResult> ConfirmAsync(HttpContext context, CancellationToken ct)
    {
        var person = await account.OfAsync(context.User);
        if (person.TwoFactorEnabled) return context.SeeOther(AccountPages.Address);
        var form = await context.Request.ReadFormAsync(ct);
        if (!await second.CheckAppAsync(person, form["code"]))
        {
            return Pages.Show<AuthenticatorPage>(
                await ViewAsync(context, person) with { Error = "Code.Wrong" }, StatusCodes.Status422UnprocessableEntity);
        }

        account.Note(context.User, "person.second_step_on");
        var codes = await second.NewCodesAsync(person, ct);
        await people.SetTwoFactorEnabledAsync(person, enabled: true); // saves all of it, and changes the stamp
        await account.StayAsync(context, person, ct);
        await ReauthenticationPages.ProvedAsync(db, Sessions.Of(context.User)!.Value, clock.GetUtcNow(), ct);
        return Pages.Show<RecoveryCodesPage>(new RecoveryCodesView(codes));
    }

    private async Task<IResult> PostponeAsync(HttpContext context, CancellationToken ct)
    {
        var person = await account.OfAsync(context.User);
        if (!settings.MayPostpone(person))
            throw new RuleException("second_step_mandatory", "Your role needs a second step; it cannot be put off.");
        await db.Set<Session>().Where(s => s.Id == Sessions.Of(context.User)!.Value)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.Postponed, true), ct);
        return context.SeeOther(SignInPages.Home);
    }

    private async Task<IResult> SwitchOffAsync(HttpContext context, CancellationToken ct)
    {
        var person = await account.OfAsync(context.User);
        account.Note(context.User, "person.second_step_off");
        await second.SwitchOffAsync(person, ct);
        await account.StayAsync(context, person, ct);
        // Whoever must have one sets up the next right away.
        return context.SeeOther(OwnAccount.MustHaveSecondStep(context.User) ? Address : $"{AccountPages.Address}?done=app-off");
    }

    private async Task<IResult> NewCodesAsync(HttpContext context, CancellationToken ct)
    {
        var person = await account.OfAsync(context.User);
        if (!person.TwoFactorEnabled) return context.SeeOther(Address);
        account.Note(context.User, "person.recovery_codes_renewed");
        var codes = await second.NewCodesAsync(person, ct);
        await db.SaveChangesAsync(ct);
        return Pages.Show<RecoveryCodesPage>(new RecoveryCodesView(codes));
    }

    private async Task<AuthenticatorView> ViewAsync(HttpContext context, Person person)
    {
        var secret = await people.GetAuthenticatorKeyAsync(person);
        if (secret is null)
        {
            // Not the framework's own reset, which would sign everybody out for a secret nobody has confirmed yet.
            secret = people.GenerateNewAuthenticatorKey();
            await store.SetAuthenticatorKeyAsync(person, secret, context.RequestAborted);
            await people.UpdateAsync(person);
        }

        var must = OwnAccount.MustHaveSecondStep(context.User);
        return new AuthenticatorView(
            string.Join(' ', secret!.Chunk(4).Select(four => new string(four))),
            QrPicture.Of(Totp.AddressOf(secret, person.UserName!), pixels: 6),
            must, must && settings.MayPostpone(person));
    }
}
