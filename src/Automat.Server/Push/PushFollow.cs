using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Payments;

namespace Automat.Server.Push;

/// <summary>What was true of a sale when a device was last told of it.</summary>
/// <param name="Purchase">Where its purchase was.</param>
/// <param name="Vend">Where its vend was; null before the money came.</param>
/// <param name="IsReady">Whether staff had put it together.</param>
/// <param name="Back">What went or goes back of what was paid, minor units.</param>
internal sealed record SaleMark(PurchaseStatus Purchase, VendStatus? Vend, bool IsReady, long Back)
{
    /// <summary>A sale that nobody has paid.</summary>
    public static SaleMark Begun { get; } = new(PurchaseStatus.Open, Vend: null, IsReady: false, Back: 0);

    /// <summary>Whether nothing but money going back is expected to follow.</summary>
    public bool IsQuiet => Vend is { } status ? !VendLife.IsOpen(status) : Purchase is PurchaseStatus.Closed;
}

/// <summary>A device is told of a sale. It goes some days after the sale has become quiet.</summary>
internal sealed class PushFollow
{
    /// <summary>Identity.</summary>
    public required Id<PushFollow> Id { get; init; }

    /// <summary>Whose sale.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>What is told.</summary>
    public required Id<PushDevice> DeviceId { get; init; }

    /// <summary>Of what.</summary>
    public required Id<Purchase> PurchaseId { get; init; }

    /// <summary>The key to the customer's page, encrypted: pushes lead there. Null where the order has one of its own.</summary>
    public string? SealedToken { get; init; }

    /// <summary>Part of <see cref="Seen"/>.</summary>
    public PurchaseStatus SeenPurchase { get; init; }

    /// <summary>Part of <see cref="Seen"/>.</summary>
    public VendStatus? SeenVend { get; init; }

    /// <summary>Part of <see cref="Seen"/>.</summary>
    public bool SeenReady { get; init; }

    /// <summary>Part of <see cref="Seen"/>.</summary>
    public long SeenBack { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when nothing but money going back is expected; null while more is.</summary>
    public DateTimeOffset? QuietSince { get; init; }

    /// <summary>What was true when the device was last told.</summary>
    public SaleMark Seen => new(SeenPurchase, SeenVend, SeenReady, SeenBack);
}
