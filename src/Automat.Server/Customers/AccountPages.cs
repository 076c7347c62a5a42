using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.People;
using Automat.Server.Platform;
using Automat.Server.Privacy;
using Automat.Server.Storefront;

namespace Automat.Server.Customers;

/// <summary>A customer's own account: name, mails, password, and what is kept about them, to take along or to have erased.</summary>
internal sealed class AccountPages(
    AutomatDb db, OwnAccount own, CustomerSessions sessions, PersonalData data, IEnumerable<ICustomerLeaves> leaving)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(SessionPages.Home, (HttpContext context) => context.SeeOther("/me/orders")).ForCustomers().ExcludeFromDescription();
        routes.MapGet(OwnAccount.Address, (string? done, HttpContext context, AccountPages pages, CancellationToken ct) =>
            pages.ShowAsync(done, context, ct)).ForCustomers().ExcludeFromDescription();
        Form("", RateLimits.Buying, (pages, context, ct) => pages.SaveAsync(context, ct));
        Form("/password", RateLimits.SignIn, (pages, context, ct) => pages.ChangePasswordAsync(context, ct));
        Form("/export", RateLimits.SignIn, (pages, context, ct) => pages.ExportAsync(context, ct));
        Form("/erase", RateLimits.SignIn, (pages, context, ct) => pages.EraseAsync(context, ct));

        void Form(string path, string limit, Func<AccountPages, HttpContext, CancellationToken, Task<IResult>> work) => routes
            .MapForm(OwnAccount.Address + path, (HttpContext context, AccountPages pages, CancellationToken ct) => work(pages, context, ct))
            .ForCustomers().RequireRateLimiting(limit).ExcludeFromDescription();
    }

    private async Task<IResult> ShowAsync(string? done, HttpContext context, CancellationToken ct) =>
        Pages.Show<CustomerAccountPage>(await own.ViewAsync(context, ct) with { Done = DoneText(done) });

    private async Task<IResult> SaveAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var (customer, name) = (await own.FindAsync(context, ct), form["name"].ToString().Trim());
        if (name.Length is 0 or > Customer.LongestName)
            return OwnAccount.Refused(await own.ViewAsync(context, ct) with { NameWrong = "Account.NameWrong", Name = name });
        customer.Name = name;
        customer.MailsReady = form["mails_ready"] == "true";
        customer.MailsCollected = form["mails_collected"] == "true";
        db.Note(customer.OrganizationId, "customer.changed", "customer", customer.Id.ToString());
        await db.SaveChangesAsync(ct);
        return context.SeeOther($"{OwnAccount.Address}?done=saved");
    }

    private async Task<IResult> ChangePasswordAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var wanted = form["new"].ToString();
        if (await own.ProvedAsync(context, form["current"], ct) is not { } customer)
            return OwnAccount.Refused(await own.ViewAsync(context, ct) with { PasswordWrong = "Account.PasswordWrong" });
        var faults = PasswordRules.Faults(wanted, customer.Name, customer.Email);
        if (faults.Count > 0) return OwnAccount.Refused(await own.ViewAsync(context, ct) with { Faults = faults });
        customer.PasswordHash = PasswordHashes.Of(wanted);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await sessions.EndAllAsync(customer.Id, ct);
        sessions.Begin(context, customer);
        db.Note(customer.OrganizationId, "customer.password_changed", "customer", customer.Id.ToString());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return context.SeeOther($"{OwnAccount.Address}?done=password");
    }

    private async Task<IResult> ExportAsync(HttpContext context, CancellationToken ct)
    {
        var customer = context.Customer();
        db.Note(customer.Organization, "customer.exported", "customer", customer.Id.ToString());
        await db.SaveChangesAsync(ct);
        return Results.File(await data.ExportAsync(SubjectOf(customer), ct), "application/json", "my-data.json");
    }

    private async Task<IResult> EraseAsync(HttpContext context, CancellationToken ct)
    {
        var (form, customer) = (await context.Request.ReadFormAsync(ct), context.Customer());
        // The password, not a click: this cannot be taken back.
        if (await own.ProvedAsync(context, form["password"], ct) is null)
            return OwnAccount.Refused(await own.ViewAsync(context, ct) with { EraseWrong = "Account.PasswordWrong" });
        // Noted first: an erasure that was interrupted is asked for again, one that nobody knows of is not.
        db.Note(customer.Organization, "customer.erased", "customer", customer.Id.ToString());
        await db.SaveChangesAsync(ct);
        foreach (var module in leaving) await module.LeavesAsync(customer.Organization, customer.Id, ct);
        await data.EraseAsync(SubjectOf(customer), ct);
        CustomerCookie.Key.Drop(context);
        return context.SeeOther("/me/sign-in?done=erased");
    }

    private static DataSubject SubjectOf(SignedInCustomer customer) => new(customer.Id.Value, customer.Email, customer.Organization);

    private static string? DoneText(string? done) => done switch
    {
        "registered" => "Done.Registered",
        "saved" => "Done.Saved",
        "password" => "Done.Password",
        "email-sent" => "Done.EmailSent",
        "email" => "Done.Email",
        "passkey" => "Done.Passkey",
        "passkey-gone" => "Done.PasskeyGone",
        _ => null,
    };
}
