using Automat.Server.Jobs;

namespace Automat.Server.Catalog;

/// <summary>What a line of a file would do.</summary>
public enum ImportFate
{
    /// <summary>Add a product.</summary>
    Add,

    /// <summary>Change one.</summary>
    Change,

    /// <summary>Nothing: it is so already.</summary>
    Same,

    /// <summary>It cannot be: the message says why.</summary>
    Wrong,
}

/// <summary>A line of a file, looked at.</summary>
internal sealed record ImportLine(
    int Line, ImportFate Fate, int? Number, string Name, string? Field, ProductRequest? Request);

/// <summary>A line, as the page shows it.</summary>
public sealed record ImportLineView(int Line, ImportFate Fate, string Name, string? Field);

/// <summary>The page of a file of products.</summary>
public sealed record ImportView
{
    /// <summary>The file; null before one was sent.</summary>
    public Guid? Id { get; init; }

    /// <summary>What it is called.</summary>
    public string FileName { get; init; } = "";

    /// <summary>Its first lines; those that are wrong before all others.</summary>
    public IReadOnlyList<ImportLineView> Lines { get; init; } = [];

    /// <summary>How many lines would add, change, leave, and cannot be.</summary>
    public IReadOnlyDictionary<ImportFate, int> Counts { get; init; } = new Dictionary<ImportFate, int>();

    /// <summary>Where it is.</summary>
    public JobState State { get; init; }

    /// <summary>How far it is, from 0 to 100.</summary>
    public int Percent { get; init; }

    /// <summary>Lines that were looked at since it began.</summary>
    public int Seen { get; init; }

    /// <summary>Lines altogether.</summary>
    public int All { get; init; }

    /// <summary>What is wrong with the file as a whole, in words.</summary>
    public string? Error { get; init; }
}
