using System.Globalization;
using System.Text.Json;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Audit;

/// <summary>The log as a page: filtered, paged, exported, verified. Nothing changes it.</summary>
internal sealed class AuditPages(AutomatDb db, Tenant tenant, IActorNames names, VerifyAudit verifying)
{
    public const string Address = "/panel/audit";

    private const int Size = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).RequirePermission(Permission.AuditRead).ExcludeFromDescription();
        pages.MapGet("", async (
            [AsParameters] AuditWish wish, long? before, string? done, HttpContext context, AuditPages audit, CancellationToken ct) =>
            Pages.Show<AuditLogPage>(await audit.ViewAsync(wish, before, done, context, ct)));
        pages.MapForm("/verify", async (HttpContext context, AuditPages audit, CancellationToken ct) =>
        {
            await audit.VerifyAsync(ct);
            return context.SeeOther($"{Address}?done=verified");
        });
    }

    private async Task VerifyAsync(CancellationToken ct)
    {
        try
        {
            await verifying.RunAsync(tenant.Organization, ct);
        }
        catch (Domain.RuleException running) when (running.Code == "audit_verification_running")
        {
            // Somebody asked a moment ago: the page shows what comes of that.
        }
    }

    private async Task<AuditView> ViewAsync(AuditWish wish, long? before, string? done, HttpContext reader, CancellationToken ct)
    {
        var (from, to) = (Day(wish.From), Day(wish.To));
        var query = new AuditQuery(
            from is { } first ? reader.StartOf(first) : null, to is { } last ? reader.StartOf(last.AddDays(1)) : null,
            Blank(wish.Actor), Blank(wish.Action), Blank(wish.Subject), Blank(wish.Text), Organization: null, Reason: null);
        var isWrong = (from is null && Blank(wish.From) is not null) || (to is null && Blank(wish.To) is not null)
            || query.Faults().Count > 0;
        var check = AuditCheckView.Of(await db.Set<AuditCheck>().AsNoTracking()
            .SingleOrDefaultAsync(c => c.OrganizationId == tenant.Organization, ct));
        var (events, older) = isWrong ? ([], null) : await ListAudit.PageAsync(db, tenant.Organization, query, before, Size, ct);
        var known = await names.OfAsync(
            [.. events.SelectMany(e => new[] { e.Actor, e.OnBehalfOf }).OfType<string>().Distinct(StringComparer.Ordinal)], ct);
        return new AuditView(
            wish, [.. events.Select(e => LineOf(e, known))], older, check, ExportOf(query), isWrong,
            done == "verified" ? "Audit.VerifiedDone" : null);
    }

    private static AuditLine LineOf(AuditEvent one, IReadOnlyDictionary<string, string> known) => new(
        one.Number ?? 0, one.At,
        known.GetValueOrDefault(one.Actor, $"{AuditEventView.Word(one.ActorKind)} {one.Actor}"),
        one.OnBehalfOf is { } person ? known.GetValueOrDefault(person, person) : null,
        one.Origin, one.Action, $"{one.SubjectType}/{one.Subject}", one.Reason, ChangesOf(one.Changes));

    private static List<(string Column, string? From, string? To)> ChangesOf(string changes)
    {
        using var json = JsonDocument.Parse(changes);
        var all = new List<(string, string?, string?)>();
        foreach (var column in json.RootElement.EnumerateObject())
        {
            all.Add(column.Value.ValueKind is JsonValueKind.Object
                ? (column.Name, Part(column.Value, "from"), Part(column.Value, "to"))
                : (column.Name, null, column.Value.ToString()));
        }

        return all;
    }

    private static string? Part(JsonElement change, string name) =>
        change.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value.ToString() : null;

    private static string ExportOf(AuditQuery query)
    {
        (string Key, string? Value)[] parts =
        [
            ("from", Moment(query.From)), ("to", Moment(query.To)), ("actor", query.Actor), ("action", query.Action),
            ("subject", query.Subject), ("text", query.Text),
        ];
        return string.Concat(parts.Where(p => p.Value is not null).Select(p => $"&{p.Key}={Uri.EscapeDataString(p.Value!)}"));
    }

    private static string? Moment(DateTimeOffset? at) => at?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year is >= 2000 and < 9999 ? day : null;

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
