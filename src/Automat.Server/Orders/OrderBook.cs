using System.Security.Cryptography;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Chips.Own;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Vends;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Orders;

/// <summary>An order with what is true of its money, its goods and its place.</summary>
/// <param name="Order">The order.</param>
/// <param name="Sale">What was bought, and what became of it.</param>
/// <param name="Place">Where it is collected.</param>
/// <param name="ByHand">Whether people hand it over.</param>
public sealed record FoundOrder(Order Order, Sale Sale, Machine Place, bool ByHand)
{
    /// <summary>The state it is in now.</summary>
    public OrderState State => OrderLife.Of(!ByHand || Order.ReadyAt is not null, Sale.Purchase, Sale.Vend);

    /// <summary>Whether the machine is told only once the customer says that they stand before it.</summary>
    public bool WaitsForCall { get; init; }

    /// <summary>The chip that was promised the money, should nobody collect it; null where it goes back.</summary>
    public CreditChip? Credit { get; init; }

    /// <summary>Whether the money has become credit on that chip.</summary>
    public bool WasCredited => Sale.Vend is { Status: VendStatus.Cancelled, Reason: VendRules.Credited };

    /// <summary>Where the money goes, or went, should nobody collect it; null for back. A chip that was locked meanwhile gets none.</summary>
    public string? CreditName => WasCredited || Credit?.IsActive is true ? Credit?.Name : null;

    /// <summary>What was ordered, at the prices of that moment.</summary>
    public IReadOnlyList<VendLine> Lines => Sale.Vend is { Lines.Count: > 0 } vend ? vend.Lines : Sale.Purchase.Lines;

    /// <summary>Whether it can still be called off: nobody has begun to deliver it, and no money is on its way.</summary>
    public bool MayCallOff => Sale.Vend is { } vend
        ? vend.Status is VendStatus.Reserved
        : Sale.Purchase.Status is PurchaseStatus.Open;
}

/// <summary>Finds orders: for customers by the key in their link, for the shop and staff by id.</summary>
public sealed class OrderBook
{
    private const string Purpose = "Automat.Orders.Link";

    private readonly AutomatDb db;
    private readonly Sales sales;
    private readonly MachineDirectory machines;
    private readonly DriverRegistry drivers;
    private readonly CreditChips chips;
    private readonly IDataProtector protector;

    /// <summary>Made by the container.</summary>
    public OrderBook(
        AutomatDb db, Sales sales, MachineDirectory machines, DriverRegistry drivers, CreditChips chips, IDataProtectionProvider protection)
    {
        this.db = db;
        this.sales = sales;
        this.machines = machines;
        this.drivers = drivers;
        this.chips = chips;
        protector = protection.CreateProtector(Purpose);
    }

    /// <summary>The order behind a customer's key; null when there is none.</summary>
    public async Task<FoundOrder?> FindAsync(string key, CancellationToken ct)
    {
        if (await sales.FindAsync(key, ct) is not { } sale) return null;
        var order = await db.Set<Order>().AsNoTracking().SingleOrDefaultAsync(o => o.PurchaseId == sale.Purchase.Id, ct);
        return order is null ? null : await WithPlaceAsync(order, sale, ct);
    }

    /// <summary>An order of an organisation; null when it has none of that id.</summary>
    public async Task<FoundOrder?> FindAsync(Id<Organization> organization, Id<Order> id, CancellationToken ct)
    {
        var order = await db.Set<Order>().AsNoTracking().SingleOrDefaultAsync(o => o.Id == id && o.OrganizationId == organization, ct);
        if (order is null) return null;
        // Written before its purchase: it may have none, when the server stopped in between.
        var purchase = await db.Set<Purchase>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == order.PurchaseId, ct);
        if (purchase is null) return null;
        var sale = purchase.VendId is not null && purchase.SessionId is { } session ? await sales.FindAsync(session, ct) : null;
        return await WithPlaceAsync(order, sale ?? new Sale(purchase, null, [], null), ct);
    }

    internal string Seal(string token) => protector.Protect(token);

    /// <summary>The key to the customer's page; null where what it was encrypted with is lost.</summary>
    public string? TokenOf(Order order)
    {
        try
        {
            return protector.Unprotect(order.SealedToken);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private async Task<FoundOrder> WithPlaceAsync(Order order, Sale sale, CancellationToken ct)
    {
        var place = await machines.GetAsync(order.MachineId, ct);
        var driver = drivers.Of(place);
        return new FoundOrder(order, sale, place, driver?.TermsOf(place).ByHand is true)
        {
            WaitsForCall = driver?.WaitsForCustomer is true,
            Credit = order.CreditChipId is { } chip ? await chips.FindAsync(chip, ct) : null,
        };
    }
}
