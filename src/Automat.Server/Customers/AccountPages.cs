using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.People;
using Automat.Server.Platform;
using Automat.Server.Privacy;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Customers;

/// <summary>A customer's own account: name, mails, password, and what is kept about them, to take along or to have erased.</summary>
internal sealed class AccountPages(
    AutomatDb db, CheckPassword passwords, CustomerSessions sessions, PersonalData data, IEnumerable<ICustomerLeaves> leaving)
{
    private const string Address = "/me/account";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(SessionPages.Home, (HttpContext context) => context.SeeOther("/me/orders")).ForCustomers().ExcludeFromDescription();
        routes.MapGet(Address, async (string? done, HttpContext context, AccountPages pages, CancellationToken ct) =>
            Pages.Show<CustomerAccountPage>(ViewOf(await pages.OwnAsync(context, ct)) with { Done = DoneText(done) }))
            .ForCustomers().ExcludeFromDescription();
        Form("", RateLimits.Buying, (pages, context, ct) => pages.SaveAsync(context, ct));
        Form("/password", RateLimits.SignIn, (pages, context, ct) => pages.ChangePasswordAsync(context, ct));
        Form("/export", RateLimits.SignIn, (pages, context, ct) => pages.ExportAsync(context, ct));
        Form("/erase", RateLimits.SignIn, (pages, context, ct) => pages.EraseAsync(context, ct));

        void Form(string path, string limit, Func<AccountPages, HttpContext, CancellationToken, Task<IResult>> work) => routes
            .MapForm(Address + path, (HttpContext context, AccountPages pages, CancellationToken ct) => work(pages, context, ct))
            .ForCustomers().RequireRateLimiting(limit).ExcludeFromDescription();
    }

    private async Task<IResult> SaveAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var (customer, name) = (await OwnAsync(context, ct), form["name"].ToString().Trim());
        if (name.Length is 0 or > Customer.LongestName)
            return Refused(ViewOf(customer) with { NameWrong = "Account.NameWrong", Name = name });
        customer.Name = name;
        customer.MailsReady = form["mails_ready"] == "true";
        customer.MailsCollected = form["mails_collected"] == "true";
        db.Note(customer.OrganizationId, "customer.changed", "customer", customer.Id.ToString());
        await db.SaveChangesAsync(ct);
        return context.SeeOther($"{Address}?done=saved");
    }

    private async Task<IResult> ChangePasswordAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var (own, wanted) = (context.Customer(), form["new"].ToString());
        if (await ProvedAsync(own, form["current"], ct) is not { } customer)
            return Refused(ViewOf(await OwnAsync(context, ct)) with { PasswordWrong = "Account.PasswordWrong" });
        var faults = PasswordRules.Faults(wanted, customer.Name, customer.Email);
        if (faults.Count > 0) return Refused(ViewOf(customer) with { Faults = faults });
        customer.PasswordHash = PasswordHashes.Of(wanted);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await sessions.EndAllAsync(customer.Id, ct);
        sessions.Begin(context, customer);
        db.Note(customer.OrganizationId, "customer.password_changed", "customer", customer.Id.ToString());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return context.SeeOther($"{Address}?done=password");
    }

    private async Task<IResult> ExportAsync(HttpContext context, CancellationToken ct)
    {
        var own = context.Customer();
        db.Note(own.Organization, "customer.exported", "customer", own.Id.ToString());
        await db.SaveChangesAsync(ct);
        return Results.File(await data.ExportAsync(SubjectOf(own), ct), "application/json", "my-data.json");
    }

    private async Task<IResult> EraseAsync(HttpContext context, CancellationToken ct)
    {
        var (form, own) = (await context.Request.ReadFormAsync(ct), context.Customer());
        // The password, not a click: this cannot be taken back.
        if (await ProvedAsync(own, form["password"], ct) is null)
            return Refused(ViewOf(await OwnAsync(context, ct)) with { EraseWrong = "Account.PasswordWrong" });
        // Noted first: an erasure that was interrupted is asked for again, one that nobody knows of is not.
        db.Note(own.Organization, "customer.erased", "customer", own.Id.ToString());
        await db.SaveChangesAsync(ct);
        foreach (var module in leaving) await module.LeavesAsync(own.Organization, own.Id, ct);
        await data.EraseAsync(SubjectOf(own), ct);
        CustomerCookie.Key.Drop(context);
        return context.SeeOther("/me/sign-in?done=erased");
    }

    /// <summary>The customer, if the password is theirs; null when it is not, or when it was tried too often.</summary>
    private async Task<Customer?> ProvedAsync(SignedInCustomer own, string? password, CancellationToken ct)
    {
        try
        {
            return await passwords.RunAsync(own.Email, password, ct);
        }
        catch (RuleException rule) when (rule.Code == "too_many_requests")
        {
            return null;
        }
    }

    private Task<Customer> OwnAsync(HttpContext context, CancellationToken ct)
    {
        var id = context.Customer().Id;
        return db.Set<Customer>().SingleAsync(c => c.Id == id, ct);
    }

    private static DataSubject SubjectOf(SignedInCustomer own) => new(own.Id.Value, own.Email, own.Organization);

    private static CustomerAccountView ViewOf(Customer customer) =>
        new(customer.Name, customer.Email, customer.MailsReady, customer.MailsCollected);

    private static RazorComponentResult<CustomerAccountPage> Refused(CustomerAccountView view) =>
        Pages.Show<CustomerAccountPage>(view, StatusCodes.Status422UnprocessableEntity);

    private static string? DoneText(string? done) => done switch
    {
        "registered" => "Done.Registered",
        "saved" => "Done.Saved",
        "password" => "Done.Password",
        _ => null,
    };
}
