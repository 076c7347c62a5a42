namespace Automat.Protocol.Dex;

/// <summary>One line of an audit file: a name and its elements.</summary>
/// <param name="Line">Line in the file, from 1.</param>
/// <param name="Name">Such as <c>PA1</c>, upper case.</param>
/// <param name="Elements">What follows, element 01 first; an element left out is empty.</param>
public sealed record DexSegment(int Line, string Name, IReadOnlyList<string> Elements)
{
    /// <summary>An element by its number as the standard counts, from 1; empty when it was left out.</summary>
    public string this[int number] => number >= 1 && number <= Elements.Count ? Elements[number - 1] : "";
}

/// <summary>Something in the file that is not as the standard has it. Nothing was dropped silently.</summary>
/// <param name="Line">Line in the file, from 1; 0 for the file as a whole.</param>
/// <param name="Code">A stable snake_case word.</param>
/// <param name="Text">For people, in English.</param>
public sealed record DexWarning(int Line, string Code, string Text);

/// <summary>What became of the file's own check sum (G85).</summary>
public enum DexCheck
{
    /// <summary>The file brings none, or nothing that can be read as one.</summary>
    Missing,

    /// <summary>It fits.</summary>
    Right,

    /// <summary>It fits with its bytes swapped, as older machines write it.</summary>
    Swapped,

    /// <summary>It does not fit: a byte was changed on the way, or the machine counts differently.</summary>
    Wrong,
}

/// <summary>An audit file taken apart; nothing is interpreted yet.</summary>
public sealed record DexFile
{
    /// <summary>All segments in order, the envelope's too.</summary>
    public required IReadOnlyList<DexSegment> Segments { get; init; }

    /// <summary>What was odd, in the order of the file.</summary>
    public required IReadOnlyList<DexWarning> Warnings { get; init; }

    /// <summary>The machine's communication id (DXS 01); null without an envelope.</summary>
    public string? CommunicationId { get; init; }

    /// <summary>The version as written (DXS 03), such as <c>V0/6</c>; null without an envelope.</summary>
    public string? Version { get; init; }

    /// <summary>What became of the check sum.</summary>
    public DexCheck Check { get; init; }

    /// <summary>The check sum as it should be, over the lines as they came, written with CR LF.</summary>
    public ushort Computed { get; init; }

    /// <summary>The check sum the file brings, as it is written; null when there is none.</summary>
    public string? Written { get; init; }

    /// <summary>Segments from ST to SE, both counted.</summary>
    public int Counted { get; init; }

    /// <summary>What SE says there should be; null when it says nothing.</summary>
    public int? Said { get; init; }
}
