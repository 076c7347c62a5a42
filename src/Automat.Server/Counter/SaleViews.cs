using Automat.Domain;
using Automat.Domain.Holds;
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
        var look = purchase.Offer is null ? LookOf(machine) : MachineLook.Fridge;
        var lines = purchase.Offer is not null ? sale.Basket : vend is { Lines.Count: > 0 } ? vend.Lines : purchase.Lines;
        var owed = sale.Debts.Where(d => d.Status is DebtStatus.Owed).Sum(d => d.Amount);
        var paid = vend is null ? 0 : PaidOf(sale, vend, owed);
        return new VendView(
            token, machine.Id.Value, machine.Name, look, stage, purchase.Offer is null || vend is null ? Amount(purchase, vend) : Basket(sale))
        {
            Lines = [.. lines.Select(l => new Storefront.VendLine(new Quantity(l.Quantity, l.IsByWeight), l.Name))],
            Code = stage is VendStage.CodeReady ? vend?.Code : null,
            CodeValidUntil = stage is VendStage.CodeReady ? Local(vend?.Deadline, machine) : null,
            Credits = look is MachineLook.Arcade ? lines.Sum(l => l.Quantity) : null,
            Reason = stage is VendStage.Delivered ? VendReason.None : ReasonOf(vend?.Reason ?? purchase.Reason, vend),
            Press = machine.Driver == "vmflow" && stage is VendStage.Delivering && lines is [var chosen, ..] ? chosen.Slot : null,
            ReceiptToken = vend is null ? null : token,
            // How long one may, the claim's own page knows.
            MayClaim = vend?.Status is VendStatus.Committed or VendStatus.PartlyRefunded or VendStatus.Unknown,
            RefundAmount = vend is not null && BackOf(sale, vend) is var back and > 0
                && (back < vend.Amount.Amount || stage is VendStage.Delivered)
                ? new Amount(back, vend.Amount.Currency.Code)
                : null,
            Held = purchase.Offer is null ? null : Amount(purchase, vend),
            Owed = owed > 0 ? new Amount(owed, purchase.Currency.Code) : null,
            Charged = vend is not null && paid < vend.Delivered ? new Amount(paid, purchase.Currency.Code) : null,
            Times = new VendTimes
            {
                Ordered = Local(purchase.CreatedAt, machine),
                Paid = Local(purchase.PaidAt, machine),
                Sent = Local(vend?.Code is null ? vend?.StartedAt : vend.ReservedAt, machine),
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
        "pickup" => MachineLook.PickUp,
        "fridge" => MachineLook.Fridge,
        _ => MachineLook.Snack,
    };

    public static MachineCondition ConditionOf(string? whyNot) => whyNot switch
    {
        null => MachineCondition.Ready,
        "machine_busy" => MachineCondition.Busy,
        "not_connected_yet" => MachineCondition.NotConnected,
        "out_of_service" or "retired" => MachineCondition.OutOfService,
        "machine_faulted" or "reader_disabled" => MachineCondition.Faulted,
        "cash_only" => MachineCondition.CashOnly,
        _ => MachineCondition.Offline,
    };

    public static DateTimeOffset? Local(DateTimeOffset? time, Machine machine) =>
        time is { } known && TimeZoneInfo.TryFindSystemTimeZoneById(machine.TimeZone, out var zone)
            ? TimeZoneInfo.ConvertTime(known, zone)
            : time;

    /// <summary>What goes or went back of all that was paid, minor units. A hold that is released was never paid.</summary>
    public static long BackOf(Sale sale, Vend vend)
    {
        if (vend.Tender.Kind is TenderKind.Authorised) return vend.Refunded - TakenOff(sale, vend);
        return vend.Status switch
        {
            VendStatus.Reserved or VendStatus.Delivering or VendStatus.Unknown => 0,
            VendStatus.Cancelled => vend.Amount.Amount,
            VendStatus.Committed or VendStatus.PartlyRefunded or VendStatus.Refunded =>
                vend.Amount.Amount - vend.Delivered + vend.Refunded,
        };
    }

    /// <summary>What was paid of what was delivered, minor units: neither what is owed nor what was taken off that.</summary>
    public static long PaidOf(Sale sale, Vend vend, long owed) => Math.Max(vend.Delivered - owed - TakenOff(sale, vend), 0);

    private static long TakenOff(Sale sale, Vend vend) => sale.Debts.Where(d => d.VendId == vend.Id).Sum(d => d.TakenOff);

    /// <summary>Why a payback is made; what was paid beyond the price goes back in the moment of delivery.</summary>
    public static VendReason ReasonOf(Payback payback, Vend vend) =>
        vend is { Delivered: > 0, Late: false } && payback.CreatedAt == vend.SettledAt
            ? VendReason.Overpaid
            : ReasonOf(payback.Reason, vend);

    private static VendReason ReasonOf(string? reason, Vend? vend) => reason switch
    {
        null => VendReason.None,
        "no_answer" or "connection_lost" or "server_restarted" or "overdue" or "brokered"
            or "board_restarted" or "machine_reset" or "no_evidence" => VendReason.MachineSilent,
        "machine_offline" or "not_connected_yet" => VendReason.MachineOffline,
        "out_of_service" => VendReason.OutOfService,
        "machine_failed" or "vend_failed" or "cancelled_by_machine" => VendReason.MachineFault,
        "machine_refused" or "too_late" or "command_unsupported" => VendReason.MachineRefused,
        "no_vend" => VendReason.NothingChosen,
        "no_session" or "not_taken" => VendReason.MachineRefused,
        "counted" or "dex_da2" or "staff_decided" => VendReason.FoundUndelivered,
        _ when reason.EndsWith("_jam", StringComparison.Ordinal) || reason == "jammed" => VendReason.Jammed,
        "sold_out" => VendReason.SoldOut,
        "codes_exhausted" => VendReason.MachineBusy,
        VendRules.Credited => VendReason.Credited,
        "expired" => vend?.Code is null ? VendReason.MachineOffline : VendReason.CodeExpired,
        "amount_below_price" or "currency_mismatch" => VendReason.WrongAmount,
        "paid_twice" => VendReason.PaidTwice,
        "nothing_taken" => VendReason.None,
        "debt_open" => VendReason.DebtOpen,
        "hold_lost" => VendReason.HoldLost,
        "payment_expired" => VendReason.PaymentExpired,
        "payment_failed" => VendReason.PaymentDeclined,
        "cancelled_by_customer" => VendReason.CustomerCancelled,
        _ => VendReason.OperatorCancelled,
    };

    private static Amount Amount(Purchase purchase, Vend? vend) => vend is null
        ? new Amount(purchase.Amount, purchase.Currency.Code)
        : new Amount(vend.Amount.Amount, vend.Amount.Currency.Code);

    /// <summary>What was taken, or seems to be while the door is open.</summary>
    private static Amount Basket(Sale sale) => new(sale.Basket.Sum(l => l.Total), sale.Purchase.Currency.Code);

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
            VendStatus.Cancelled when vend.Tender.Kind is TenderKind.Authorised => VendStage.Cancelled,
            VendStatus.Cancelled or VendStatus.Refunded or VendStatus.PartlyRefunded =>
                sale.Paybacks.All(p => p.Status is PaybackStatus.Paid or PaybackStatus.SettledOtherwise) ? VendStage.Refunded : VendStage.Refunding,
        };
    }
}
