using Automat.Domain.Planograms;
using Automat.Server.Panel;
using Automat.Server.Storefront;

namespace Automat.Server.Machines.Planograms;

/// <summary>Names the texts of this folder's pages.</summary>
public sealed class Texts;

/// <summary>What became of a slot in the draft.</summary>
public enum SlotChange
{
    /// <summary>As the machine has it.</summary>
    None,

    /// <summary>Not there yet.</summary>
    New,

    /// <summary>Different in some way.</summary>
    Changed,
}

/// <summary>One place of the layout: a slot with goods, or room for one.</summary>
/// <param name="Code">The slot's code.</param>
/// <param name="Slot">The slot as it is to be; null for a place nothing lies in yet.</param>
public sealed record PlaceView(string Code, PlannedSlot? Slot)
{
    /// <summary>What lies there.</summary>
    public string Product { get; init; } = "";

    /// <summary>Its picture.</summary>
    public string Picture { get; init; } = "";

    /// <summary>Its price.</summary>
    public Amount? Price { get; init; }

    /// <summary>Whether that is counted in grams.</summary>
    public bool IsByWeight { get; init; }

    /// <summary>How many lie there now, of what is to lie there.</summary>
    public int Stock { get; init; }

    /// <summary>What the draft changes about it.</summary>
    public SlotChange Change { get; init; }

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<LayoutFault> Faults { get; init; } = [];
}

/// <summary>A row of places.</summary>
/// <param name="Name">The shelf's name; null for slots whose codes name no place.</param>
/// <param name="Places">From left to right.</param>
public sealed record RowView(string? Name, IReadOnlyList<PlaceView> Places);

/// <summary>A product that can be put into the machine.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Picture">Its picture.</param>
/// <param name="Price">What it usually costs.</param>
public sealed record GoodsView(int Number, string Name, string Picture, string Price);

/// <summary>The form of one slot, as it was sent or as the slot is.</summary>
/// <param name="Code">The slot.</param>
/// <param name="Price">As typed.</param>
/// <param name="Capacity">As typed.</param>
/// <param name="Par">As typed.</param>
/// <param name="Min">As typed.</param>
public sealed record SlotFormView(string Code, string Price, string Capacity, string Par, string Min)
{
    /// <summary>What is wrong with it, as sentences by field.</summary>
    public SlotWrongs Wrong { get; init; } = new([], [], [], []);
}

/// <summary>What is wrong with the fields of a slot, in sentences.</summary>
public sealed record SlotWrongs(IReadOnlyList<string> Price, IReadOnlyList<string> Capacity, IReadOnlyList<string> Par, IReadOnlyList<string> Min)
{
    /// <summary>Whether anything is.</summary>
    public bool Any => Price.Count + Capacity.Count + Par.Count + Min.Count > 0;

    /// <summary>All of it.</summary>
    public IEnumerable<string> All => [.. Price, .. Capacity, .. Par, .. Min];
}

/// <summary>The editor of a machine's layout.</summary>
/// <param name="Machine">The machine's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Rows">Its places.</param>
/// <param name="Goods">Products to put there.</param>
public sealed record PlanogramView(string Machine, string Name, IReadOnlyList<RowView> Rows, IReadOnlyList<GoodsView> Goods)
{
    /// <summary>Whether the reader may change it.</summary>
    public bool MayWrite { get; init; }

    /// <summary>Whether there is a draft.</summary>
    public bool HasDraft { get; init; }

    /// <summary>How many slots the draft changes.</summary>
    public int Changes { get; init; }

    /// <summary>How many faults it has.</summary>
    public int Faults { get; init; }

    /// <summary>Whether the machine's layout was changed since the draft was begun.</summary>
    public bool ChangedMeanwhile { get; init; }

    /// <summary>When somebody last worked at the draft.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>Who.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>What products were looked for.</summary>
    public string? Search { get; init; }

    /// <summary>Whether there are more products than are shown.</summary>
    public bool MoreGoods { get; init; }

    /// <summary>The product that is chosen on the shelf.</summary>
    public int? Chosen { get; init; }

    /// <summary>The slot whose form is open.</summary>
    public SlotFormView? Open { get; init; }

    /// <summary>Other machines a layout can be copied from.</summary>
    public IReadOnlyList<Choice> Machines { get; init; } = [];

    /// <summary>Layouts kept under a name.</summary>
    public IReadOnlyList<Choice> Templates { get; init; } = [];

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>Why something was not done, as the name of a text.</summary>
    public string? Error { get; init; }

    /// <summary>More about why, slot by slot.</summary>
    public IReadOnlyList<string> ErrorLines { get; init; } = [];
}

/// <summary>What is to become different about a slot, in words.</summary>
/// <param name="Code">The slot.</param>
/// <param name="Before">What lies there.</param>
/// <param name="After">What is to lie there.</param>
/// <param name="TakeOut">What somebody has to take out.</param>
/// <param name="Lines">Fields that change.</param>
public sealed record DifferenceView(string Code, string? Before, string? After, Quantity TakeOut, IReadOnlyList<FieldChangeView> Lines);

/// <summary>One field of a slot, before and after.</summary>
/// <param name="Field">Name of the text that names it.</param>
/// <param name="Before">How it is; null for nothing.</param>
/// <param name="After">How it is to be; null for nothing.</param>
public sealed record FieldChangeView(string Field, string? Before, string? After);

/// <summary>What publishing a draft would do.</summary>
/// <param name="Machine">The machine's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Revision">Which state of the draft this is; null while there is none.</param>
/// <param name="Changes">What it changes.</param>
/// <param name="Meanwhile">What was changed at the machine since it was begun.</param>
/// <param name="Faults">What is wrong with it.</param>
public sealed record ReviewView(
    string Machine, string Name, int? Revision, IReadOnlyList<DifferenceView> Changes, IReadOnlyList<DifferenceView> Meanwhile,
    IReadOnlyList<LayoutFault> Faults)
{
    /// <summary>Whether the reader may publish.</summary>
    public bool MayWrite { get; init; }

    /// <summary>Whether it can be published as it is.</summary>
    public bool CanPublish => MayWrite && Revision is not null && Changes.Count > 0 && Meanwhile.Count == 0 && Faults.Count == 0;

    /// <summary>Why something was not done, as the name of a text.</summary>
    public string? Error { get; init; }
}

/// <summary>A layout the machine had.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Origin">Name of the text that says how it came to be.</param>
/// <param name="Source">The version that was brought back.</param>
/// <param name="By">Who published it; null where nobody did.</param>
/// <param name="At">Since when.</param>
/// <param name="Note">What was said about it.</param>
/// <param name="Slots">How many slots it has.</param>
/// <param name="Changed">Slots that differ from the version before; null for the oldest one that is shown.</param>
public sealed record VersionView(
    int Number, string Origin, int? Source, string? By, DateTimeOffset At, string? Note, int Slots, IReadOnlyList<string>? Changed);

/// <summary>The layouts a machine had.</summary>
/// <param name="Machine">The machine's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Versions">Newest first.</param>
/// <param name="Older">Where older ones are; null where there are none.</param>
public sealed record HistoryView(string Machine, string Name, IReadOnlyList<VersionView> Versions, string? Older)
{
    /// <summary>Whether the reader may bring one back.</summary>
    public bool MayWrite { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>Why something was not done, as the name of a text.</summary>
    public string? Error { get; init; }

    /// <summary>More about why, slot by slot.</summary>
    public IReadOnlyList<LayoutFault> Faults { get; init; } = [];
}
