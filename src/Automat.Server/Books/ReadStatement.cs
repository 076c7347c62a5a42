using System.Security.Claims;
using System.Text;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Chips;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Books;

/// <summary>What a statement is asked for.</summary>
/// <param name="From">Entries before this moment are left out.</param>
/// <param name="To">Entries from this moment on are left out.</param>
/// <param name="Cursor">The last number of the page before.</param>
/// <param name="Limit">Lines on a page.</param>
internal sealed record StatementQuery(DateTimeOffset? From, DateTimeOffset? To, long? Cursor, int? Limit);

/// <summary>A page of a statement.</summary>
/// <param name="Account">The account.</param>
/// <param name="Opening">Its balances before the first line, by currency.</param>
/// <param name="Items">The lines, oldest first.</param>
/// <param name="NextCursor">Begins the next page; null on the last.</param>
internal sealed record StatementPageAnswer(
    string Account, IReadOnlyDictionary<string, long> Opening, IReadOnlyList<StatementLine> Items, long? NextCursor);

/// <summary>An account's statement: page by page as JSON, or whole as a file, after the ledger was verified.</summary>
internal sealed class ReadStatement(AutomatDb db, BooksDesk desk, VerifiedExports exports)
{
    private const int Most = 500;
    private const int LongestAccount = 128;

    private const string Header = "sequence,at,kind,amount,currency,balance,vend,machine,reason\r\n";

    public static void Map(IEndpointRouteBuilder ledger)
    {
        ledger.MapGet("/statement", async (
            string account, [AsParameters] StatementQuery query, ReadStatement read, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(await read.PageAsync(caller.OrganizationOf(), account, query, ct)))
            .RequirePermission(Permission.LedgerRead).WithName("GetStatement").WithSummary("An account's entries, oldest first, with its balance after each");
        ledger.MapGet("/statement.csv", (
            string account, [AsParameters] StatementQuery query, ReadStatement read, HttpContext context, CancellationToken ct) =>
            read.FileAsync(context, account, query, ct))
            .RequirePermission(Permission.LedgerRead).WithName("ExportStatement").WithSummary("An account's statement as a file; the ledger is verified first");
        ledger.MapGet("/chips/{id:guid}/statement", async (
            Guid id, [AsParameters] StatementQuery query, ReadStatement read, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(await read.PageAsync(caller.OrganizationOf(), (await read.ChipAsync(caller, id, ct)).Tender.Account, query, ct)))
            .RequirePermission(Permission.ChipRead).WithName("GetChipStatement").WithSummary("A chip's entries, oldest first, with its credit after each");
        ledger.MapGet("/chips/{id:guid}/statement.csv", async (
            Guid id, [AsParameters] StatementQuery query, ReadStatement read, HttpContext context, CancellationToken ct) =>
            await read.FileAsync(context, (await read.ChipAsync(context.User, id, ct)).Tender.Account, query, ct))
            .RequirePermission(Permission.ChipRead).WithName("ExportChipStatement").WithSummary("A chip's statement as a file; the ledger is verified first");
    }

    /// <summary>The chip, if it is the caller's organisation's.</summary>
    /// <exception cref="RuleException"><c>chip_unknown</c>.</exception>
    public async Task<Chip> ChipAsync(ClaimsPrincipal caller, Guid id, CancellationToken ct)
    {
        var (wanted, organization) = (new Id<Chip>(id), caller.OrganizationOf());
        return await db.Set<Chip>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == wanted && c.OrganizationId == organization, ct)
            ?? throw new RuleException("chip_unknown", $"There is no chip {id}.");
    }

    /// <summary>A chip's newest entries, newest first, from a number back.</summary>
    public Task<List<StatementLine>> NewestAsync(Id<Organization> organization, string account, long? before, int most, CancellationToken ct) =>
        desk.ReadAsync(organization, async connection =>
        {
            var head = await Moments.HeadAsync(connection, organization, ct);
            return await new Statements(connection, organization, account)
                .NewestFirstAsync(before is { } number ? Math.Min(head, number - 1) : head, most, ct);
        }, ct);

    private Task<StatementPageAnswer> PageAsync(
        Id<Organization> organization, string account, StatementQuery query, CancellationToken ct)
    {
        var size = PageSize.Of(query.Limit, Most);
        RequireAccount(account);
        return desk.ReadAsync(organization, async connection =>
        {
            var after = query.Cursor ?? (query.From is { } from ? await Moments.LastBeforeAsync(connection, organization, from, ct) : 0);
            var last = await BooksDesk.UpToAsync(connection, organization, query.To, ct);
            var statements = new Statements(connection, organization, account);
            var opening = await statements.BalancesAsync(after, ct);
            var lines = new List<StatementLine>();
            await foreach (var line in statements.OldestFirstAsync(after, last, size + 1, ct)) lines.Add(line);
            return new StatementPageAnswer(
                account, opening, lines.Count > size ? lines[..size] : lines, lines.Count > size ? lines[size - 1].Sequence : null);
        }, ct);
    }

    private async Task FileAsync(HttpContext context, string account, StatementQuery query, CancellationToken ct)
    {
        RequireAccount(account);
        var organization = context.User.OrganizationOf();
        using var export = await exports.BeginAsync(organization, ct);
        db.Note(organization, "ledger.exported", "ledger", "statement", account);
        await db.SaveChangesAsync(ct);
        await desk.ReadAsync(organization, async connection =>
        {
            var after = query.From is { } from ? await Moments.LastBeforeAsync(connection, organization, from, ct) : 0;
            var last = await BooksDesk.UpToAsync(connection, organization, query.To, ct);
            var response = context.Response;
            response.ContentType = "text/csv; charset=utf-8";
            response.Headers.ContentDisposition = "attachment; filename=\"statement.csv\"";
            response.Headers.CacheControl = "no-store";
            await WriteAsync(new Statements(connection, organization, account), after, last, text => response.WriteAsync(text, ct), ct);
            return true;
        }, ct);
    }

    /// <summary>Writes a statement as CSV, in blocks.</summary>
    internal static async Task WriteAsync(
        Statements statements, long after, long last, Func<string, Task> write, CancellationToken ct)
    {
        const int Block = 32 << 10;
        var text = new StringBuilder(Header);
        await foreach (var line in statements.OldestFirstAsync(after, last, long.MaxValue, ct))
        {
            text.Append(Csv.Line(
                line.Sequence, line.At, line.Kind, line.Amount, line.Currency, line.Balance, line.Vend, line.Machine, line.Reason));
            if (text.Length < Block) continue;
            await write(text.ToString());
            text.Clear();
        }

        await write(text.ToString());
    }

    private static void RequireAccount(string account)
    {
        if (account.Length is > 0 and <= LongestAccount) return;
        throw new FieldsException("query_invalid", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["account"] = $"The name of an account, 1 to {LongestAccount} characters, such as held or chip:ID.",
        });
    }
}
