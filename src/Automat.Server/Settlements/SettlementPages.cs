using System.Globalization;
using Automat.Server.Panel;
using Automat.Server.Storefront;

namespace Automat.Server.Settlements;

/// <summary>The page that holds our books against the provider's own.</summary>
internal sealed class SettlementPages(SettlementFigures figures, TimeProvider clock)
{
    public const string Address = "/panel/settlement";

    private const int UsualDays = 30;
    private const int MostDays = 1_100;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGroup(Address).ExcludeFromDescription()
        .MapGet("", (string? from, string? to, HttpContext context, SettlementPages settlement, CancellationToken ct) =>
            settlement.ShowAsync(context, from, to, ct)).RequirePermission(Permission.ReportsRead);

    private async Task<IResult> ShowAsync(HttpContext context, string? typedFrom, string? typedTo, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        // The days are the sums' alone: what differs is told whenever it was.
        var view = ListView.From(context.Request, ["at"], "-at") with { Filters = new Dictionary<string, string>(StringComparer.Ordinal) };
        if (view.Format == "csv") return TableCsv.Result("settlement-differences", view, SettlementPage.CsvColumns, figures.All(organization, view));

        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), context.Zone() ?? TimeZoneInfo.Utc).DateTime);
        var (from, to) = (Day(typedFrom, today.AddDays(1 - UsualDays)), Day(typedTo, today));
        var wrong = from is null || to is null || to < from || to.Value.DayNumber - from.Value.DayNumber >= MostDays;
        var (first, last) = wrong ? (today.AddDays(1 - UsualDays), today) : (from!.Value, to!.Value);
        var (differing, onTheirWay) = await figures.CountAsync(organization, ct);
        var (at, trouble) = await figures.MarkAsync(organization, ct);
        return Pages.Show<SettlementPage>(
            new SettlementView(
                first, last, await figures.SumsAsync(organization, first, last, ct), await figures.PageAsync(organization, view, ct), differing,
                onTheirWay)
            {
                ComparedAt = at,
                Trouble = trouble,
                IsWrong = wrong,
            },
            wrong ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    /// <summary>The day that was typed, the usual one where none was, null where it is none.</summary>
    private static DateOnly? Day(string? typed, DateOnly usual) => string.IsNullOrWhiteSpace(typed)
        ? usual
        : DateOnly.TryParseExact(typed.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is >= 2000 and < 9999
            ? day
            : null;
}
