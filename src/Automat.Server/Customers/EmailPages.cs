using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Notifications.Mail;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Automat.Server.Customers;

/// <summary>
/// A customer's account moves to another address: asked for with the password, done by the link that was mailed to the new one.
/// The former address is told, and links that were on their way to it no longer work.
/// </summary>
internal sealed class EmailPages(
    AutomatDb db, Tenant tenant, PaymentAccount account, OwnAccount own, SendLink send, MailOutbox mails, Actor actor,
    IStringLocalizer<Texts> texts, PublicAddress address, IServer server, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapForm(OwnAccount.Address + "/email", (HttpContext context, EmailPages pages, CancellationToken ct) => pages.AskAsync(context, ct))
            .ForCustomers().RequireRateLimiting(RateLimits.SignIn).ExcludeFromDescription();
        routes.MapGet(CustomerLink.MoveAddress, (string? token, HttpContext context, EmailPages pages, CancellationToken ct) => pages.ShowAsync(token, context, ct))
            .IsPublic("the link from a mail opens it").RequireRateLimiting(RateLimits.Guessing).ExcludeFromDescription();
        routes.MapForm(CustomerLink.MoveAddress, (HttpContext context, EmailPages pages, CancellationToken ct) => pages.MoveAsync(context, ct))
            .IsPublic("the link from a mail opens it").RequireRateLimiting(RateLimits.SignIn).ExcludeFromDescription();
    }

    private async Task<IResult> AskAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var (typed, view) = (form["email"].ToString(), await own.ViewAsync(context, ct) with { NewEmail = form["email"].ToString() });
        var wanted = Addresses.Compared(typed);
        if (!Addresses.AreRight(wanted) || wanted == view.Email) return OwnAccount.Refused(view with { EmailWrong = "Link.EmailWrong" });
        if (await own.ProvedAsync(context, form["password"], ct) is not { } customer)
            return OwnAccount.Refused(view with { EmailPasswordWrong = "Account.PasswordWrong" });
        try
        {
            await send.ToNewAddressAsync(customer, wanted, ct);
        }
        catch (RuleException rule) when (rule.Code == "too_many_requests")
        {
            return OwnAccount.Refused(view with { EmailWrong = "SignIn.TooMany" });
        }

        return context.SeeOther($"{OwnAccount.Address}?done=email-sent");
    }

    private async Task<IResult> ShowAsync(string? token, HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        return await FindAsync(token, ct) is { } link ? Pages.Show<EmailPage>(new EmailView(token!, link.Email)) : Over();
    }

    private async Task<IResult> MoveAsync(HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var form = await context.Request.ReadFormAsync(ct);
        if (await FindAsync(form["token"], ct) is not { CustomerId: { } id } link) return Over();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Sent twice, it is used once.
        if (await db.Set<CustomerLink>().Where(l => l.Id == link.Id).ExecuteDeleteAsync(ct) == 0) return Over();
        var customer = await db.Set<Customer>().SingleAsync(c => c.Id == id, ct);
        var former = customer.Email;
        await db.Set<CustomerLink>().Where(l => l.CustomerId == id || l.Email == former || l.Email == link.Email).ExecuteDeleteAsync(ct);
        actor.Is(ActorKind.Customer, id.ToString());
        customer.Email = link.Email;
        db.Note(customer.OrganizationId, "customer.email_changed", "customer", id.ToString());
        mails.Add(customer.OrganizationId, former, new MailText(
            texts["Mail.MovedSubject"], [texts["Mail.MovedText"], texts["Mail.MovedNotYou"]], texts["Mail.MovedLink"],
            $"{address.ForMails(server)}/report"));
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException taken) when (taken.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Over(); // the address has joined with an account of its own meanwhile
        }

        await db.Database.ExecuteSqlAsync($"select customer_moved({id.Value}, {former}, {link.Email})", ct);
        await transaction.CommitAsync(ct);
        return context.SeeOther($"{OwnAccount.Address}?done=email");
    }

    private async Task<CustomerLink?> FindAsync(string? token, CancellationToken ct)
    {
        if (token is not { Length: > 0 and <= 100 }) return null;
        tenant.Enter(account.Organization);
        var (hash, now) = (People.Secrets.HashOf(token), clock.GetUtcNow());
        return await db.Set<CustomerLink>().AsNoTracking()
            .SingleOrDefaultAsync(l => l.Hash == hash && l.ExpiresAt > now && l.CustomerId != null, ct);
    }

    private static RazorComponentResult<EmailPage> Over() =>
        Pages.Show<EmailPage>(new EmailView("", "") { IsOver = true }, StatusCodes.Status410Gone);
}
