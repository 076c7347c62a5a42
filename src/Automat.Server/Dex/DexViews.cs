using Automat.Server.Storefront;

namespace Automat.Server.Dex;

/// <summary>Names this module's texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;

/// <summary>A machine to choose.</summary>
public sealed record DexMachineView(string Id, string Name)
{
    /// <summary>Nothing proves that what it says comes from it; its audit files are not signed either.</summary>
    public bool Insecure { get; init; }
}

/// <summary>An audit file in the list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="MachineTime">What the machine's clock showed.</param>
/// <param name="Outcome">Name of the text that says what came of it.</param>
/// <param name="Cash">Cash sales since the file before.</param>
/// <param name="CashCount">How many.</param>
/// <param name="Card">Cashless sales since the file before.</param>
/// <param name="CardCount">How many.</param>
/// <param name="Odd">What was odd in it, with its line, in English.</param>
/// <param name="Denied">How many sales the books have and the machine denies.</param>
/// <param name="Foreign">How many sales the machine counted and the books lack.</param>
public sealed record DexFileView(
    string Id, DateTimeOffset ReceivedAt, DateTime? MachineTime, string Outcome, Amount Cash, long CashCount, Amount Card, long CardCount,
    IReadOnlyList<string> Odd, int Denied, long Foreign);

/// <summary>A part of a difference.</summary>
/// <param name="Cause">Name of its text.</param>
/// <param name="Amount">How much.</param>
public sealed record DexCauseView(string Cause, Amount Amount);

/// <summary>Books and machine since the file before the newest.</summary>
public sealed record DexSpanView(
    Amount Taken, Amount Sold, Amount Residual, Amount Booked, Amount Expected, IReadOnlyList<DexCauseView> Causes);

/// <summary>A selection: what we want and what the machine confirms.</summary>
public sealed record DexSlotView(string Slot, string Name, Amount? Wanted, Amount? Confirmed, bool Differs, int? Stock, int? Level);

/// <summary>A cash collection.</summary>
/// <param name="Bag">Number on the bag.</param>
/// <param name="Counted">What was in it.</param>
/// <param name="At">When.</param>
/// <param name="Expected">What should have been; null where nothing is known.</param>
/// <param name="Causes">Why the two differ.</param>
public sealed record DexBagView(string Bag, Amount Counted, DateTimeOffset At, Amount? Expected, IReadOnlyList<DexCauseView> Causes);

/// <summary>A bag somebody brought from a visit and nobody has counted yet.</summary>
/// <param name="Visit">The visit; names the booking, so that it is one.</param>
/// <param name="Bag">Number on the bag.</param>
/// <param name="At">When it was taken.</param>
public sealed record DexWaitingBag(Guid Visit, string Bag, DateTimeOffset At);

/// <summary>Audit files and cash of one machine.</summary>
/// <param name="Machines">Those to choose from.</param>
/// <param name="Machine">The chosen one; null when there is none.</param>
/// <param name="Currency">ISO 4217, of the chosen machine.</param>
/// <param name="Files">Its newest files.</param>
/// <param name="Span">Books and machine since the file before the newest.</param>
/// <param name="Slots">Prices and stock as the newest file has them.</param>
/// <param name="Bags">Its newest collections.</param>
public sealed record DexView(
    IReadOnlyList<DexMachineView> Machines, DexMachineView? Machine, string Currency, IReadOnlyList<DexFileView> Files,
    DexSpanView? Span, IReadOnlyList<DexSlotView> Slots, IReadOnlyList<DexBagView> Bags)
{
    /// <summary>Whether the reader may bring files and book collections.</summary>
    public bool MayWrite { get; init; }

    /// <summary>Bags that wait to be counted.</summary>
    public IReadOnlyList<DexWaitingBag> Waiting { get; init; } = [];

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }

    /// <summary>What is wrong by field, as names of texts.</summary>
    public IReadOnlyDictionary<string, string> Wrong { get; init; } = new Dictionary<string, string>();
}
