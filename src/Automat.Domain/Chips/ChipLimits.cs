namespace Automat.Domain.Chips;

/// <summary>What a category asks of a chip before it may be bought.</summary>
public enum CategoryLock
{
    /// <summary>Nothing: lifts a lock that is set further away.</summary>
    Open,

    /// <summary>The chip's holder has proved to be of age.</summary>
    ProofOfAge,

    /// <summary>The chip is an employee's.</summary>
    Employee,

    /// <summary>Never sold to the chip.</summary>
    Never,
}

/// <summary>At most so much in some time; what is null has no limit.</summary>
/// <param name="Amount">Minor units of the machine's currency.</param>
/// <param name="Vends">Pieces: three of something at once are three.</param>
public sealed record Cap(long? Amount, int? Vends);

/// <summary>Limits of one kind of purchase.</summary>
/// <param name="Day">From midnight to midnight at the machine.</param>
/// <param name="Week">From Monday's midnight to the next.</param>
public sealed record Caps(Cap? Day, Cap? Week);

/// <summary>
/// What a chip may buy. Said of a chip, of its group, or of all chips of an organisation; for each single rule the nearest
/// that says something about it counts.
/// </summary>
public sealed record ChipLimits
{
    /// <summary>Says nothing.</summary>
    public static ChipLimits None { get; } = new();

    /// <summary>For everything together.</summary>
    public Caps All { get; init; } = new(null, null);

    /// <summary>By the category of what is bought.</summary>
    public IReadOnlyDictionary<string, Caps> Categories { get; init; } = new Dictionary<string, Caps>();

    /// <summary>By the group of the machine it is bought at.</summary>
    public IReadOnlyDictionary<string, Caps> MachineGroups { get; init; } = new Dictionary<string, Caps>();

    /// <summary>What categories ask for.</summary>
    public IReadOnlyDictionary<string, CategoryLock> Locks { get; init; } = new Dictionary<string, CategoryLock>();

    /// <summary>When it may buy; null says nothing, none at all means always.</summary>
    public IReadOnlyList<OpenHours>? Hours { get; init; }

    /// <summary>Whether what was bought before matters.</summary>
    public bool Counts => CountsIn(All) || Categories.Values.Any(CountsIn) || MachineGroups.Values.Any(CountsIn);

    /// <summary>What holds for a chip: rule by rule the nearest that says something.</summary>
    /// <param name="levels">The chip's own first, then its group's, then the organisation's.</param>
    public static ChipLimits Of(params ReadOnlySpan<ChipLimits> levels)
    {
        var result = None;
        foreach (var further in levels) result = result.Over(further);
        return result;
    }

    private static bool CountsIn(Caps caps) => IsSet(caps.Day) || IsSet(caps.Week);

    private static bool IsSet(Cap? cap) => cap is { Amount: not null } or { Vends: not null };

    private ChipLimits Over(ChipLimits further) => new()
    {
        All = Over(All, further.All),
        Categories = Over(Categories, further.Categories, Over),
        MachineGroups = Over(MachineGroups, further.MachineGroups, Over),
        Locks = Over(Locks, further.Locks, static (near, _) => near),
        Hours = Hours ?? further.Hours,
    };

    private static Caps Over(Caps near, Caps far) => new(near.Day ?? far.Day, near.Week ?? far.Week);

    private static IReadOnlyDictionary<string, T> Over<T>(
        IReadOnlyDictionary<string, T> near, IReadOnlyDictionary<string, T> far, Func<T, T, T> both)
    {
        if (far.Count == 0) return near;
        var result = new Dictionary<string, T>(far);
        foreach (var (name, value) in near) result[name] = far.TryGetValue(name, out var other) ? both(value, other) : value;
        return result;
    }
}
