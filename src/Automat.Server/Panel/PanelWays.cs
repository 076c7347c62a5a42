using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace Automat.Server.Panel;

/// <summary>One entry of the navigation.</summary>
/// <param name="Group">Under which heading it stands.</param>
/// <param name="Address">Where it leads.</param>
/// <param name="Text">Key of its name.</param>
public sealed record Way(string Group, string Address, string Text);

/// <summary>
/// The ways through the panel, in their order. A way is shown once its page is there and to whom that page opens: what the
/// page itself asks for is asked here, so that the two cannot differ.
/// </summary>
internal sealed class PanelWays(EndpointDataSource endpoints)
{
    public static readonly IReadOnlyList<Way> All =
    [
        new("Ways.Today", "/panel", "Panel.Home"),
        new("Ways.Today", "/panel/doubts", "Panel.Doubts"),
        new("Ways.Today", "/panel/baskets", "Panel.Baskets"),
        new("Ways.Today", "/panel/refunds", "Panel.Refunds"),
        new("Ways.Today", "/panel/messages", "Panel.Messages"),
        new("Ways.Selling", "/panel/machines", "Panel.Machines"),
        new("Ways.Selling", "/panel/sales", "Panel.Sales"),
        new("Ways.Selling", "/panel/orders", "Panel.Orders"),
        new("Ways.Selling", "/panel/chips", "Panel.Chips"),
        new("Ways.Selling", "/panel/firmware", "Panel.Firmware"),
        new("Ways.Goods", "/panel/products", "Panel.Products"),
        new("Ways.Goods", "/panel/prices", "Panel.Prices"),
        new("Ways.Goods", "/panel/stock", "Panel.Stock"),
        new("Ways.Goods", "/panel/restock", "Panel.Restock"),
        new("Ways.Money", "/panel/dex", "Panel.Dex"),
        new("Ways.Money", "/panel/debts", "Panel.Debts"),
        new("Ways.Money", "/panel/disputes", "Panel.Disputes"),
        new("Ways.Money", "/panel/settlement", "Panel.Settlement"),
        new("Ways.Money", "/panel/ledger", "Panel.Ledger"),
        new("Ways.Money", "/panel/reports", "Panel.Reports"),
        new("Ways.System", "/panel/people", "Panel.People"),
        new("Ways.System", "/panel/tokens", "Panel.Tokens"),
        new("Ways.System", "/panel/audit", "Panel.Audit"),
        new("Ways.System", "/panel/customer-data", "Panel.CustomerData"),
        new("Ways.System", "/panel/outbox", "Panel.Outbox"),
        new("Ways.System", "/panel/settings", "Panel.Settings"),
        new("Ways.System", "/panel/channels", "Panel.Channels"),
        new("Ways.System", "/panel/push", "Panel.Push"),
        new("Ways.System", "/panel/organizations", "Panel.Organizations"),
        new("Ways.System", "/account", "Panel.Account"),
        new("Ways.System", "/panel/components", "Panel.Components"),
    ];

    private readonly Lazy<IReadOnlyList<(Way Way, Permission Permission)>> open = new(() => Open(endpoints));

    /// <summary>Those that lead somewhere for somebody.</summary>
    public IEnumerable<Way> For(ClaimsPrincipal who) => open.Value.Where(entry => who.Allows(entry.Permission)).Select(entry => entry.Way);

    /// <summary>The entry a page belongs to: its own, or that of the page above it.</summary>
    public static string? CurrentOf(PathString page) => All.Select(way => way.Address)
        .Where(address => page == address || (address != "/panel" && page.StartsWithSegments(address, StringComparison.Ordinal)))
        .MaxBy(address => address.Length);

    private static List<(Way, Permission)> Open(EndpointDataSource endpoints)
    {
        var permissions = new Dictionary<string, Permission>(StringComparer.Ordinal);
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Get) is not true) continue;
            var asked = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(mark => Permissions.AskedBy(mark.Policy));
            if (asked.LastOrDefault(permission => permission is not null) is { } permission)
                permissions["/" + endpoint.RoutePattern.RawText?.Trim('/')] = permission;
        }

        return [.. All.Where(way => permissions.ContainsKey(way.Address)).Select(way => (way, permissions[way.Address]))];
    }
}
