using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Automat.Protocol;

/// <summary>What a sale at the machine is paid with: exactly one of the kinds.</summary>
[Description("What a sale is paid with: either chip_uid, or kind \"cash\".")]
public sealed record DeviceTender
{
    /// <summary>Coins and notes the machine has taken.</summary>
    public const string Cash = "cash";

    /// <summary>Credit on a chip.</summary>
    public const string Chip = "chip";

    /// <summary><c>chip</c> or <c>cash</c>; may be left out when <see cref="ChipUid"/> is there.</summary>
    [Description("\"chip\" or \"cash\"; may be left out when chip_uid is there.")]
    public string? Kind { get; init; }

    /// <summary>The chip's UID as the reader gives it: 8 to 20 hexadecimal digits, separators allowed.</summary>
    [Description("The chip's UID: 4 to 10 bytes in hexadecimal, with or without ':' '-' or blanks between them.")]
    public string? ChipUid { get; init; }
}

/// <summary>Asks to hold money (and goods) for one vend. The money moves only with the commit.</summary>
public sealed record ReserveRequest
{
    /// <summary>The machine's own name of this vend, never used for another; a repeat gets the same answer.</summary>
    [Description("The machine's own name of this vend: 1 to 64 printable ASCII characters, never used for another vend.")]
    public required string MdbSessionId { get; init; }

    /// <summary>What it is paid with.</summary>
    public required DeviceTender Tender { get; init; }

    /// <summary>Code of the slot, as in the configuration; may be left out when the amount is told.</summary>
    [Description("Code of the slot, as in the configuration. At least one of slot and amount.")]
    public string? Slot { get; init; }

    /// <summary>Minor units for all pieces, as the machine's own controller asks; the slot's price when left out.</summary>
    [Description("Price of all pieces in minor units, as the machine's controller shows it; the slot's price when left out.")]
    public long? Amount { get; init; }

    /// <summary>Pieces, 1 when left out.</summary>
    [Description("Pieces, 1 when left out, at most 100.")]
    public int? Quantity { get; init; }
}

/// <summary>Where a vend is in its life.</summary>
[JsonConverter(typeof(SnakeCase<DeviceVendStatus>))]
public enum DeviceVendStatus
{
    /// <summary>Held; the machine may let the goods out.</summary>
    Reserved,

    /// <summary>Handed to the machine as a command.</summary>
    Delivering,

    /// <summary>Nobody knows; the money is still held.</summary>
    Unknown,

    /// <summary>Delivered and paid.</summary>
    Committed,

    /// <summary>Nothing was delivered; the money is back.</summary>
    Cancelled,

    /// <summary>Delivered, and money was given back later.</summary>
    Refunded,
}

/// <summary>A vend as its machine may know it: the answer to reserve, commit and cancel.</summary>
public sealed record VendAnswer
{
    /// <summary>Names the vend from now on.</summary>
    public required string ReservationId { get; init; }

    /// <summary>Where it is.</summary>
    public required DeviceVendStatus Status { get; init; }

    /// <summary>Minor units held, or delivered once it is committed.</summary>
    public required long Amount { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>Unix seconds; until then the commit or cancel is awaited.</summary>
    [Description("Unix seconds: when the money goes back if nothing is heard. A later commit is still booked.")]
    public required long ExpiresAt { get; init; }

    /// <summary>The chip's credit that is left, in minor units.</summary>
    public long? BalanceAfter { get; init; }

    /// <summary>The commit came after the money had gone back; it was booked all the same.</summary>
    public bool Late { get; init; }

    /// <summary>A line for the machine's display, at most 32 characters.</summary>
    [Description("A line for the machine's display, at most 32 printable ASCII characters.")]
    public string? Display { get; init; }
}

/// <summary>The goods are out. A body is optional: without one everything was delivered.</summary>
public sealed record CommitRequest
{
    /// <summary>Minor units really delivered; at most what is held; all of it when left out.</summary>
    [Description("Minor units really delivered, above 0 and at most what is held; everything when left out.")]
    public long? Amount { get; init; }

    /// <summary>How the machine knows, in a short word such as <c>vend_success</c> or <c>drop_sensor</c>.</summary>
    [Description("How the machine knows: a word of at most 32 lower-case letters, digits and underscores.")]
    public string? Evidence { get; init; }
}

/// <summary>Nothing came out. A body is optional.</summary>
public sealed record CancelRequest
{
    /// <summary>Why, in a short word such as <c>vend_failure</c> or <c>timeout</c>.</summary>
    [Description("Why: a word of at most 32 lower-case letters, digits and underscores.")]
    public string? Reason { get; init; }
}

/// <summary>A refusal or an error (RFC 9457). Programs look at <see cref="Code"/> and nothing else.</summary>
public sealed record DeviceProblem
{
    /// <summary>HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>Stable word for what is wrong.</summary>
    public required string Code { get; init; }

    /// <summary>A sentence for people.</summary>
    public required string Detail { get; init; }

    /// <summary>Which of a chip's rules refused, such as <c>day:category:Sweets</c>.</summary>
    [Description("Which of a chip's rules refused, such as \"week\", \"day:category:Sweets\", \"hours\".")]
    public string? Rule { get; init; }

    /// <summary>Unix seconds; when the same would be allowed again.</summary>
    [Description("Unix seconds: when the same would be allowed again; left out when it would not, or nobody knows.")]
    public long? OpensAt { get; init; }

    /// <summary>A line for the machine's display, at most 32 characters.</summary>
    [Description("A line for the machine's display, at most 32 printable ASCII characters.")]
    public string? Display { get; init; }

    /// <summary>Unix seconds; there when the device's clock is wrong.</summary>
    public long? ServerTime { get; init; }
}
