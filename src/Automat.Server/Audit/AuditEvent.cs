using Automat.Domain;
using Automat.Domain.Audit;
using Automat.Domain.Ledger;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Automat.Server.Audit;

/// <summary>
/// Who did what to which thing, when, from where and why. Saved with the change itself; never changed or removed, the
/// database refuses it. It names people by their ids and holds no secret, so that erasing a person leaves it as it is.
/// </summary>
internal sealed class AuditEvent
{
    public required Id<AuditEvent> Id { get; init; }

    /// <summary>Whose log; all zeros for what belongs to no organisation.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>From 1 without gaps; the database gives it when the transaction is committed.</summary>
    public long? Number { get; private set; }

    /// <summary>The hash of the event before; given by the database.</summary>
    public byte[]? PreviousHash { get; private set; }

    /// <summary>The hash of this event; given by the database.</summary>
    public byte[]? Hash { get; private set; }

    public DateTimeOffset At { get; private set; }

    public ActorKind ActorKind { get; private set; }

    /// <summary>The person's, token's or machine's id, the provider's or worker's name.</summary>
    public string Actor { get; private set; } = "";

    public string? OnBehalfOf { get; private set; }

    public string? Origin { get; private set; }

    /// <summary>Stable word for what was done, such as <c>payment_link.created</c>.</summary>
    public required string Action { get; init; }

    public required string SubjectType { get; init; }

    public required string Subject { get; init; }

    /// <summary>JSON: column to what it was and is.</summary>
    public string Changes { get; private set; } = "{}";

    public string? Reason { get; init; }

    public string? CorrelationId { get; private set; }

    /// <summary>Says who did it and what it changed; again when the save is tried again.</summary>
    public void Complete(Actor actor, DateTimeOffset now, string changes)
    {
        At = now.ToUniversalTime();
        ActorKind = actor.Kind;
        Actor = actor.Id;
        OnBehalfOf = actor.OnBehalfOf;
        Origin = actor.Origin;
        CorrelationId = actor.Correlation;
        Changes = changes;
    }

    /// <summary>The event as it is hashed.</summary>
    public AuditRecord Record => new()
    {
        Id = Id.Value,
        Organization = OrganizationId.Value,
        Number = Number ?? 0,
        At = Chain.Timestamp(At),
        ActorKind = ActorKind.ToString(),
        Actor = Actor,
        OnBehalfOf = OnBehalfOf,
        Origin = Origin,
        Action = Action,
        SubjectType = SubjectType,
        Subject = Subject,
        Changes = Changes,
        Reason = Reason,
        CorrelationId = CorrelationId,
    };
}

/// <summary>The newest event of a log; kept by the database, its row orders the log's events.</summary>
internal sealed class AuditHead
{
    public required Id<Organization> OrganizationId { get; init; }

    public required long Number { get; init; }

    public required byte[] Hash { get; init; }
}

/// <summary>What verification last found.</summary>
internal sealed class AuditCheck
{
    public required Id<Organization> OrganizationId { get; init; }

    public DateTimeOffset At { get; set; }

    /// <summary>Events found in order.</summary>
    public long Events { get; set; }

    /// <summary>Hash of the last of these.</summary>
    public byte[] Head { get; set; } = [];

    /// <summary>The first wrong row; null where none can be blamed, or none is wrong.</summary>
    public long? BrokenAt { get; set; }

    /// <summary>What is wrong, a stable word; null when nothing is.</summary>
    public string? Code { get; set; }

    /// <summary>The same in a sentence.</summary>
    public string? Reason { get; set; }
}

internal sealed class AuditTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<AuditEvent>(audit =>
        {
            audit.ToTable("audit_events");
            audit.IsNotAudited("It is the log itself.");
            audit.HasKey(a => a.Id);
            audit.Property(a => a.Id).IsId();
            audit.Property(a => a.OrganizationId).IsId();
            // The database gives these; nobody who writes has the right to.
            audit.Property(a => a.Number).Metadata.SetBeforeSaveBehavior(PropertySaveBehavior.Ignore);
            audit.Property(a => a.PreviousHash).Metadata.SetBeforeSaveBehavior(PropertySaveBehavior.Ignore);
            audit.Property(a => a.Hash).Metadata.SetBeforeSaveBehavior(PropertySaveBehavior.Ignore);
            audit.Property(a => a.Actor).HasMaxLength(100);
            audit.Property(a => a.OnBehalfOf).HasMaxLength(100);
            audit.Property(a => a.Origin).HasMaxLength(64);
            audit.Property(a => a.Action).HasMaxLength(100);
            audit.Property(a => a.SubjectType).HasMaxLength(64);
            audit.Property(a => a.Subject).HasMaxLength(300);
            audit.Property(a => a.Reason).HasMaxLength(500);
            audit.Property(a => a.CorrelationId).HasMaxLength(64);
            audit.Ignore(a => a.Record);
            audit.HasIndex(a => new { a.OrganizationId, a.At }); // from and to
            audit.HasIndex(a => new { a.OrganizationId, a.Number }).IsUnique(); // the chain, and pages of it
            audit.HasIndex(a => new { a.OrganizationId, a.SubjectType, a.Subject, a.Number }); // what happened to a thing
            audit.HasIndex(a => new { a.OrganizationId, a.Actor, a.Number }); // what somebody did
        });
        model.Entity<AuditHead>(head =>
        {
            head.ToTable("audit_heads");
            head.IsNotAudited("It says where the log ends.");
            head.HasKey(h => h.OrganizationId);
            head.Property(h => h.OrganizationId).IsId();
        });
        model.Entity<AuditCheck>(check =>
        {
            check.ToTable("audit_checks");
            check.IsNotAudited("Verifying again finds it again.");
            check.HasKey(c => c.OrganizationId);
            check.Property(c => c.OrganizationId).IsId();
            check.Property(c => c.Code).HasMaxLength(64);
            check.Property(c => c.Reason).HasMaxLength(500);
        });
    }
}
