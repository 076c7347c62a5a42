using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Customers;

/// <summary>The account of whoever is signed in as a customer: found, shown, and proved to be theirs.</summary>
internal sealed class OwnAccount(AutomatDb db, CheckPassword passwords)
{
    public const string Address = "/me/account";

    public static RazorComponentResult<CustomerAccountPage> Refused(CustomerAccountView view) =>
        Pages.Show<CustomerAccountPage>(view, StatusCodes.Status422UnprocessableEntity);

    public Task<Customer> FindAsync(HttpContext context, CancellationToken ct)
    {
        var id = context.Customer().Id;
        return db.Set<Customer>().SingleAsync(c => c.Id == id, ct);
    }

    public async Task<CustomerAccountView> ViewAsync(HttpContext context, CancellationToken ct)
    {
        var customer = await FindAsync(context, ct);
        var passkeys = await db.Set<CustomerPasskey>().AsNoTracking().Where(p => p.CustomerId == customer.Id).OrderBy(p => p.CreatedAt)
            .Take(CustomerPasskey.Most).Select(p => new PasskeyView(p.CredentialId, p.Name, p.CreatedAt)).ToListAsync(ct);
        return new CustomerAccountView(customer.Name, customer.Email, customer.MailsReady, customer.MailsCollected) { Passkeys = passkeys };
    }

    /// <summary>The customer, if the password is theirs; null when it is not, or when it was tried too often.</summary>
    public async Task<Customer?> ProvedAsync(HttpContext context, string? password, CancellationToken ct)
    {
        try
        {
            return await passwords.RunAsync(context.Customer().Email, password, ct);
        }
        catch (RuleException rule) when (rule.Code == "too_many_requests")
        {
            return null;
        }
    }
}
