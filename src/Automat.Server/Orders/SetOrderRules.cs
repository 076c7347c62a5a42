using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Orders;

/// <summary>Shows and sets what becomes of the money of orders nobody collects.</summary>
public sealed class SetOrderRules(AutomatDb db)
{
    /// <summary>What an organisation has said.</summary>
    public async Task<Uncollected> ShowAsync(Id<Organization> organization, CancellationToken ct) =>
        (await OrderRules.OfAsync(db, organization, ct)).Uncollected;

    /// <summary>Sets it for orders from now on.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="word"><c>refund</c> or <c>credit</c>.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="FieldsException"><c>order_rules_invalid</c>.</exception>
    public async Task RunAsync(ClaimsPrincipal caller, string? word, CancellationToken ct)
    {
        if (Of(word) is not { } wanted)
        {
            throw new FieldsException(
                "order_rules_invalid", new Dictionary<string, string>(StringComparer.Ordinal) { ["uncollected"] = "Either refund or credit." });
        }

        var organization = caller.OrganizationOf();
        var before = await db.Set<OrderRules>().AsNoTracking().SingleOrDefaultAsync(r => r.OrganizationId == organization, ct);
        if ((before?.Uncollected ?? Uncollected.Refund) == wanted) return;
        var after = new OrderRules { OrganizationId = organization, Uncollected = wanted };
        if (before is null) db.Add(after);
        else db.Replace(before, after);
        db.Note(organization, "organization.order_rules_changed", "organization", organization.ToString());
        await db.SaveChangesAsync(ct);
    }

    /// <summary>A rule's word in forms.</summary>
    public static string WordOf(Uncollected rule) => rule switch
    {
        Uncollected.Refund => "refund",
        Uncollected.Credit => "credit",
    };

    private static Uncollected? Of(string? word) => word switch
    {
        "refund" => Uncollected.Refund,
        "credit" => Uncollected.Credit,
        _ => null,
    };
}
