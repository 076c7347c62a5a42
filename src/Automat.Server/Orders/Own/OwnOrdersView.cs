using Automat.Server.Storefront;

namespace Automat.Server.Orders.Own;

/// <summary>An order in a customer's account.</summary>
/// <param name="Number">What people call it by.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Place">Where it is collected.</param>
/// <param name="Total">What is paid.</param>
/// <param name="At">When it was placed.</param>
/// <param name="Token">The key to its page; null where that is lost.</param>
public sealed record OwnOrderView(string Number, OrderState State, string Place, Amount Total, DateTimeOffset At, string? Token)
{
    /// <summary>Whether there is a receipt.</summary>
    public bool HasReceipt { get; init; }
}

/// <summary>A page of a customer's orders.</summary>
/// <param name="Orders">The orders, newest first.</param>
/// <param name="Page">Which page, from 1.</param>
public sealed record OwnOrdersView(IReadOnlyList<OwnOrderView> Orders, int Page)
{
    /// <summary>Whether another page follows.</summary>
    public bool HasMore { get; init; }

    /// <summary>What was done; null for nothing.</summary>
    public string? Done { get; init; }
}
