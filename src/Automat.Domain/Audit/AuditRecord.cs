namespace Automat.Domain.Audit;

/// <summary>One event of an audit log, as it is stored and hashed.</summary>
public sealed record AuditRecord
{
    /// <summary>Identity, chosen by who wrote it.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose log; all zeros for the platform's own.</summary>
    public required Guid Organization { get; init; }

    /// <summary>From 1 without gaps in each log; given when its transaction was committed.</summary>
    public required long Number { get; init; }

    /// <summary>When it was done, in microseconds since 1970.</summary>
    public required long At { get; init; }

    /// <summary>What kind of somebody did it, such as <c>Person</c>.</summary>
    public required string ActorKind { get; init; }

    /// <summary>Their id.</summary>
    public required string Actor { get; init; }

    /// <summary>The person a program acted for.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>The network it came from, or the command line.</summary>
    public string? Origin { get; init; }

    /// <summary>What was done, a stable word such as <c>machine.changed</c>.</summary>
    public required string Action { get; init; }

    /// <summary>What kind of thing it was done to.</summary>
    public required string SubjectType { get; init; }

    /// <summary>Its id.</summary>
    public required string Subject { get; init; }

    /// <summary>What is different: JSON, property to what it was and is; byte for byte as hashed.</summary>
    public required string Changes { get; init; }

    /// <summary>Why, in words.</summary>
    public string? Reason { get; init; }

    /// <summary>Under which name the server's log knows the same request.</summary>
    public string? CorrelationId { get; init; }
}
