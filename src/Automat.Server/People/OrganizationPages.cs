using Automat.Server.Platform;
using Automat.Server.Storefront;

namespace Automat.Server.People;

/// <summary>Organisations as a page of the platform's administrators.</summary>
internal static class OrganizationPages
{
    public const string Address = "/panel/organizations";

    private static readonly Dictionary<string, string> Faults = new(StringComparer.Ordinal)
    {
        ["name"] = "Organizations.NameInvalid",
        ["currency"] = "Organizations.CurrencyInvalid",
        ["administrator_email"] = "Join.EmailInvalid",
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).RequirePermission(Permission.PlatformWrite).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, string? done, Organizations all, CancellationToken ct) =>
            await ShowAsync(context, all, new AddOrganizationRequest("", "EUR", ""), [], ct, done == "added" ? "Organizations.AddedDone" : null));
        pages.MapForm("", AddAsync).RequireFreshProof(Address);
    }

    private static async Task<IResult> AddAsync(HttpContext context, Organizations all, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var typed = new AddOrganizationRequest(form["name"].ToString(), form["currency"].ToString(), form["administrator_email"].ToString());
        try
        {
            await all.AddAsync(context.User, typed, ct);
            return context.SeeOther($"{Address}?done=added");
        }
        catch (FieldsException wrong)
        {
            return await ShowAsync(context, all, typed, wrong.Errors.Keys.ToDictionary(f => f, f => Faults[f]), ct);
        }
        catch (Domain.RuleException taken) when (taken.Code == "organization_name_taken")
        {
            return await ShowAsync(context, all, typed, new() { ["name"] = "Organizations.NameTaken" }, ct);
        }
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, Organizations all, AddOrganizationRequest typed, Dictionary<string, string> wrong, CancellationToken ct,
        string? done = null) => Pages.Show<OrganizationsPage>(
            new OrganizationsView(await all.ListAsync(context.User, ct), typed, wrong, done),
            wrong.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
}
