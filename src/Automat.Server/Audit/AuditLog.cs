using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Audit;

/// <summary>An act, for whoever lists some.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">The person's, token's or machine's id.</param>
/// <param name="Action">The stable word for what was done.</param>
/// <param name="Subject">What it was done to.</param>
public sealed record Act(DateTimeOffset At, string Actor, string Action, string Subject)
{
    /// <summary>Why, as somebody said.</summary>
    public string? Reason { get; init; }
}

/// <summary>What others write into the log, and read from it.</summary>
public static class AuditLog
{
    private const int LongestReason = 500;

    /// <summary>Whose log an event goes to that belongs to no organisation.</summary>
    public static Id<Organization> Platform => default;

    /// <summary>
    /// Says what a change means, in the caller's own save. Where the same save changes the subject itself, this becomes the
    /// event of that change; every other entity of the save has an event of its own, whether anything is noted or not.
    /// </summary>
    /// <param name="db">The context that is about to be saved.</param>
    /// <param name="organization">Whose log; <see cref="Platform"/> for what belongs to no organisation.</param>
    /// <param name="action">Stable word for what was done, such as <c>machine.retired</c>.</param>
    /// <param name="subjectType">What kind of thing it was done to: the word its mapping names.</param>
    /// <param name="subject">Its id; the parts of a compound one joined by a slash.</param>
    /// <param name="reason">Why, as somebody said; cut after 500 characters, never personal data.</param>
    public static void Note(
        this AutomatDb db, Id<Organization> organization, string action, string subjectType, string subject,
        string? reason = null) => db.Add(new AuditEvent
        {
            Id = Id<AuditEvent>.New(),
            OrganizationId = organization,
            Action = action,
            SubjectType = subjectType,
            Subject = subject,
            Reason = ReasonOf(reason),
        });

    /// <summary>The newest acts of some kinds in an organisation, newest first.</summary>
    public static Task<List<Act>> LatestAsync(
        this AutomatDb db, Id<Organization> organization, IReadOnlyList<string> actions, int most, CancellationToken ct) =>
        db.Set<AuditEvent>().AsNoTracking().Where(a => a.OrganizationId == organization && actions.Contains(a.Action))
            .OrderByDescending(a => a.Number).Take(most)
            .Select(a => new Act(a.At, a.Actor, a.Action, a.Subject)).ToListAsync(ct);

    /// <summary>What was done to a thing, oldest first.</summary>
    public static Task<List<Act>> ActsOnAsync(
        this AutomatDb db, Id<Organization> organization, string subjectType, string subject, int most, CancellationToken ct) =>
        db.Set<AuditEvent>().AsNoTracking()
            .Where(a => a.OrganizationId == organization && a.SubjectType == subjectType && a.Subject == subject)
            .OrderBy(a => a.Number).Take(most)
            .Select(a => new Act(a.At, a.Actor, a.Action, a.Subject) { Reason = a.Reason }).ToListAsync(ct);

    /// <summary>A reason as it is kept: one line, not too long; null when there is none.</summary>
    internal static string? ReasonOf(string? reason) => string.IsNullOrWhiteSpace(reason) ? null : OneLine(reason.Trim());

    private static string OneLine(string text)
    {
        var line = new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);
        return line.Length <= LongestReason ? line : line[..(LongestReason - 1)] + "…";
    }
}
