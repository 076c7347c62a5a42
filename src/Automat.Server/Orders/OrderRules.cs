using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Orders;

/// <summary>What becomes of the money of an order nobody collects.</summary>
public enum Uncollected
{
    /// <summary>It goes back to where it came from.</summary>
    Refund,

    /// <summary>It becomes credit on the chip in the customer's account; without one it goes back.</summary>
    Credit,
}

/// <summary>What an organisation has said about its orders. It holds for what is ordered from then on.</summary>
internal sealed record OrderRules
{
    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>What becomes of the money of what nobody collects.</summary>
    public Uncollected Uncollected { get; init; }

    /// <summary>What an organisation has said; refunds where it has said nothing.</summary>
    public static async Task<OrderRules> OfAsync(AutomatDb db, Id<Organization> organization, CancellationToken ct) =>
        await db.Set<OrderRules>().AsNoTracking().SingleOrDefaultAsync(r => r.OrganizationId == organization, ct)
        ?? new OrderRules { OrganizationId = organization };
}

internal sealed class OrderRulesTable : ITables
{
    public void Map(ModelBuilder model) => model.Entity<OrderRules>(rules =>
    {
        rules.ToTable("order_rules");
        rules.IsAudited("order_rules");
        rules.HasKey(r => r.OrganizationId);
        rules.Property(r => r.OrganizationId).IsId();
    });
}
