using System.Buffers.Text;
using System.Text;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Identity;

namespace Automat.Server.Customers;

/// <summary>
/// Customers' passkeys: added with the password, then used in its place. That an account is locked holds off guessing, and a
/// passkey cannot be guessed: its owner gets in all the same.
/// </summary>
internal sealed class PasskeyPages(
    AutomatDb db, Tenant tenant, PaymentAccount account, IPasskeyHandler<Customer> handler, PasskeyHolders holders, PasskeyOffer offer,
    OwnAccount own, CustomerSessions sessions)
{
    private const string Address = OwnAccount.Address + "/passkeys";
    private const string DoorAddress = "/me/sign-in/passkey";

    public static void Map(IEndpointRouteBuilder routes)
    {
        Own("/options", (pages, context, ct) => pages.OfferAsync(context, ct));
        Own("", (pages, context, ct) => pages.AddAsync(context, ct));
        Own("/remove", (pages, context, ct) => pages.RemoveAsync(context, ct));
        Door("/options", (pages, context, _) => pages.AskAsync(context));
        Door("", (pages, context, ct) => pages.EnterAsync(context, ct));

        void Own(string path, Func<PasskeyPages, HttpContext, CancellationToken, Task<IResult>> work) => routes
            .MapForm(Address + path, (HttpContext context, PasskeyPages pages, CancellationToken ct) => work(pages, context, ct))
            .ForCustomers().RequireRateLimiting(RateLimits.SignIn).ExcludeFromDescription();
        void Door(string path, Func<PasskeyPages, HttpContext, CancellationToken, Task<IResult>> work) => routes
            .MapForm(DoorAddress + path, (HttpContext context, PasskeyPages pages, CancellationToken ct) => work(pages, context, ct))
            .IsPublic("customers sign in").RequireRateLimiting(RateLimits.SignIn).ExcludeFromDescription();
    }

    private async Task<IResult> OfferAsync(HttpContext context, CancellationToken ct)
    {
        var customer = await own.FindAsync(context, ct);
        var made = await handler.MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = customer.Id.ToString(), Name = customer.Email, DisplayName = customer.Name }, context);
        return Asked(context, made.CreationOptionsJson, made.AttestationState);
    }

    private async Task<IResult> AddAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var state = offer.Take(context);
        if (await own.ProvedAsync(context, form["password"], ct) is not { } customer)
            return await RefusedAsync("Account.PasswordWrong");
        if ((await holders.GetPasskeysAsync(customer, ct)).Count >= CustomerPasskey.Most) return await RefusedAsync("Passkeys.Full");
        var made = await handler.PerformAttestationAsync(
            new PasskeyAttestationContext { HttpContext = context, CredentialJson = form["credential"].ToString(), AttestationState = state });
        if (!made.Succeeded || made.UserEntity?.Id != customer.Id.ToString() || !made.Passkey.IsUserVerified)
            return await RefusedAsync("Passkeys.Failed");
        made.Passkey.Name = form["name"].ToString().Trim() is { Length: > 0 and <= CustomerPasskey.LongestName } name ? name : "Passkey";
        await holders.AddOrUpdatePasskeyAsync(customer, made.Passkey, ct);
        db.Note(customer.OrganizationId, "customer.passkey_added", "customer", customer.Id.ToString());
        await db.SaveChangesAsync(ct);
        return context.SeeOther($"{OwnAccount.Address}?done=passkey");

        async Task<IResult> RefusedAsync(string why) =>
            OwnAccount.Refused(await own.ViewAsync(context, ct) with { PasskeyWrong = why });
    }

    private async Task<IResult> RemoveAsync(HttpContext context, CancellationToken ct)
    {
        var typed = (await context.Request.ReadFormAsync(ct))["passkey"].ToString();
        var customer = await own.FindAsync(context, ct);
        if (typed.Length > 1_400 || !Base64Url.IsValid(typed)) return context.SeeOther(OwnAccount.Address);
        await holders.RemovePasskeyAsync(customer, Base64Url.DecodeFromChars(typed), ct);
        db.Note(customer.OrganizationId, "customer.passkey_removed", "customer", customer.Id.ToString());
        await db.SaveChangesAsync(ct);
        return context.SeeOther($"{OwnAccount.Address}?done=passkey-gone");
    }

    private async Task<IResult> AskAsync(HttpContext context)
    {
        // For no one in particular: the answer must not tell who has a passkey.
        var asked = await handler.MakeRequestOptionsAsync(null, context);
        return Asked(context, asked.RequestOptionsJson, asked.AssertionState);
    }

    private async Task<IResult> EnterAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var returnUrl = LocalAddress.Or(form["return_url"], SessionPages.Home);
        tenant.Enter(account.Organization);
        var shown = await handler.PerformAssertionAsync(new PasskeyAssertionContext
        {
            HttpContext = context,
            CredentialJson = form["credential"].ToString(),
            AssertionState = offer.Take(context),
        });
        if (!shown.Succeeded || !shown.Passkey.IsUserVerified)
        {
            return Pages.Show<CustomerSignInPage>(
                new CustomerSignInView(returnUrl, "") { Error = "SignIn.PasskeyWrong" }, StatusCodes.Status422UnprocessableEntity);
        }

        await sessions.EndAsync(context, ct); // of whoever was signed in here before
        sessions.Begin(context, shown.User);
        await holders.AddOrUpdatePasskeyAsync(shown.User, shown.Passkey, ct); // its counter moved on
        db.Note(shown.User.OrganizationId, "customer.signed_in", "customer", shown.User.Id.ToString());
        await db.SaveChangesAsync(ct);
        return context.SeeOther(returnUrl);
    }

    private IResult Asked(HttpContext context, string options, string? state)
    {
        if (state is not null) offer.Keep(context, state);
        return Results.Text(options, "application/json", Encoding.UTF8);
    }
}
