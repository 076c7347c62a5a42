using Automat.Domain;
using Automat.Server.Catalog;

namespace Automat.Server.Stock;

/// <summary>So many pieces of a product at a place that expire on one day. The place's level is the sum of these.</summary>
internal sealed record StockBatch
{
    public required Id<StockBatch> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required Id<StockPlace> PlaceId { get; init; }

    public required Id<Product> ProductId { get; init; }

    /// <summary>The last day they may be sold; null where they keep, or nobody said.</summary>
    public DateOnly? ExpiresOn { get; init; }

    public required int Quantity { get; init; }
}
