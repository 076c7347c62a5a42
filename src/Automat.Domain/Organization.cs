namespace Automat.Domain;

/// <summary>A tenant: owns machines, people and one ledger. Every business row belongs to one.</summary>
public sealed record Organization
{
    /// <summary>Identity.</summary>
    public required Id<Organization> Id { get; init; }

    /// <summary>Name on receipts and pages.</summary>
    public required string Name { get; init; }

    /// <summary>The currency its new machines start with.</summary>
    public required Currency Currency { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
