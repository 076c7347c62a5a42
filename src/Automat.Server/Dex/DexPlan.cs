using System.Text.Json;
using Automat.Domain.Meters;

namespace Automat.Server.Dex;

/// <summary>A cash sale to be booked from an audit file.</summary>
/// <param name="Slot">The slot; null where the planogram does not know it.</param>
/// <param name="Pieces">How many.</param>
/// <param name="Amount">Minor units of all of them.</param>
internal sealed record DexSale(string? Slot, int Pieces, long Amount);

/// <summary>What lies in a slot, as the machine says.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Level">Pieces.</param>
internal sealed record DexLevel(string Slot, int Level);

/// <summary>Something that was found out about a file. The code is stable; the text is for people, in English.</summary>
internal sealed record DexFinding(string Code, string Text);

/// <summary>
/// What comes of an audit file: decided once, kept, then carried out step by step under keys of its own, so that no crash
/// between two steps books anything twice or not at all.
/// </summary>
internal sealed record DexPlan
{
    /// <summary>What it comes to, a stable word: baseline, booked, nothing_new, older, currency_differs, too_much, no_cash_meters.</summary>
    public required string Outcome { get; init; }

    /// <summary>The file it was held against; null for the first of a controller.</summary>
    public Guid? Before { get; init; }

    /// <summary>What was found out on the way.</summary>
    public IReadOnlyList<DexFinding> Findings { get; init; } = [];

    /// <summary>Cash the machine took since that file, minor units.</summary>
    public long CashValue { get; init; }

    /// <summary>How many cash sales that were.</summary>
    public long CashCount { get; init; }

    /// <summary>What cashless readers sold since that file, minor units.</summary>
    public long CardValue { get; init; }

    /// <summary>How many that were.</summary>
    public long CardCount { get; init; }

    /// <summary>Cash sales to be booked.</summary>
    public IReadOnlyList<DexSale> Sales { get; init; } = [];

    /// <summary>Cash sales the books had already.</summary>
    public IReadOnlyList<BookedSale> Known { get; init; } = [];

    /// <summary>Sales for any kind of money that the books have and the machine denies, so far.</summary>
    public IReadOnlyList<BookedSale> Denied { get; init; } = [];

    /// <summary>Cashless sales the machine counted and the books lack; somebody else's reader may have taken them.</summary>
    public IReadOnlyList<SlotSales> Foreign { get; init; } = [];

    /// <summary>Stock to be set.</summary>
    public IReadOnlyList<DexLevel> Levels { get; init; } = [];

    /// <summary>Whether this file's counters are what the next is held against.</summary>
    public bool Counts => Outcome is "baseline" or "booked" or "nothing_new" or "too_much" or "no_cash_meters";

    public string ToJson() => JsonSerializer.Serialize(this, Stored);

    public static DexPlan FromJson(string json) => JsonSerializer.Deserialize<DexPlan>(json, Stored)!;

    private static readonly JsonSerializerOptions Stored = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
