using System.Globalization;
using System.Text;
using Automat.Domain;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Reports.Sheets;
using Automat.Server.Storefront;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Reports;

/// <summary>Reports as pages and as files, and the views of them somebody keeps.</summary>
internal sealed class ReportPages(MakeReport make, SaveReport saving, TimeProvider clock, IStringLocalizer<Texts> t)
{
    private const int UsualDays = 30;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(ReportAddress.Root).RequirePermission(Permission.ReportsRead).ExcludeFromDescription();
        pages.MapGet("", (
            string? kind, string? from, string? to, string? page, string? format, string? done, HttpContext context, ReportPages reports, CancellationToken ct) =>
            reports.ShowAsync(context, (kind, from, to, page), format, DoneText(done), ct));
        pages.MapForm("/views", (HttpContext context, ReportPages reports, CancellationToken ct) => reports.SaveAsync(context, ct));
        pages.MapForm("/views/forget", (HttpContext context, ReportPages reports, CancellationToken ct) => reports.ForgetAsync(context, ct));
    }

    private async Task<IResult> ShowAsync(
        HttpContext context, (string? Kind, string? From, string? To, string? Page) asked, string? format, string? done, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var kind = KindOf(asked.Kind) ?? ReportKind.Days;
        var usual = Period.Last(UsualDays, Today(context));
        var (from, to) = (Day(asked.From, usual.From), Day(asked.To, usual.To));
        if (from is null || to is null || to < from || to.Value.DayNumber - from.Value.DayNumber >= Period.Most)
        {
            return Pages.Show<ReportPage>(
                await ViewAsync(context, kind, usual, null, ct) with { Wrong = Wrong("from", "Wrong.Days") },
                StatusCodes.Status422UnprocessableEntity);
        }

        var period = new Period(from.Value, to.Value);
        var report = await make.RunAsync(context.User.OrganizationOf(), kind, period, context.StartOf, ct);
        var name = $"{kind.ToString().ToLowerInvariant()}-{period.From:yyyy-MM-dd}-{period.To:yyyy-MM-dd}";
        return format switch
        {
            // The mark tells spreadsheets that it is UTF-8.
            "csv" => Results.File(
                [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(ReportCells.Csv(report, t))], "text/csv; charset=utf-8", $"{name}.csv"),
            "xlsx" => Results.File(ReportCells.Xlsx(t[ReportTexts.Of(kind)], report, t), Workbook.ContentType, $"{name}.xlsx"),
            _ => Pages.Show<ReportPage>(await ViewAsync(context, kind, period, report, ct) with { Done = done, Page = PageOf(asked.Page, report) }),
        };
    }

    private async Task<IResult> SaveAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var kind = KindOf(form["kind"]) ?? ReportKind.Days;
        try
        {
            await saving.RunAsync(
                context.User,
                new SaveReportRequest(form["name"], KindOf(form["kind"]), Named<ReportSpan>(form["span"]), Named<ReportRhythm>(form["rhythm"])),
                ct);
            return context.SeeOther($"{ReportAddress.Root}?kind={kind.ToString().ToLowerInvariant()}&done=saved");
        }
        catch (FieldsException)
        {
            return await AgainAsync("Wrong.Name");
        }
        catch (RuleException refused) when (refused.Code == "views_too_many")
        {
            return await AgainAsync("Wrong.TooMany");
        }

        async Task<IResult> AgainAsync(string text)
        {
            var period = Period.Last(UsualDays, Today(context));
            var report = await make.RunAsync(context.User.OrganizationOf(), kind, period, context.StartOf, ct);
            return Pages.Show<ReportPage>(
                await ViewAsync(context, kind, period, report, ct) with { Wrong = Wrong("name", text) },
                StatusCodes.Status422UnprocessableEntity);
        }
    }

    private async Task<IResult> ForgetAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        await saving.ForgetAsync(context.User, Guid.TryParse(form["id"], out var id) ? id : Guid.Empty, ct);
        return context.SeeOther($"{ReportAddress.Root}?done=forgotten");
    }

    private async Task<ReportView> ViewAsync(HttpContext context, ReportKind kind, Period period, Report? report, CancellationToken ct)
    {
        var today = Today(context);
        var saved = await saving.ListAsync(context.User, ct);
        return new ReportView(kind, period, report, [.. saved.Select(s => new SavedView(
            s.Id.Value, s.Name, ReportAddress.Of(s.Kind, Period.Last(ReportTexts.DaysOf(s.Span), today)),
            s.Rhythm is ReportRhythm.Never ? null : ReportTexts.Of(s.Rhythm)))])
        {
            MaySave = context.User.PersonOf() is not null,
        };
    }

    private DateOnly Today(HttpContext context) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), context.Zone() ?? TimeZoneInfo.Utc).DateTime);

    private static Dictionary<string, string> Wrong(string field, string text) => new(StringComparer.Ordinal) { [field] = text };

    /// <summary>The page that was asked for, as far as there are rows.</summary>
    private static int PageOf(string? typed, Report report) => int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var page)
        ? Math.Clamp(page, 1, Math.Max(1, (report.Rows.Count + ReportView.Size - 1) / ReportView.Size))
        : 1;

    private static ReportKind? KindOf(string? word) => Named<ReportKind>(word);

    private static T? Named<T>(string? word)
        where T : struct, Enum =>
        Enum.TryParse<T>(word, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(word![0]) ? value : null;

    /// <summary>The day that was typed, the usual one where none was, null where it is none.</summary>
    private static DateOnly? Day(string? typed, DateOnly usual) => string.IsNullOrWhiteSpace(typed)
        ? usual
        : DateOnly.TryParseExact(typed.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is >= 2000 and < 9999
            ? day
            : null;

    private static string? DoneText(string? done) => done switch { "saved" => "Done.Saved", "forgotten" => "Done.Forgotten", _ => null };
}
