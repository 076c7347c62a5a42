using Automat.Domain;

namespace Automat.Server.People;

/// <summary>A code on paper that stands in for the second step once. Kept as a hash only.</summary>
internal sealed class RecoveryCode
{
    /// <summary>How many there are in a set.</summary>
    public const int InASet = 10;

    /// <summary>Identity.</summary>
    public required Id<RecoveryCode> Id { get; init; }

    /// <summary>Whose.</summary>
    public required Guid PersonId { get; init; }

    /// <summary>SHA-256 of the code: 80 random bits need no slow hash.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>When it was used.</summary>
    public DateTimeOffset? UsedAt { get; set; }
}
