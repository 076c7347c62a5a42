using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.People;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Customers;

/// <summary>
/// Where a mailed link leads: the address is confirmed by it, and its account, which the first link makes, gets a password. All
/// other links to the address and all its sessions end.
/// </summary>
internal sealed class PasswordPages(
    AutomatDb db, Tenant tenant, PaymentAccount account, CustomerSessions sessions, Actor actor, TimeProvider clock)
{
    private const string Address = "/me/password";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (string? token, HttpContext context, PasswordPages pages, CancellationToken ct) => pages.ShowAsync(token, context, ct))
            .IsPublic("the link from a mail opens it").RequireRateLimiting(RateLimits.Guessing).ExcludeFromDescription();
        routes.MapForm(Address, (HttpContext context, PasswordPages pages, CancellationToken ct) => pages.ChooseAsync(context, ct))
            .IsPublic("the link from a mail opens it").RequireRateLimiting(RateLimits.SignIn).ExcludeFromDescription();
    }

    private async Task<IResult> ShowAsync(string? token, HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        if (await FindAsync(token, ct) is not { } link) return Over();
        var isNew = !await db.Set<Customer>().AnyAsync(c => c.Email == link.Email, ct);
        return Pages.Show<PasswordPage>(new PasswordView(token!, link.Email, isNew));
    }

    private async Task<IResult> ChooseAsync(HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var form = await context.Request.ReadFormAsync(ct);
        if (await FindAsync(form["token"], ct) is not { } link) return Over();
        var customer = await db.Set<Customer>().SingleOrDefaultAsync(c => c.Email == link.Email, ct);
        var (name, password) = (customer?.Name ?? form["name"].ToString().Trim(), form["password"].ToString());
        var view = new PasswordView(form["token"].ToString(), link.Email, customer is null)
        {
            Name = name,
            NameWrong = name.Length is 0 or > Customer.LongestName,
            Faults = PasswordRules.Faults(password, name, link.Email),
        };
        if (view.NameWrong || view.Faults.Count > 0) return Pages.Show<PasswordPage>(view, StatusCodes.Status422UnprocessableEntity);

        actor.Is(ActorKind.System, "sign-in"); // until the session says who it is
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Sent twice, it is used once.
        if (await db.Set<CustomerLink>().Where(l => l.Id == link.Id).ExecuteDeleteAsync(ct) == 0) return Over();
        await db.Set<CustomerLink>().Where(l => l.Email == link.Email).ExecuteDeleteAsync(ct);
        if (customer is null) db.Add(customer = NewCustomer(link, name, password));
        else customer.PasswordHash = PasswordHashes.Of(password);
        await sessions.EndAllAsync(customer.Id, ct);
        sessions.Begin(context, customer);
        db.Note(account.Organization, view.IsNew ? "customer.registered" : "customer.password_reset", "customer", customer.Id.ToString());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return context.SeeOther(view.IsNew ? "/me/account?done=registered" : "/me/account?done=password");
    }

    private async Task<CustomerLink?> FindAsync(string? token, CancellationToken ct)
    {
        if (token is not { Length: > 0 and <= 100 }) return null;
        tenant.Enter(account.Organization);
        var (hash, now) = (Secrets.HashOf(token), clock.GetUtcNow());
        return await db.Set<CustomerLink>().AsNoTracking().SingleOrDefaultAsync(l => l.Hash == hash && l.ExpiresAt > now, ct);
    }

    private Customer NewCustomer(CustomerLink link, string name, string password) => new()
    {
        Id = Id<Customer>.New(clock.GetUtcNow()),
        OrganizationId = account.Organization,
        Email = link.Email,
        Name = name,
        PasswordHash = PasswordHashes.Of(password),
        CreatedAt = clock.GetUtcNow(),
    };

    private static RazorComponentResult<PasswordPage> Over() =>
        Pages.Show<PasswordPage>(new PasswordView("", "", IsNew: false) { IsOver = true }, StatusCodes.Status410Gone);
}
