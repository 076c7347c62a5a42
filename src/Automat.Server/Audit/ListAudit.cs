using System.Security.Claims;
using System.Text.Json;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Audit;

/// <summary>Who did something.</summary>
/// <param name="Kind"><c>person</c>, <c>token</c>, <c>machine</c>, <c>provider</c>, <c>system</c>, <c>platform</c>.</param>
/// <param name="Id">Their id.</param>
/// <param name="OnBehalfOf">The person a program acted for; null when for nobody in particular.</param>
internal sealed record AuditActorView(string Kind, string Id, string? OnBehalfOf);

/// <summary>What something was done to.</summary>
internal sealed record AuditSubjectView(string Type, string Id);

/// <summary>An event as staff see it.</summary>
internal sealed record AuditEventView(
    long Number, Guid Id, DateTimeOffset At, AuditActorView Actor, string? Origin, string Action, AuditSubjectView Subject,
    JsonElement Changes, string? Reason, string? CorrelationId, string Hash)
{
    public static AuditEventView Of(AuditEvent e) => new(
        e.Number ?? 0, e.Id.Value, e.At, new AuditActorView(Word(e.ActorKind), e.Actor, e.OnBehalfOf), e.Origin, e.Action,
        new AuditSubjectView(e.SubjectType, e.Subject), JsonElement.Parse(e.Changes), e.Reason, e.CorrelationId,
        Convert.ToHexStringLower(e.Hash ?? []));

    public static string Word(ActorKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}

/// <summary>A page of the log.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="NextCursor">What to ask for next; null at the end. A page may be short, or empty, before the end.</param>
internal sealed record AuditPage(IReadOnlyList<AuditEventView> Items, long? NextCursor);

/// <summary>The log of an organisation, newest first, a page at a time.</summary>
internal static class ListAudit
{
    private const int Most = 200;
    private const int Usual = 50;

    // A text is in no index: a page looks through so many events, and says where to go on.
    private const long LookedThrough = 50_000;

    public static void Map(IEndpointRouteBuilder audit) => audit
        .MapGet("", RunAsync).WithName(nameof(ListAudit)).WithSummary("Who did what, newest first")
        .Produces<AuditPage>();

    private static async Task<IResult> RunAsync(
        [AsParameters] AuditQuery query, long? cursor, int? limit, AuditReach reach, ClaimsPrincipal caller, CancellationToken ct)
    {
        var faults = query.Faults();
        if (limit is < 1 or > Most) faults["limit"] = $"A page has 1 to {Most} events.";
        if (cursor < 1) faults["cursor"] = "Use next_cursor of the page before.";
        FieldsException.ThrowIfAny("query_invalid", faults);

        var (db, organization) = await reach.OpenAsync(caller, query, ct);
        var (events, next) = await PageAsync(db, organization, query, cursor, limit ?? Usual, ct);
        return TypedResults.Ok(new AuditPage([.. events.Select(AuditEventView.Of)], next));
    }

    /// <summary>A page of the log, newest first, and where the next one begins; null at the end.</summary>
    public static async Task<(IReadOnlyList<AuditEvent> Events, long? Next)> PageAsync(
        AutomatDb db, Id<Organization> organization, AuditQuery query, long? cursor, int size, CancellationToken ct)
    {
        var events = query.Of(db.Set<AuditEvent>().AsNoTracking().Where(e => e.OrganizationId == organization));
        if (cursor is { } before) events = events.Where(e => e.Number < before);
        var floor = query.Text is null ? 0 : await FloorAsync(db, organization, cursor, ct);
        if (floor > 1) events = events.Where(e => e.Number >= floor);
        var page = await events.OrderByDescending(e => e.Number).Take(size + 1).ToListAsync(ct);
        var next = page.Count > size ? page[size - 1].Number : floor > 1 ? floor : (long?)null;
        return ([.. page.Take(size)], next);
    }

    private static async Task<long> FloorAsync(
        AutomatDb db, Id<Organization> organization, long? cursor, CancellationToken ct)
    {
        var top = cursor ?? 1 + await db.Set<AuditHead>().AsNoTracking().Where(h => h.OrganizationId == organization)
            .Select(h => h.Number).SingleOrDefaultAsync(ct);
        return top - LookedThrough;
    }
}
