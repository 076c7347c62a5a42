using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Payments;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Settlements;

/// <summary>The page of payments that customers' banks ask back. Answering is done at the provider, which has the forms for it.</summary>
internal sealed class DisputePages(AutomatDb db, SettlementFigures figures)
{
    public const string Address = "/panel/disputes";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGroup(Address).ExcludeFromDescription()
        .MapGet("", (HttpContext context, DisputePages disputes, CancellationToken ct) => disputes.ListAsync(context, ct))
        .RequirePermission(Permission.SalesRead);

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var view = ListView.From(context.Request, ["at"], "-at");
        if (view.Format == "csv")
        {
            return TableCsv.Result(
                "disputes", view, DisputesPage.CsvColumns, Rows(organization, view).AsAsyncEnumerable().Select(d => RowOf(d, null)));
        }

        var page = await Rows(organization, view).PageAsync(view, ct);
        var machines = await figures.MachinesAsync([.. page.Items.Select(d => d.VendId).OfType<Id<Vend>>()], ct);
        var answers = await db.Set<DisputeCase>().AsNoTracking().Where(d => d.OrganizationId == organization && d.DueBy != null)
            .GroupBy(_ => 1).Select(g => new { Count = g.Count(), Due = g.Min(d => d.DueBy) }).SingleOrDefaultAsync(ct);
        var held = await db.Set<DisputeCase>().AsNoTracking()
            .Where(d => d.OrganizationId == organization && (d.Status == DisputeStatus.NeedsResponse || d.Status == DisputeStatus.UnderReview))
            .GroupBy(d => d.Currency).Select(g => new { g.Key, Sum = g.Sum(d => d.Amount) }).ToListAsync(ct);
        return Pages.Show<DisputesPage>(new DisputesView(
            page.Map(d => RowOf(d, d.VendId is { } vend ? machines.GetValueOrDefault(vend) : null)), answers?.Count ?? 0, answers?.Due,
            [.. held.Select(h => new Amount(h.Sum, h.Key.Code))]));
    }

    private IQueryable<DisputeCase> Rows(Id<Organization> organization, ListView view)
    {
        var disputes = db.Set<DisputeCase>().AsNoTracking().Where(d => d.OrganizationId == organization);
        disputes = view["status"] switch
        {
            "open" => disputes.Where(d => d.EndedAt == null),
            "answer" => disputes.Where(d => d.DueBy != null),
            "over" => disputes.Where(d => d.EndedAt != null),
            _ => disputes,
        };
        if (view.Search is { } text) disputes = disputes.Where(d => d.Id == text || d.IntentId == text);
        return view.Descending
            ? disputes.OrderByDescending(d => d.OpenedAt).ThenBy(d => d.Id)
            : disputes.OrderBy(d => d.OpenedAt).ThenBy(d => d.Id);
    }

    private static DisputeRow RowOf(DisputeCase dispute, string? machine) => new(
        dispute.Id, dispute.VendId?.ToString(), machine, new Amount(dispute.Amount, dispute.Currency.Code), dispute.Reason, dispute.Status,
        dispute.DueBy, dispute.OpenedAt, dispute.EndedAt, dispute.IntentId);
}
