using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Automat.Server.Platform;

namespace Automat.Server.Books;

/// <summary>Balances as of any moment, the trial balance, held money against open sales, closings, and the ledger as a file.</summary>
internal sealed class ReadBalances(AutomatDb db, BooksDesk desk, VerifiedExports exports)
{
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder ledger)
    {
        var books = ledger.MapGroup("").RequirePermission(Permission.LedgerRead);
        books.MapGet("/balances", (
            DateTimeOffset? at, string? prefix, string? cursor, int? limit, ReadBalances read, ClaimsPrincipal caller, CancellationToken ct) =>
            read.BalancesAsync(caller.OrganizationOf(), at, prefix ?? "", cursor ?? "", limit, ct))
            .WithName("ListBalances").WithSummary("Balances of accounts before a moment, by name");
        books.MapGet("/trial-balance", async (DateTimeOffset? at, ReadBalances read, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            var trial = await read.TrialAsync(caller.OrganizationOf(), at, ct);
            return TypedResults.Ok(new { sequence = trial.Sequence, balanced = trial.IsBalanced, sums = trial.Sums, accounts = trial.Accounts });
        }).WithName("GetTrialBalance").WithSummary("All accounts before a moment; they sum to zero");
        books.MapGet("/trial-balance.csv", (DateTimeOffset? at, ReadBalances read, HttpContext context, CancellationToken ct) =>
            read.TrialFileAsync(context, at, ct))
            .WithName("ExportTrialBalance").WithSummary("The trial balance as a file; the ledger is verified first");
        books.MapGet("/held", async (ReadBalances read, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            var held = await read.HeldAsync(caller.OrganizationOf(), ct);
            return TypedResults.Ok(new { agrees = held.TrueForAll(h => h.Agrees), currencies = held });
        }).WithName("CheckHeld").WithSummary("The money held against the sales that are open");
        books.MapGet("/closings", (DateOnly? cursor, int? limit, ReadBalances read, ClaimsPrincipal caller, CancellationToken ct) =>
            read.ClosingsAsync(caller.OrganizationOf(), cursor, limit, ct))
            .WithName("ListClosings").WithSummary("Closings of days, newest first");
        books.MapGet("/closings/{day}", (DateOnly day, ReadBalances read, ClaimsPrincipal caller, CancellationToken ct) =>
            read.ClosingAsync(caller.OrganizationOf(), day, ct))
            .WithName("GetClosing").WithSummary("The closing of a day, computed again to see that it is still true");
        books.MapGet("/export", (ReadBalances read, LedgerExport export, HttpContext context, CancellationToken ct) =>
            read.ExportAsync(context, export, ct))
            .WithName("ExportLedger").WithSummary("All entries as newline-delimited JSON; the ledger is verified first");
    }

    private Task<TrialBalance> TrialAsync(Id<Organization> organization, DateTimeOffset? at, CancellationToken ct) =>
        desk.ReadAsync(organization, async connection => await TrialBalances.AsOfAsync(
            connection, organization, await BooksDesk.UpToAsync(connection, organization, at, ct), ct), ct);

    private Task<List<HeldBalance>> HeldAsync(Id<Organization> organization, CancellationToken ct) =>
        desk.ReadAsync(organization, connection => TrialBalances.HeldAsync(connection, organization, ct), ct);

    private async Task<IResult> BalancesAsync(
        Id<Organization> organization, DateTimeOffset? at, string prefix, string cursor, int? limit, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        return await desk.ReadAsync(organization, async connection =>
        {
            var sequence = await BooksDesk.UpToAsync(connection, organization, at, ct);
            var page = await TrialBalances.OfEachAsync(connection, organization, sequence, prefix, cursor, size + 1, ct);
            return TypedResults.Ok(new
            {
                sequence,
                items = page.Take(size),
                next_cursor = page.Count > size ? page[size - 1].Account : null,
            });
        }, ct);
    }

    private async Task TrialFileAsync(HttpContext context, DateTimeOffset? at, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        using var export = await exports.BeginAsync(organization, ct);
        db.Note(organization, "ledger.exported", "ledger", "trial-balance");
        await db.SaveChangesAsync(ct);
        var trial = await TrialAsync(organization, at, ct);
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"trial-balance.csv\"";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(TextOf(trial), ct);
    }

    /// <summary>The trial balance as CSV.</summary>
    internal static string TextOf(TrialBalance trial)
    {
        var text = new StringBuilder("account,currency,amount\r\n");
        foreach (var one in trial.Accounts) text.Append(Csv.Line(one.Account, one.Currency, one.Amount));
        foreach (var (currency, sum) in trial.Sums) text.Append(Csv.Line("sum", currency, sum));
        return text.ToString();
    }

    private async Task<IResult> ClosingsAsync(Id<Organization> organization, DateOnly? cursor, int? limit, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        return await desk.ReadAsync(organization, async connection =>
        {
            var page = await new Closings(connection, organization).ListAsync(cursor ?? DateOnly.MaxValue, size + 1, ct);
            return TypedResults.Ok(new
            {
                items = page.Take(size).Select(c => JsonOf(c)),
                next_cursor = page.Count > size ? page[size - 1].Day : (DateOnly?)null,
            });
        }, ct);
    }

    private async Task<IResult> ClosingAsync(Id<Organization> organization, DateOnly day, CancellationToken ct) =>
        await desk.ReadAsync(organization, async connection =>
        {
            var closings = new Closings(connection, organization);
            var closing = await closings.FindAsync(day, ct)
                ?? throw new RuleException("closing_unknown", $"{day:yyyy-MM-dd} is not closed.");
            var json = JsonOf(closing);
            json["verified"] = await closings.IsTrueAsync(closing, ct);
            return TypedResults.Ok(json);
        }, ct);

    private async Task ExportAsync(HttpContext context, LedgerExport export, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        using var running = await exports.BeginAsync(organization, ct);
        db.Note(organization, "ledger.exported", "ledger", "entries");
        await db.SaveChangesAsync(ct);
        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"ledger.ndjson\"";
        context.Response.Headers.CacheControl = "no-store";
        await export.WriteAsync(new LedgerScope(organization.ToString()), context.Response.Body, null, ct);
    }

    internal static JsonObject JsonOf(Closing closing)
    {
        var json = new JsonObject
        {
            ["day"] = closing.Day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            ["time_zone"] = closing.Zone,
            ["created_at"] = closing.CreatedAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in JsonNode.Parse(closing.Body)!.AsObject()) json[name] = value?.DeepClone();
        return json;
    }
}
