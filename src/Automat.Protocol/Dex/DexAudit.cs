using System.Runtime.InteropServices;

namespace Automat.Protocol.Dex;

/// <summary>A pair of counters: how much and how often. Values are in the file's own minor units.</summary>
/// <param name="Value">Value since the machine was initialised.</param>
/// <param name="Count">Number since the machine was initialised.</param>
/// <param name="ValueReset">Value since the last reset; null when the machine does not tell.</param>
/// <param name="CountReset">Number since the last reset; null when the machine does not tell.</param>
public sealed record DexMeter(long Value, long Count, long? ValueReset, long? CountReset);

/// <summary>An amount the machine counts twice: since it was initialised, and since its last reset.</summary>
/// <param name="Init">Since initialised; null when the machine does not tell.</param>
/// <param name="Reset">Since the last reset; null when the machine does not tell.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DexPair(long? Init, long? Reset);

/// <summary>Where coins and notes went, in the file's own minor units.</summary>
public sealed record DexCash
{
    /// <summary>All that was put in (CA301, CA305), manual fills included.</summary>
    public DexPair In { get; init; }

    /// <summary>Of that into the cash box (CA302, CA306).</summary>
    public DexPair Box { get; init; }

    /// <summary>Of that into the tubes (CA303, CA307).</summary>
    public DexPair Tubes { get; init; }

    /// <summary>Of that as notes (CA309, CA310).</summary>
    public DexPair Notes { get; init; }

    /// <summary>All coins the machine gave out (CA401, CA403), by hand included.</summary>
    public DexPair Dispensed { get; init; }

    /// <summary>Of that by hand, with the lever or a menu (CA402, CA404).</summary>
    public DexPair DispensedByHand { get; init; }

    /// <summary>Money kept because nothing could be given back (CA801, CA802).</summary>
    public DexPair Overpaid { get; init; }

    /// <summary>Coins filled into the tubes by hand (CA1001, CA1002).</summary>
    public DexPair Filled { get; init; }

    /// <summary>Cash that was loaded onto cards (DA401, DA402).</summary>
    public DexPair LoadedToCards { get; init; }

    /// <summary>What lies in the tubes (CA1501); null when the machine does not tell.</summary>
    public long? TubeValue { get; init; }

    /// <summary>Whether the machine tells of manual fills at all.</summary>
    public bool TellsFills { get; init; }
}

/// <summary>A coin tube.</summary>
/// <param name="Type">The changer's number of the coin.</param>
/// <param name="Coin">What one is worth, the file's minor units.</param>
/// <param name="Count">How many lie in it.</param>
/// <param name="Full">Whether it can take no more.</param>
public sealed record DexTube(string Type, long Coin, long Count, bool Full);

/// <summary>What one product sold through one kind of money at one price list.</summary>
/// <param name="Device">CA for coins and notes, DA and DB for cashless readers, TA for tokens.</param>
/// <param name="PriceList">Number of the price list.</param>
/// <param name="Price">The file's minor units.</param>
/// <param name="Meter">How much and how often.</param>
public sealed record DexPriceList(string Device, string PriceList, long? Price, DexMeter Meter);

/// <summary>A selection of the machine as it describes it.</summary>
public sealed record DexProduct
{
    /// <summary>What customers press, such as <c>11</c> or <c>A1</c>.</summary>
    public required string Selection { get; init; }

    /// <summary>Price, the file's minor units; null when it does not tell.</summary>
    public long? Price { get; init; }

    /// <summary>Name or bar code.</summary>
    public string Name { get; init; } = "";

    /// <summary>How many fit.</summary>
    public int? Capacity { get; init; }

    /// <summary>How many are meant to lie there after a visit.</summary>
    public int? Fill { get; init; }

    /// <summary>How many lie there.</summary>
    public int? Level { get; init; }

    /// <summary>The machine wants more once so few are left.</summary>
    public int? Minimum { get; init; }

