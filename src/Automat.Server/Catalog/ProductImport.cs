using Automat.Domain;

namespace Automat.Server.Catalog;

/// <summary>A file of products that somebody has sent and seen what it would do; it does so once they say yes.</summary>
internal sealed record ProductImport
{
    public required Id<ProductImport> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>What the file was called, for people only.</summary>
    public required string FileName { get; init; }

    /// <summary>What it says.</summary>
    public required string Text { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was taken in; null while nobody has said yes.</summary>
    public DateTimeOffset? DoneAt { get; init; }

    public int Added { get; init; }

    public int Changed { get; init; }
}
