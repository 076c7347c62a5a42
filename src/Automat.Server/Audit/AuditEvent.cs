using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Audit;

/// <summary>Who did what, when. Added with the change itself; never changed or removed, the database refuses it.</summary>
internal sealed record AuditEvent
{
    public required Id<AuditEvent> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The person's, key's or machine's id; <c>system</c> for the server itself.</summary>
    public required string Actor { get; init; }

    /// <summary>Stable word for what was done, such as <c>payment_link.created</c>.</summary>
    public required string Action { get; init; }

    /// <summary>What it was done to.</summary>
    public required string Subject { get; init; }
}

internal sealed class AuditTables : ITables
{
    public void Map(ModelBuilder model) => model.Entity<AuditEvent>(audit =>
    {
        audit.ToTable("audit_events");
        audit.HasKey(a => a.Id);
        audit.Property(a => a.Id).IsId();
        audit.Property(a => a.OrganizationId).IsId();
        audit.Property(a => a.Actor).HasMaxLength(100);
        audit.Property(a => a.Action).HasMaxLength(100);
        audit.Property(a => a.Subject).HasMaxLength(200);
        audit.HasIndex(a => new { a.OrganizationId, a.At }); // the newest of an organisation
    });
}

/// <summary>An act, for whoever lists some.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">The person's, token's or machine's id.</param>
/// <param name="Action">The stable word for what was done.</param>
/// <param name="Subject">What it was done to.</param>
public sealed record Act(DateTimeOffset At, string Actor, string Action, string Subject);

/// <summary>The audit's front door.</summary>
public static class AuditModule
{
    /// <summary>Adds the audit.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services) =>
        services.AddSingleton<ITables, AuditTables>();

    /// <summary>Notes an act; it is saved with the change it belongs to, in the caller's own save.</summary>
    public static void Note(
        this AutomatDb db, Id<Organization> organization, string actor, string action, string subject, DateTimeOffset now) =>
        db.Add(new AuditEvent
        {
            Id = Id<AuditEvent>.New(now),
            OrganizationId = organization,
            At = now.ToUniversalTime(),
            Actor = actor,
            Action = action,
            Subject = subject,
        });

    /// <summary>The newest acts of some kinds in an organisation, newest first.</summary>
    public static Task<List<Act>> LatestAsync(
        this AutomatDb db, Id<Organization> organization, IReadOnlyList<string> actions, int most, CancellationToken ct) =>
        db.Set<AuditEvent>().AsNoTracking().Where(a => a.OrganizationId == organization && actions.Contains(a.Action))
            .OrderByDescending(a => a.At).ThenByDescending(a => a.Id).Take(most)
            .Select(a => new Act(a.At, a.Actor, a.Action, a.Subject)).ToListAsync(ct);
}
