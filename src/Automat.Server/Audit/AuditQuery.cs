using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Audit;

/// <summary>Which events are asked for.</summary>
/// <param name="From">Not before this time.</param>
/// <param name="To">Before this time.</param>
/// <param name="Actor">A kind, such as <c>machine</c>; an id; or both, such as <c>machine:snack-1</c>.</param>
/// <param name="Action">A word such as <c>machine.changed</c>, or all that begin alike, such as <c>machine.*</c>.</param>
/// <param name="Subject">A kind, such as <c>slot</c>, or a thing, such as <c>slot/snack-1/A1</c>.</param>
/// <param name="Text">Something that stands in the action, subject, actor, reason or changes.</param>
/// <param name="Organization">An organisation's id, or <c>platform</c>: for the platform's administrators, with a reason.</param>
/// <param name="Reason">Why they look there.</param>
internal sealed record AuditQuery(
    DateTimeOffset? From, DateTimeOffset? To, string? Actor, string? Action, string? Subject, string? Text,
    string? Organization, string? Reason)
{
    private const int LongestWord = 300;

    /// <summary>What cannot be, by field.</summary>
    public Dictionary<string, string> Faults()
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (field, value) in new[] { ("actor", Actor), ("action", Action), ("subject", Subject), ("text", Text) })
        {
            if (value is { Length: 0 or > LongestWord } || value?.Contains('\0', StringComparison.Ordinal) == true)
            {
                faults[field] = $"1 to {LongestWord} characters.";
            }
        }

        if (From >= To) faults["to"] = "After from.";
        if (Organization is not null && OrganizationId is null) faults["organization"] = "An organisation's id, or platform.";
        return faults;
    }

    /// <summary>The organisation that was named; null when none was, or it is no id.</summary>
    public Id<Organization>? OrganizationId => Organization switch
    {
        null => null,
        "platform" => AuditLog.Platform,
        _ => Guid.TryParse(Organization, out var id) ? new Id<Organization>(id) : null,
    };

    /// <summary>The events that are asked for, in no order yet.</summary>
    public IQueryable<AuditEvent> Of(IQueryable<AuditEvent> events)
    {
        if (From is { } from) events = events.Where(e => e.At >= from.ToUniversalTime());
        if (To is { } to) events = events.Where(e => e.At < to.ToUniversalTime());
        if (Actor is not null) events = WithActor(events, Actor);
        if (Action is not null)
        {
            var like = Action.EndsWith(".*", StringComparison.Ordinal) ? Sql.LikeQuoted(Action[..^1]) + "%" : Sql.LikeQuoted(Action);
            events = events.Where(e => EF.Functions.Like(e.Action, like, Sql.LikeEscape));
        }

        if (Subject is not null) events = WithSubject(events, Subject);
        if (Text is not null)
        {
            var like = Sql.LikeAnywhere(Text);
            events = events.Where(e => EF.Functions.ILike(e.Action, like, Sql.LikeEscape) || EF.Functions.ILike(e.Subject, like, Sql.LikeEscape)
                || EF.Functions.ILike(e.Actor, like, Sql.LikeEscape) || EF.Functions.ILike(e.Reason!, like, Sql.LikeEscape)
                || EF.Functions.ILike(e.Changes, like, Sql.LikeEscape));
        }

        return events;
    }

    private static IQueryable<AuditEvent> WithActor(IQueryable<AuditEvent> events, string actor)
    {
        var at = actor.IndexOf(':', StringComparison.Ordinal);
        if (KindOf(at < 0 ? actor : actor[..at]) is not { } kind) return events.Where(e => e.Actor == actor || e.OnBehalfOf == actor);
        if (at < 0) return events.Where(e => e.ActorKind == kind);
        var id = actor[(at + 1)..];
        return events.Where(e => e.Actor == id && e.ActorKind == kind);
    }

    private static ActorKind? KindOf(string word) =>
        Enum.TryParse<ActorKind>(word, ignoreCase: true, out var kind) && !char.IsAsciiDigit(word[0]) ? kind : null;

    private static IQueryable<AuditEvent> WithSubject(IQueryable<AuditEvent> events, string subject)
    {
        var at = subject.IndexOf('/', StringComparison.Ordinal);
        var type = at < 0 ? subject : subject[..at];
        events = events.Where(e => e.SubjectType == type);
        if (at < 0) return events;
        var id = subject[(at + 1)..];
        return events.Where(e => e.Subject == id);
    }
}

/// <summary>Opens the log a caller asks for: their organisation's own, or another's for the platform's administrators.</summary>
internal sealed class AuditReach(AutomatDb db, Tenant tenant, Actor actor, IServiceScopeFactory scopes) : IAsyncDisposable
{
    private AsyncServiceScope? crossing;

    /// <summary>The events of the log, and whose they are.</summary>
    public async Task<(AutomatDb Db, Id<Organization> Organization)> OpenAsync(
        ClaimsPrincipal caller, AuditQuery query, CancellationToken ct)
    {
        if (query.OrganizationId is not { } asked || (asked == tenant.Organization && tenant.HasEntered)) return (db, tenant.Organization);
        crossing = await scopes.CrossTenantAsync(
            caller, actor, query.Reason, asked == AuditLog.Platform ? null : asked, ct);
        return (crossing.Value.ServiceProvider.GetRequiredService<AutomatDb>(), asked);
    }

    public async ValueTask DisposeAsync()
    {
        if (crossing is { } scope) await scope.DisposeAsync();
    }
}
