using Automat.Domain;
using Automat.Server.Chips.Bulk;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.Desk;

/// <summary>Something done to many chips: said, looked at, confirmed, followed.</summary>
internal sealed class ChipJobPages(AutomatDb db, ChipJobs jobs, ImportChips import)
{
    public const string Address = "/panel/chips/jobs";

    private const int Latest = 20;
    private const int MostLines = 100;
    private const int MostGroups = 500;

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).RequirePermission(Permission.ChipWrite).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, ChipJobPages own, CancellationToken ct) =>
            Pages.Show<ChipJobsPage>(await own.ViewAsync(context, ct)));
        pages.MapForm("", (HttpContext context, ChipJobPages own, CancellationToken ct) => own.CreateAsync(context, ct));
        pages.MapForm("/import", (HttpContext context, ChipJobPages own, CancellationToken ct) => own.ImportAsync(context, ct));
        pages.MapGet("/{job:guid}", async (Guid job, HttpContext context, ChipJobPages own, CancellationToken ct) =>
            Pages.Show<ChipJobPage>(await own.OneAsync(context, job, ct)));
        pages.MapGet("/{job:guid}/live", async (Guid job, HttpContext context, ChipJobPages own, CancellationToken ct) =>
        {
            await own.OneAsync(context, job, ct); // one that is not there is said before anything is streamed
            return Live.Stream<ChipJobPart>(
                context, LookAgain, async (services, stop) => await services.GetRequiredService<ChipJobPages>().OneAsync(context, job, stop));
        });
        pages.MapForm(
            "/{job:guid}/run", (Guid job, HttpContext context, ChipJobPages own, CancellationToken ct) => own.RunAsync(context, job, ct));
        pages.MapForm(
            "/{job:guid}/cancel", (Guid job, HttpContext context, ChipJobPages own, CancellationToken ct) => own.CancelAsync(context, job, ct));
    }

    private async Task<IResult> CreateAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var organization = context.User.OrganizationOf();
        try
        {
            long? amount = null;
            if (form["action"] == "top_up") amount = TypedAmount.MinorOf(form["amount"], await CurrencyAsync(organization, ct));
            var job = await jobs.CreateAsync(
                organization,
                new BulkRequest(form["action"], null, Word("state"), Word("reference"), Word("group"), amount, form["reason"]), ct);
            return context.SeeOther($"{Address}/{job}");
        }
        catch (FieldsException wrong)
        {
            return await AgainAsync(context, ChipTexts.Of(wrong.Errors), ct);
        }
        catch (RuleException wrong) when (wrong.Code.StartsWith("amount_", StringComparison.Ordinal) || wrong.Code == "rows_too_many")
        {
            var field = wrong.Code == "rows_too_many" ? "chips" : "amount";
            return await AgainAsync(context, new(StringComparer.Ordinal) { [field] = ChipTexts.OfField(field) }, ct);
        }

        string? Word(string field) => form[field].ToString().Trim() is { Length: > 0 } text ? text : null;
    }

    private async Task<IResult> ImportAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        try
        {
            if (form.Files["file"] is not { Length: > 0 and <= ImportChips.LargestFile } file)
                throw new RuleException("csv_invalid", "There is no file.");
            await using var sent = file.OpenReadStream();
            return context.SeeOther($"{Address}/{await import.ReadAsync(context.User, sent, ct)}");
        }
        catch (RuleException wrong) when (wrong.Code is "csv_invalid" or "csv_empty" or "rows_too_many" or "forbidden")
        {
            return await AgainAsync(
                context, new(StringComparer.Ordinal) { ["file"] = wrong.Code == "forbidden" ? "Refused.Credit" : "Wrong.File" }, ct);
        }
    }

    private async Task<IResult> AgainAsync(HttpContext context, Dictionary<string, string> wrong, CancellationToken ct) =>
        Pages.Show<ChipJobsPage>(await ViewAsync(context, ct) with { Wrong = wrong }, StatusCodes.Status422UnprocessableEntity);

    private async Task<IResult> RunAsync(HttpContext context, Guid job, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        try
        {
            await jobs.RunAsync(
                context.User.OrganizationOf(), new Id<ChipJob>(job), form["confirm"], context.User.Allows(Permission.ChipTopUp), ct);
            return context.SeeOther($"{Address}/{job}");
        }
        catch (RuleException refused) when (
            refused.Code is "rows_wrong" or "confirm_mismatch" or "job_cancelled" or "forbidden" or "changed_meanwhile")
        {
            return Pages.Show<ChipJobPage>(
                await OneAsync(context, job, ct) with { Error = refused.Code == "forbidden" ? "Refused.Credit" : "Refused.Job" },
                StatusCodes.Status409Conflict);
        }
    }

    private async Task<IResult> CancelAsync(HttpContext context, Guid job, CancellationToken ct)
    {
        try
        {
            await jobs.CancelAsync(context.User.OrganizationOf(), new Id<ChipJob>(job), ct);
            return context.SeeOther($"{Address}/{job}");
        }
        catch (RuleException refused) when (refused.Code is "job_done" or "changed_meanwhile")
        {
            return Pages.Show<ChipJobPage>(await OneAsync(context, job, ct) with { Error = "Refused.Job" }, StatusCodes.Status409Conflict);
        }
    }

    private async Task<BulkView> ViewAsync(HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var organization = context.User.OrganizationOf();
        var latest = await db.Set<ChipJob>().AsNoTracking().Where(j => j.OrganizationId == organization)
            .OrderByDescending(j => j.Id).Take(Latest).ToListAsync(ct);
        return new BulkView(
            (await CurrencyAsync(organization, ct)).Code,
            await db.Set<ChipGroup>().AsNoTracking().OrderBy(g => g.Name).Select(g => g.Name).Take(MostGroups).ToListAsync(ct),
            [.. latest.Select(j => new JobRow(j.Id.Value, Word(j.Kind), Word(j.State), j.CreatedAt))],
            new Dictionary<string, string>(StringComparer.Ordinal))
        {
            MayTopUp = context.User.Allows(Permission.ChipTopUp),
        };
    }

    private async Task<JobView> OneAsync(HttpContext context, Guid job, CancellationToken ct)
    {
        if (!context.Response.HasStarted) context.Response.Headers.CacheControl = "no-cache, no-store";
        var id = new Id<ChipJob>(job);
        var shown = await jobs.ShowAsync(id, ct);
        var faulty = shown.Wrong > 0 ? "wrong" : shown.Refused > 0 ? "refused" : null;
        var rows = await jobs.RowsAsync(id, faulty, null, MostLines, ct);
        return new JobView(
            new JobRow(shown.Id, shown.Kind, shown.State, shown.CreatedAt),
            (shown.Waiting, shown.Done, shown.Unchanged, shown.Wrong, shown.Refused), shown.Confirm,
            [.. rows.Items.Select(r => new JobLine(r.Line, r.Fate, r.Column, r.Message, r.Chip))]);
    }

    private Task<Currency> CurrencyAsync(Id<Organization> organization, CancellationToken ct) =>
        db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);

    private static string Word<T>(T word)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString());
}
