using System.Buffers.Text;
using System.Text;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Automat.Server.People;

/// <summary>
/// Passkeys, as the framework checks them: added to the own account, then used in place of password and second step,
/// because they prove both what one has and who one is.
/// </summary>
internal sealed class PasskeyEndpoints(
    OwnAccount account, UserManager<Person> people, SignInManager<Person> passkeys, SignInPages signIn, AutomatDb db)
{
    private const int Most = 20;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var own = routes.MapGroup(AccountPages.Address + "/passkeys").RequirePermission(Permission.OwnAccount).ExcludeFromDescription();
        own.MapForm("/options", (HttpContext context, PasskeyEndpoints endpoints) => endpoints.OfferAsync(context));
        own.MapForm("", (HttpContext context, PasskeyEndpoints endpoints, CancellationToken ct) => endpoints.AddAsync(context, ct))
            .RequireFreshProof(AccountPages.Address);
        own.MapForm("/remove", (HttpContext context, PasskeyEndpoints endpoints, CancellationToken ct) => endpoints.RemoveAsync(context, ct))
            .RequireFreshProof(AccountPages.Address);
        var guests = routes.MapGroup("/sign-in/passkey").IsPublic("signing in").RequireRateLimiting(RateLimits.SignIn)
            .ExcludeFromDescription();
        guests.MapForm("/options", async (PasskeyEndpoints endpoints) =>
            Results.Text(await endpoints.AskAsync(), "application/json"));
        guests.MapForm("", (HttpContext context, PasskeyEndpoints endpoints, CancellationToken ct) => endpoints.EnterAsync(context, ct));
    }

    private Task<string> AskAsync() => passkeys.MakePasskeyRequestOptionsAsync(null);

    private async Task<IResult> OfferAsync(HttpContext context)
    {
        var person = await account.OfAsync(context.User);
        var options = await passkeys.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity
        {
            Id = person.Id.ToString(),
            Name = person.UserName!,
            DisplayName = person.FullName,
        });
        return Results.Text(options, "application/json", Encoding.UTF8);
    }

    private async Task<IResult> AddAsync(HttpContext context, CancellationToken ct)
    {
        var person = await account.OfAsync(context.User);
        var form = await context.Request.ReadFormAsync(ct);
        if ((await people.GetPasskeysAsync(person)).Count >= Most)
            throw new RuleException("passkeys_full", $"More than {Most} passkeys are not kept. Remove one first.");
        var made = await AttestAsync(form["credential"].ToString());
        if (!made.Succeeded || made.UserEntity?.Id != person.Id.ToString())
            throw new RuleException("passkey_invalid", "The passkey could not be checked. Try again.");
        made.Passkey.Name = form["name"].ToString().Trim() is { Length: > 0 and <= 100 } name ? name : "Passkey";
        account.Note(context.User, "person.passkey_added");
        await people.AddOrUpdatePasskeyAsync(person, made.Passkey);
        return context.SeeOther($"{AccountPages.Address}?done=passkey");
    }

    private async Task<IResult> RemoveAsync(HttpContext context, CancellationToken ct)
    {
        var person = await account.OfAsync(context.User);
        var form = await context.Request.ReadFormAsync(ct);
        if (!Base64Url.IsValid(form["passkey"].ToString())) throw new RuleException("passkey_unknown", "You have no such passkey.");
        account.Note(context.User, "person.passkey_removed");
        await people.RemovePasskeyAsync(person, Base64Url.DecodeFromChars(form["passkey"].ToString()));
        await db.SaveChangesAsync(ct);
        return context.SeeOther($"{AccountPages.Address}?done=passkey-gone");
    }

    private async Task<IResult> EnterAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var returnUrl = LocalAddress.Or(form["return_url"], SignInPages.Home);
        var shown = await AssertAsync(form["credential"].ToString());
        if (!shown.Succeeded || await people.IsLockedOutAsync(shown.User) || !shown.Passkey.IsUserVerified)
        {
            return Pages.Show<SignInPage>(
                new SignInView(returnUrl, Error: "SignIn.PasskeyWrong"), StatusCodes.Status422UnprocessableEntity);
        }

        await people.AddOrUpdatePasskeyAsync(shown.User, shown.Passkey); // its counter moved on
        await context.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
        return await signIn.EnterAsync(context, shown.User, worksFor: null, returnUrl, ct);
    }

    // What a browser sends may be anything; the framework throws where there was no offer before.
    private async Task<PasskeyAttestationResult> AttestAsync(string credential)
    {
        try
        {
            return await passkeys.PerformPasskeyAttestationAsync(credential);
        }
        catch (InvalidOperationException none)
        {
            return PasskeyAttestationResult.Fail(new PasskeyException(none.Message));
        }
    }

    private async Task<PasskeyAssertionResult<Person>> AssertAsync(string credential)
    {
        try
        {
            return await passkeys.PerformPasskeyAssertionAsync(credential);
        }
        catch (InvalidOperationException none)
        {
            return PasskeyAssertionResult.Fail<Person>(new PasskeyException(none.Message));
        }
    }
}
