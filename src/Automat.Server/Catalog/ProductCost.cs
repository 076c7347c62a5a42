using Automat.Domain;

namespace Automat.Server.Catalog;

/// <summary>
/// What a piece of a product cost to buy from a moment on. The database writes it whenever a product's cost is said anew, so that
/// what was sold before keeps the cost it had; the first one counts for all time before, too.
/// </summary>
internal sealed record ProductCost
{
    public required Id<Product> ProductId { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>From when on.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Minor units without tax; null from when on nobody knows any more.</summary>
    public long? Cost { get; init; }
}
