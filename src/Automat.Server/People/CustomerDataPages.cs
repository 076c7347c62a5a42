using System.Net.Mail;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Automat.Server.People;

/// <summary>
/// A customer without an account asks what is kept about them, or wants it erased: staff look it up by the address. Only the
/// organisation's own records are told or erased. The audit says that it was done, not for whom.
/// </summary>
internal static class CustomerDataPages
{
    public const string Address = "/panel/customer-data";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).RequirePermission(Permission.PeopleWrite).ExcludeFromDescription();
        pages.MapGet("", (string? done) => Pages.Show<CustomerDataPage>(
            new CustomerDataView("", Done: done is "erased" ? "CustomerData.Erased" : null)));
        pages.MapForm("/export", ExportAsync).RequireFreshProof(Address);
        pages.MapForm("/erase", EraseAsync).RequireFreshProof(Address);
    }

    private static async Task<IResult> ExportAsync(
        HttpContext context, PersonalData data, AutomatDb db, CancellationToken ct)
    {
        if (await ReadAsync(context, ct) is not { } email) return Wrong(context, "Join.EmailInvalid");
        var organization = context.User.OrganizationOf();
        var document = await data.ExportAsync(new DataSubject(Person: null, email, organization), ct);
        db.Note(organization, "customer.exported", "customer", "by address");
        await db.SaveChangesAsync(ct);
        context.Response.Headers.CacheControl = "no-cache, no-store";
        return Results.File(document, "application/json", "customer-data.json");
    }

    private static async Task<IResult> EraseAsync(
        HttpContext context, PersonalData data, AutomatDb db, CancellationToken ct)
    {
        if (await ReadAsync(context, ct) is not { } email) return Wrong(context, "Join.EmailInvalid");
        var form = await context.Request.ReadFormAsync(ct);
        if (!string.Equals(form["again"].ToString().Trim(), email, StringComparison.OrdinalIgnoreCase))
            return Wrong(context, "CustomerData.AgainWrong");
        var organization = context.User.OrganizationOf();
        // Noted first: an erasure that was interrupted is asked for again, one that nobody knows of is not.
        db.Note(organization, "customer.erased", "customer", "by address");
        await db.SaveChangesAsync(ct);
        await data.EraseAsync(new DataSubject(Person: null, email, organization), ct);
        return context.SeeOther($"{Address}?done=erased");
    }

    private static async Task<string?> ReadAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var email = form["email"].ToString().Trim();
        return email.Length is > 0 and <= 256 && MailAddress.TryCreate(email, out var parsed) && parsed.Address == email ? email : null;
    }

    private static RazorComponentResult<CustomerDataPage> Wrong(HttpContext context, string error) => Pages.Show<CustomerDataPage>(
        new CustomerDataView(context.Request.Form["email"].ToString(), error), StatusCodes.Status422UnprocessableEntity);
}
