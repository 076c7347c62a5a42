using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>
/// How much a machine that proves little of what it says may sell on the web in a day; asked before any money moves. What waits
/// for its payment counts, too.
/// </summary>
internal static class SpendLimit
{
    private static readonly TimeSpan Lasts = TimeSpan.FromDays(1);

    /// <summary>Refuses where a sale would go beyond it.</summary>
    /// <exception cref="RuleException"><c>spend_limit</c>.</exception>
    public static async Task RequireAsync(
        AutomatDb db, DriverRegistry drivers, Machine machine, long amount, DateTimeOffset now, CancellationToken ct)
    {
        if (drivers.Of(machine)?.SpendLimitOf(machine) is not { } limit) return;
        var since = (now - Lasts).ToUniversalTime();
        var sold = await db.Set<Vend>()
            .Where(v => v.Machine == machine.Id && v.ReservedAt >= since && v.Tender.Kind != TenderKind.Cash && v.Status != VendStatus.Cancelled)
            .SumAsync(v => v.Amount.Amount, ct);
        var waiting = await db.Set<Purchase>()
            .Where(p => p.CreatedAt >= since && p.MachineId == machine.Id && p.ExpiresAt > now.ToUniversalTime()
                && (p.Status == PurchaseStatus.Open || p.Status == PurchaseStatus.AwaitingPayment))
            .SumAsync(p => p.Amount, ct);
        if (sold + waiting + amount <= limit) return;
        throw new RuleException(
            "spend_limit",
            $"{machine.Name} sells no more than {new Money(limit, machine.Currency)} a day on the web: its connection is not secured.");
    }
}
