using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Debts;

/// <summary>The page of what customers owe: who tries when, and the way to give a debt up.</summary>
internal sealed class DebtPages(AutomatDb db, DebtDesk desk)
{
    public const string Address = "/panel/debts";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, string? done, DebtPages debts, CancellationToken ct) =>
            await debts.ListAsync(context, done, ct)).RequirePermission(Permission.SalesRead);
        pages.MapForm("/write-off", async (HttpContext context, DebtPages debts, CancellationToken ct) => await debts.GiveUpAsync(context, ct))
            .RequirePermission(Permission.RefundApprove).RequireFreshProof(Address);
    }

    private async Task<IResult> ListAsync(HttpContext context, string? done, CancellationToken ct)
    {
        var view = ListView.From(context.Request, ["at"], "-at");
        if (view.Format == "csv")
        {
            return TableCsv.Result("debts", view, DebtsPage.CsvColumns, Rows(context, view).AsAsyncEnumerable().Select(Row));
        }

        return Pages.Show<DebtsPage>(await ViewAsync(context, view, ct) with { Done = done == "written_off" ? "Done.WrittenOff" : null });
    }

    private async Task<IResult> GiveUpAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var id = Guid.TryParse(form["id"], out var debt) ? debt : Guid.Empty;
        try
        {
            await desk.GiveUpAsync(context.User, id, form["reason"], ct);
            return context.SeeOther($"{Address}?done=written_off");
        }
        catch (FieldsException)
        {
            return await RefusedAsync(context, "Refused.Reason", StatusCodes.Status422UnprocessableEntity, ct);
        }
        catch (RuleException refused) when (refused.Code is "debt_status")
        {
            return await RefusedAsync(context, "Refused.EndedMeanwhile", StatusCodes.Status409Conflict, ct);
        }
    }

    private async Task<IResult> RefusedAsync(HttpContext context, string error, int status, CancellationToken ct)
    {
        var view = ListView.From(context.Request, ["at"], "-at") with { Path = Address };
        return Pages.Show<DebtsPage>(await ViewAsync(context, view, ct) with { Error = error }, status);
    }

    private async Task<DebtsView> ViewAsync(HttpContext context, ListView view, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var owed = await db.Set<Debt>().AsNoTracking().Where(d => d.OrganizationId == organization && d.Status == DebtStatus.Owed)
            .GroupBy(d => d.Currency).Select(g => new { Currency = g.Key, Sum = g.Sum(d => d.Amount), Count = g.Count() }).ToListAsync(ct);
        var page = await Rows(context, view).PageAsync(view, ct);
        return new DebtsView(page.Map(Row), [.. owed.Select(o => new Amount(o.Sum, o.Currency.Code))], owed.Sum(o => o.Count))
        {
            MayGiveUp = context.User.Allows(Permission.RefundApprove),
        };
    }

    /// <summary>Debts of a status, each with its machine; the index on both serves both orders.</summary>
    private IQueryable<Found> Rows(HttpContext context, ListView view)
    {
        var (organization, status) = (context.User.OrganizationOf(), DebtTexts.Read(view["status"]));
        var debts = db.Set<Debt>().AsNoTracking().Where(d => d.OrganizationId == organization && d.Status == status);
        var sorted = view.Descending ? debts.OrderByDescending(d => d.Id) : debts.OrderBy(d => d.Id);
        return from debt in sorted
               join vend in db.Set<Vend>().AsNoTracking() on debt.VendId equals vend.Id
               join machine in db.Set<Machine>().AsNoTracking() on vend.Machine equals machine.Id
               select new Found(debt, machine.Name);
    }

    private static DebtRow Row(Found found) => new(
        found.Debt.Id.ToString(), found.Debt.VendId.ToString(), found.Machine, new Amount(found.Debt.Amount, found.Debt.Currency.Code),
        DebtTexts.Of(found.Debt.Reason), found.Debt.Status, found.Debt.Round, found.Debt.Error, found.Debt.NextAttemptAt,
        found.Debt.CreatedAt, found.Debt.EndedAt);

    private sealed record Found(Debt Debt, string Machine);
}
