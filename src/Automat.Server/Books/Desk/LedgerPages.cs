using System.Globalization;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Books.Desk;

/// <summary>The ledger as pages: entries, the trial balance, the look through all of it. Nothing changes it.</summary>
internal sealed class LedgerPages(AutomatDb db, BooksDesk desk, VerifyLedger verifying, TimeProvider clock)
{
    public const string Address = "/panel/ledger";

    private const int PageLength = 50;
    private const int LongestAccount = 128;

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).RequirePermission(Permission.LedgerRead).ExcludeFromDescription();
        pages.MapGet("", async (
            [AsParameters] LedgerWish wish, long? before, HttpContext context, LedgerPages ledger, CancellationToken ct) =>
            Pages.Show<LedgerPage>(await ledger.EntriesAsync(context, wish, before, ct)));
        pages.MapGet("/balance", async (string? day, HttpContext context, LedgerPages ledger, CancellationToken ct) =>
            Pages.Show<TrialPage>(await ledger.TrialAsync(context, day, ct)));
        pages.MapGet("/verify", async (HttpContext context, LedgerPages ledger, CancellationToken ct) =>
            Pages.Show<VerifyPage>(await ledger.CheckAsync(context.User.OrganizationOf(), ct)));
        pages.MapGet("/verify/live", (HttpContext context) => Live.Stream<VerifyPart>(
            context, LookAgain, async (own, ct) => await own.GetRequiredService<LedgerPages>().CheckAsync(context.User.OrganizationOf(), ct)));
        pages.MapForm("/verify", async (HttpContext context, LedgerPages ledger, CancellationToken ct) =>
        {
            await ledger.BeginAsync(context, ct);
            return context.SeeOther($"{Address}/verify");
        });
    }

    private async Task BeginAsync(HttpContext context, CancellationToken ct) =>
        await verifying.BeginAsync(db, context.User.OrganizationOf(), context.User.ActorOf(), ct);

    private async Task<LedgerView> EntriesAsync(HttpContext context, LedgerWish wish, long? before, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var account = Blank(wish.Account);
        var vend = Guid.TryParse(wish.Vend, out var id) ? id : (Guid?)null;
        var (from, to) = (Day(wish.From), Day(wish.To));
        if ((vend is null && Blank(wish.Vend) is not null) || (from is null && Blank(wish.From) is not null)
            || (to is null && Blank(wish.To) is not null) || account?.Length > LongestAccount)
        {
            return new LedgerView(wish, [], null, Wrong: true);
        }

        var organization = context.User.OrganizationOf();
        var entries = await desk.ReadAsync(organization, async connection =>
        {
            var after = from is { } first ? await Moments.LastBeforeAsync(connection, organization, context.StartOf(first), ct) : 0;
            var last = to is { } day
                ? await Moments.LastBeforeAsync(connection, organization, context.StartOf(day.AddDays(1)), ct)
                : await Moments.HeadAsync(connection, organization, ct);
            if (before is { } number) last = Math.Min(last, number - 1);
            return await BrowseLedger.ReadAsync(connection, organization, new EntryWish(account, vend, after, last), PageLength + 1, ct);
        }, ct);
        List<EntryLine> shown = [.. entries.Take(PageLength)];
        return new LedgerView(wish, shown, entries.Count > PageLength ? shown[^1].Sequence : null, Wrong: false);
    }

    private async Task<TrialView> TrialAsync(HttpContext context, string? typed, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var day = Day(typed);
        var wrong = day is null && Blank(typed) is not null;
        var at = day is { } last ? context.StartOf(last.AddDays(1)) : (DateTimeOffset?)null;
        var organization = context.User.OrganizationOf();
        var trial = await desk.ReadAsync(organization, async connection => await TrialBalances.AsOfAsync(
            connection, organization, await BooksDesk.UpToAsync(connection, organization, at, ct), ct), ct);
        return new TrialView(
            wrong ? null : Blank(typed), trial.Sequence,
            [.. trial.Accounts.Select(a => new TrialLine(a.Account, new Amount(a.Amount, a.Currency)))],
            [.. trial.Sums.Select(s => new Amount(s.Value, s.Key))],
            at?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), wrong);
    }

    private async Task<LedgerCheckView> CheckAsync(Id<Organization> organization, CancellationToken ct)
    {
        var check = await db.Set<LedgerCheck>().AsNoTracking().SingleOrDefaultAsync(c => c.OrganizationId == organization, ct);
        if (check is null) return new LedgerCheckView(CheckPhase.Never, null, 0, 0, "", null, null, null);
        var phase = check switch
        {
            { EndedAt: not null, Code: null } => CheckPhase.Unbroken,
            { EndedAt: not null } => CheckPhase.Broken,
            _ when clock.GetUtcNow() - check.HeardAt < VerifyLedger.Silence => CheckPhase.Running,
            _ => CheckPhase.Unfinished,
        };
        return new LedgerCheckView(
            phase, check.EndedAt ?? check.StartedAt, check.Entries, check.Last, Convert.ToHexStringLower(check.Head), check.BrokenAt, check.Code,
            check.Reason);
    }

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year is >= 2000 and < 9999 ? day : null;

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