    /// <summary>The machine does not have this selection.</summary>
    public bool Absent { get; init; }

    /// <summary>All it sold; null when the machine does not tell.</summary>
    public DexMeter? Sold { get; init; }

    /// <summary>What it sold by kind of money and price list; these supersede <see cref="Sold"/> where they are.</summary>
    public IReadOnlyList<DexPriceList> ByPriceList { get; init; } = [];

    /// <summary>When it was last sold out, by the machine's clock.</summary>
    public DateTime? SoldOutAt { get; init; }

    /// <summary>How often somebody asked for it since.</summary>
    public long? AskedWhenSoldOut { get; init; }
}

/// <summary>Something that happened to the machine.</summary>
/// <param name="Code">The standard's word, such as <c>EGS</c> for an open door.</param>
/// <param name="At">When it last happened, by the machine's clock; null when it does not tell.</param>
/// <param name="CountReset">How often since the last reset.</param>
/// <param name="CountInit">How often since initialised.</param>
/// <param name="Active">Whether it lasts; null when the machine does not tell.</param>
public sealed record DexEvent(string Code, DateTime? At, long? CountReset, long? CountInit, bool? Active);

/// <summary>What an audit file says about a machine.</summary>
public sealed record DexAudit
{
    /// <summary>Serial number of the machine; falls back to the communication id. Empty when neither is told.</summary>
    public required string Serial { get; init; }

    /// <summary>Model.</summary>
    public string Model { get; init; } = "";

    /// <summary>Build of its firmware.</summary>
    public string Build { get; init; } = "";

    /// <summary>Where it thinks it stands.</summary>
    public string Location { get; init; } = "";

    /// <summary>The owner's number of it.</summary>
    public string Asset { get; init; } = "";

    /// <summary>Decimals of all amounts; null when the file does not tell.</summary>
    public int? Decimals { get; init; }

    /// <summary>ISO 4217 number; null when it does not tell.</summary>
    public int? CurrencyNumber { get; init; }

    /// <summary>ISO 4217 letters; empty when it does not tell.</summary>
    public string CurrencyLetters { get; init; } = "";

    /// <summary>When it was read, by the machine's own clock; null when it has none.</summary>
    public DateTime? ReadAt { get; init; }

    /// <summary>How often it was read since initialised; null when it does not tell.</summary>
    public long? Reads { get; init; }

    /// <summary>How often it was reset since initialised; null when it does not tell.</summary>
    public long? Resets { get; init; }

    /// <summary>All sales (VA1).</summary>
    public DexMeter? Sales { get; init; }

    /// <summary>Test sales (VA2).</summary>
    public DexMeter? Tests { get; init; }

    /// <summary>Free sales (VA3).</summary>
    public DexMeter? Free { get; init; }

    /// <summary>Sales for coins and notes (CA2).</summary>
    public DexMeter? CashSales { get; init; }

    /// <summary>Sales of the first cashless reader (DA2).</summary>
    public DexMeter? CardSales { get; init; }

    /// <summary>Sales of the second cashless reader (DB2).</summary>
    public DexMeter? SecondCardSales { get; init; }

    /// <summary>Sales for tokens (TA2).</summary>
    public DexMeter? TokenSales { get; init; }

    /// <summary>Where coins and notes went.</summary>
    public required DexCash Cash { get; init; }

    /// <summary>The coin tubes.</summary>
    public required IReadOnlyList<DexTube> Tubes { get; init; }

    /// <summary>The selections, in the order of the file.</summary>
    public required IReadOnlyList<DexProduct> Products { get; init; }

    /// <summary>What happened.</summary>
    public required IReadOnlyList<DexEvent> Events { get; init; }

    /// <summary>Power outages.</summary>
    public DexPair Outages { get; init; }

    /// <summary>What was odd, the file's own warnings first.</summary>
    public required IReadOnlyList<DexWarning> Warnings { get; init; }
}
