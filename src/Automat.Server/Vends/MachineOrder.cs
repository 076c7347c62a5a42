using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Chips;

namespace Automat.Server.Vends;

/// <summary>What somebody wants at a machine that sells by itself.</summary>
/// <param name="Key">The machine's own name of this sale, never used for another: 1 to 80 printable ASCII characters.</param>
/// <param name="Slot">Code of the slot; null when only the amount is known.</param>
/// <param name="Amount">Minor units of all pieces, as the machine shows it; null for the slot's price.</param>
/// <param name="Quantity">Pieces.</param>
public sealed record MachineOrder(string Key, string? Slot, long? Amount, int Quantity)
{
    /// <summary>The chip it is paid with; null for cash.</summary>
    public ChipUid? Chip { get; init; }

    /// <summary>How long the money is held.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Minor units one sale may cost.</summary>
    public long Most { get; init; } = 100_000;

    /// <summary>The request may no longer be served after this: nobody waits at the machine any more.</summary>
    public DateTimeOffset? Deadline { get; init; }
}

/// <summary>A sale as its machine may know it.</summary>
/// <param name="Id">The vend.</param>
/// <param name="Status">Where it is.</param>
/// <param name="Amount">Minor units held, or delivered once it is committed.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
/// <param name="Balance">Credit left on the chip, minor units; null for other money.</param>
/// <param name="Late">It was committed after the money had gone back.</param>
public sealed record MachineSale(
    Guid Id, VendStatus Status, long Amount, string Currency, DateTimeOffset ExpiresAt, long? Balance, bool Late)
{
    internal static MachineSale Of(Vend vend, Journal.JournalRows rows) => new(
        vend.Id.Value, vend.Status, VendLife.IsOpen(vend.Status) || vend.Status is VendStatus.Cancelled
            ? vend.Amount.Amount : vend.Delivered,
        vend.Amount.Currency.Code, vend.Deadline,
        vend.Tender.Kind is TenderKind.Chip
            ? rows.Balance(vend.Organization, vend.Tender.Account, vend.Amount.Currency)
            : null,
        vend.Late);
}
