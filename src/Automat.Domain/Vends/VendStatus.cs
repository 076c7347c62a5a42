namespace Automat.Domain.Vends;

/// <summary>Where a vend is in its life. Each status says what is true in it.</summary>
public enum VendStatus
{
    /// <summary>Money and goods are held until the deadline; the machine has not been told yet.</summary>
    Reserved,

    /// <summary>The command was handed to the machine, or is about to be; its outcome is awaited.</summary>
    Delivering,

    /// <summary>The machine took the command and then went silent; the money stays held until somebody knows.</summary>
    Unknown,

    /// <summary>The machine delivered; the money was earned.</summary>
    Committed,

    /// <summary>Delivered, and a part of the money was given back later.</summary>
    PartlyRefunded,

    /// <summary>Delivered, and all of the money was given back later.</summary>
    Refunded,

    /// <summary>Nothing was delivered; all held money went back.</summary>
    Cancelled,
}

/// <summary>Which status may follow which: the whole life of a vend in one table.</summary>
public static class VendLife
{
    /// <summary>The statuses that may follow.</summary>
    public static IReadOnlyList<VendStatus> After(VendStatus status) => status switch
    {
        VendStatus.Reserved => [VendStatus.Delivering, VendStatus.Committed, VendStatus.Cancelled],
        VendStatus.Delivering => [VendStatus.Committed, VendStatus.Cancelled, VendStatus.Unknown],
        VendStatus.Unknown => [VendStatus.Committed, VendStatus.Cancelled],
        VendStatus.Committed => [VendStatus.PartlyRefunded, VendStatus.Refunded],
        VendStatus.PartlyRefunded => [VendStatus.PartlyRefunded, VendStatus.Refunded],
        VendStatus.Cancelled => [VendStatus.Committed], // a late report: the goods left the machine after all
        VendStatus.Refunded => [],
    };

    /// <summary>Whether money is held for a vend in this status.</summary>
    public static bool IsOpen(VendStatus status) =>
        status is VendStatus.Reserved or VendStatus.Delivering or VendStatus.Unknown;
}

/// <summary>What happens to the money when a machine stays silent past the deadline of <see cref="VendStatus.Unknown"/>.</summary>
public enum SilencePolicy
{
    /// <summary>The customer gets the money back.</summary>
    RefundCustomer,

    /// <summary>The goods count as delivered.</summary>
    AssumeDelivered,
}
