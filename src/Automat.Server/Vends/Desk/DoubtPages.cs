using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends.Desk;

/// <summary>Sales nobody knows the end of: what speaks for which, and the forms to say it.</summary>
internal sealed class DoubtPages(AutomatDb db, ResolveVend resolve)
{
    public const string Address = "/panel/doubts";

    private const int Most = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", async (string? done, HttpContext context, DoubtPages doubts, CancellationToken ct) =>
            Pages.Show<DoubtsPage>(await doubts.ViewAsync(context, ct) with { Done = DoneText(done) })).RequirePermission(Permission.SalesRead);
        pages.MapForm("/resolution", (HttpContext context, DoubtPages doubts, CancellationToken ct) => doubts.ResolveAsync(context, ct))
            .RequirePermission(Permission.SalesWrite);
    }

    private async Task<IResult> ResolveAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var id = Guid.TryParse(form["id"], out var given) ? given : Guid.Empty;
        try
        {
            await resolve.RunAsync(context.User, id, new ResolveVendRequest(form["outcome"], form["reason"]), ct);
            return context.SeeOther($"{Address}?done={(form["outcome"] == "delivered" ? "delivered" : "not_delivered")}");
        }
        catch (FieldsException)
        {
            return Pages.Show<DoubtsPage>(
                await ViewAsync(context, ct) with { Wrong = id, Error = "Refused.Reason" }, StatusCodes.Status422UnprocessableEntity);
        }
        catch (RuleException refused) when (refused.Code is "vend_status" or "vend_unknown")
        {
            return Pages.Show<DoubtsPage>(await ViewAsync(context, ct) with { Error = "Refused.Settled" }, StatusCodes.Status409Conflict);
        }
    }

    private async Task<DoubtsView> ViewAsync(HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var organization = context.User.OrganizationOf();
        var vends = await db.Set<Vend>().AsNoTracking()
            .Where(v => v.Organization == organization && v.Status == VendStatus.Unknown)
            .OrderBy(v => v.Deadline).ThenBy(v => v.Id).Take(Most + 1).ToListAsync(ct);
        List<Vend> shown = [.. vends.Take(Most)];
        var ids = shown.ConvertAll(v => v.Machine);
        var machines = await db.Set<Machine>().AsNoTracking().Where(m => ids.Contains(m.Id)).ToDictionaryAsync(m => m.Id, ct);
        var names = machines.ToDictionary(m => m.Key, m => m.Value.Name);
        return new DoubtsView(
            [.. shown.Select(v => new DoubtRow(
                SaleRow.Of(v, names), v.StartedAt, v.Deadline, PolicyText(machines.GetValueOrDefault(v.Machine)?.SilencePolicy), v.Reason))],
            vends.Count > Most)
        {
            MayResolve = context.User.Allows(Permission.SalesWrite),
        };
    }

    private static string PolicyText(SilencePolicy? policy) =>
        policy is SilencePolicy.AssumeDelivered ? "Doubts.ThenDelivered" : "Doubts.ThenBack";

    private static string? DoneText(string? done) => done switch
    {
        "delivered" => "Done.Delivered",
        "not_delivered" => "Done.NotDelivered",
        _ => null,
    };
}
