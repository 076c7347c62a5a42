using Automat.Domain.Vends;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Storefront;
using Automat.Server.Vends;

namespace Automat.Server.Counter;

/// <summary>Says a sale in the words of the customers' pages.</summary>
internal static class SaleViews
{
    public static VendView Of(Sale sale, Machine machine, string token)
    {
        var (purchase, vend) = (sale.Purchase, sale.Vend);
        var stage = StageOf(sale);
        var lines = vend is { Lines.Count: > 0 } ? vend.Lines : purchase.Lines;
        return new VendView(
            token, machine.Id.Value, machine.Name, LookOf(machine), stage, Amount(purchase, vend))
        {
            Lines = [.. lines.Select(l => new Storefront.VendLine(l.Quantity, l.Name))],
            Code = stage is VendStage.CodeReady ? vend?.Code : null,
            CodeValidUntil = stage is VendStage.CodeReady ? Local(vend?.Deadline, machine) : null,
            Credits = LookOf(machine) is MachineLook.Arcade ? lines.Sum(l => l.Quantity) : null,
            Reason = ReasonOf(vend?.Reason ?? purchase.Reason),
            ReceiptToken = vend is null ? null : token,
            RefundAmount = sale.Paybacks.Sum(p => p.Amount) is var back and > 0 && back < vend!.Amount.Amount
                ? new Amount(back, vend.Amount.Currency.Code)
                : null,
            Times = new VendTimes
            {
                Ordered = Local(purchase.CreatedAt, machine),
                Paid = Local(purchase.PaidAt, machine),
                Sent = Local(vend?.StartedAt, machine),
                Delivered = vend?.Status is VendStatus.Committed ? Local(vend.SettledAt, machine) : null,
                RefundStarted = Local(sale.Paybacks.Select(p => (DateTimeOffset?)p.CreatedAt).FirstOrDefault(), machine),
                Refunded = Local(sale.Paybacks.Select(p => p.PaidAt).LastOrDefault(), machine),
                Ended = Local(vend?.SettledAt, machine),
            },
        };
    }

    public static MachineLook LookOf(Machine machine) => machine.Driver switch
    {
        "arcade" => MachineLook.Arcade,
        "robot" => MachineLook.Robot,
        "fridge" => MachineLook.Fridge,
        _ => MachineLook.Snack,
    };

    public static MachineCondition ConditionOf(string? whyNot) => whyNot switch
    {
        null => MachineCondition.Ready,
        "machine_busy" => MachineCondition.Busy,
        "not_connected_yet" => MachineCondition.NotConnected,
        "out_of_service" or "retired" or "machine_fault" => MachineCondition.OutOfService,
        _ => MachineCondition.Offline,
    };

    public static DateTimeOffset? Local(DateTimeOffset? time, Machine machine) =>
        time is { } known && TimeZoneInfo.TryFindSystemTimeZoneById(machine.TimeZone, out var zone)
            ? TimeZoneInfo.ConvertTime(known, zone)
            : time;

    public static VendReason ReasonOf(string? reason) => reason switch
    {
        null => VendReason.None,
        "no_answer" or "connection_lost" or "server_restarted" or "overdue" => VendReason.MachineSilent,
        "machine_offline" or "not_connected_yet" => VendReason.MachineOffline,
        "machine_failed" => VendReason.MachineFault,
        "sold_out" => VendReason.SoldOut,
        "codes_exhausted" => VendReason.MachineBusy,
        "expired" => VendReason.CodeExpired,
        "payment_expired" => VendReason.PaymentExpired,
        "payment_failed" => VendReason.PaymentDeclined,
        _ => VendReason.OperatorCancelled,
    };

    private static Amount Amount(Purchase purchase, Vend? vend) => vend is null
        ? new Amount(purchase.Amount, purchase.Currency.Code)
        : new Amount(vend.Amount.Amount, vend.Amount.Currency.Code);

    private static VendStage StageOf(Sale sale)
    {
        if (sale.Vend is not { } vend)
        {
            return sale.Purchase.Status is PurchaseStatus.Closed ? VendStage.Expired : VendStage.AwaitingPayment;
        }

        return vend.Status switch
        {
            VendStatus.Reserved => vend.Code is null ? VendStage.Paid : VendStage.CodeReady,
            VendStatus.Delivering => vend.Code is null ? VendStage.Delivering : VendStage.CodeReady,
            VendStatus.Unknown => VendStage.Unknown,
            VendStatus.Committed => VendStage.Delivered,
            VendStatus.Cancelled or VendStatus.Refunded or VendStatus.PartlyRefunded =>
                sale.Paybacks.All(p => p.Status is PaybackStatus.Paid) ? VendStage.Refunded : VendStage.Refunding,
        };
    }
}
