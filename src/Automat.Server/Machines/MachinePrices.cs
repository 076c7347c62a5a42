using Automat.Server.Catalog;

namespace Automat.Server.Machines;

/// <summary>
/// What a machine's slots cost now: what price lists say, else what the slot asks. Where nothing can run out, such as a game's
/// credits, and where the machine's own controller decides, the slot's price holds always: payment links are made with it, and a
/// controller refuses less than it asks.
/// </summary>
public sealed class MachinePrices(PriceBook book, DriverRegistry drivers)
{
    /// <summary>The prices of one machine now.</summary>
    public async ValueTask<SlotPrices> AtAsync(Machine machine, CancellationToken ct) => new(
        drivers.Of(machine)?.TermsOf(machine).SetsPrices is true
            ? PriceBoard.Plain
            : await book.AtAsync(machine.OrganizationId, machine.Id, machine.Group, machine.TimeZone, machine.Currency, ct));
}

/// <summary>What slots of one machine cost at one moment.</summary>
public readonly struct SlotPrices
{
    private readonly PriceBoard board;

    internal SlotPrices(PriceBoard board) => this.board = board;

    /// <summary>Whether any list is for this machine at all.</summary>
    public bool AreUsual => board == PriceBoard.Plain;

    /// <summary>What one piece costs.</summary>
    public long Of(Slot slot) => slot.Capacity is null ? slot.Price : board.PriceOf(slot.ProductId, slot.Price);
}
