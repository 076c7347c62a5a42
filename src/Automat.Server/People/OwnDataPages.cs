using Automat.Domain;
using Automat.Server.Privacy;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Automat.Server.People;

/// <summary>What is kept about oneself: take it along, or have it erased.</summary>
internal static class OwnDataPages
{
    private const string Address = "/account/data";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).RequirePermission(Permission.OwnAccount).ExcludeFromDescription();
        pages.MapGet("", () => Pages.Show<OwnDataPage>(new OwnDataView()));
        pages.MapForm("/export", ExportAsync).RequireFreshProof(Address);
        pages.MapForm("/erase", EraseAsync).RequireFreshProof(Address);
    }

    private static async Task<IResult> ExportAsync(
        HttpContext context, OwnAccount account, PersonalData data, CancellationToken ct)
    {
        var person = await account.OfAsync(context.User);
        context.Response.Headers.CacheControl = "no-cache, no-store";
        return Results.File(
            await data.ExportAsync(new DataSubject(person.Id, person.Email, Within: null), ct), "application/json", "my-data.json");
    }

    private static async Task<IResult> EraseAsync(
        HttpContext context, OwnAccount account, EraseAccount erase, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var person = await account.OfAsync(context.User);
        // Typed, not clicked: this cannot be taken back.
        if (!string.Equals(form["name"].ToString().Trim(), person.UserName, StringComparison.OrdinalIgnoreCase))
            return Pages.Show<OwnDataPage>(new OwnDataView("OwnData.NameWrong"), StatusCodes.Status422UnprocessableEntity);
        try
        {
            await erase.RunAsync(person.Id, ct);
        }
        catch (RuleException rule) when (rule.Code == "last_admin")
        {
            return Pages.Show<OwnDataPage>(new OwnDataView("OwnData.LastAdmin"), StatusCodes.Status422UnprocessableEntity);
        }

        await context.SignOutAsync(IdentityConstants.ApplicationScheme);
        return context.SeeOther("/sign-in?done=erased");
    }
}
