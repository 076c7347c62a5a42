using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Storefront;

namespace Automat.Server.Customers;

/// <summary>Customers sign in with address and password, and out again.</summary>
internal sealed class SessionPages(CheckPassword passwords, CustomerSessions sessions, CurrentCustomer current, Actor actor, AutomatDb db)
{
    public const string Home = "/me";

    private const string Address = "/me/sign-in";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, async (string? return_url, string? done, HttpContext context, CurrentCustomer current, CancellationToken ct) =>
                await current.FindAsync(context, ct) is null
                    ? Pages.Show<CustomerSignInPage>(new CustomerSignInView(LocalAddress.Or(return_url, Home), "")
                    {
                        Done = done is "erased" ? "SignIn.Erased" : null,
                    })
                    : context.SeeOther(LocalAddress.Or(return_url, Home)))
            .IsPublic("customers sign in").ExcludeFromDescription();
        routes.MapForm(Address, (HttpContext context, SessionPages pages, CancellationToken ct) => pages.EnterAsync(context, ct))
            .IsPublic("customers sign in").RequireRateLimiting(RateLimits.SignIn).ExcludeFromDescription();
        routes.MapForm("/me/sign-out", (HttpContext context, SessionPages pages, CancellationToken ct) => pages.LeaveAsync(context, ct))
            .IsPublic("ends nothing but the caller's own session").ExcludeFromDescription();
    }

    private async Task<IResult> EnterAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var view = new CustomerSignInView(LocalAddress.Or(form["return_url"], Home), form["email"].ToString());
        Customer? customer;
        try
        {
            customer = await passwords.RunAsync(view.Email, form["password"], ct);
        }
        catch (RuleException rule) when (rule.Code == "too_many_requests")
        {
            context.Response.Headers.RetryAfter = "10";
            return Pages.Show<CustomerSignInPage>(view with { Error = "SignIn.TooMany" }, StatusCodes.Status429TooManyRequests);
        }

        if (customer is null)
            return Pages.Show<CustomerSignInPage>(view with { Error = "SignIn.Wrong" }, StatusCodes.Status422UnprocessableEntity);
        await sessions.EndAsync(context, ct); // of whoever was signed in here before
        sessions.Begin(context, customer);
        db.Note(customer.OrganizationId, "customer.signed_in", "customer", customer.Id.ToString());
        await db.SaveChangesAsync(ct);
        return context.SeeOther(view.ReturnUrl);
    }

    private async Task<IResult> LeaveAsync(HttpContext context, CancellationToken ct)
    {
        if (await current.FindAsync(context, ct) is { } customer)
        {
            actor.Is(ActorKind.Customer, customer.Id.ToString());
            await sessions.EndAsync(context, ct);
        }

        return context.SeeOther(Address);
    }
}
