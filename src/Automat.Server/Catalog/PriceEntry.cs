using Automat.Domain;
using Automat.Domain.Prices;

namespace Automat.Server.Catalog;

/// <summary>What a price list asks for a product.</summary>
internal sealed record PriceEntry
{
    public required Id<PriceList> PriceListId { get; init; }

    public required Id<Product> ProductId { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Minor units of the organisation's currency, tax included.</summary>
    public required long Price { get; init; }
}
