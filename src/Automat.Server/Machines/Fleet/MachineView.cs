using Automat.Server.Panel;
using Automat.Server.Storefront;

namespace Automat.Server.Machines.Fleet;

/// <summary>Something a machine says is wrong with it.</summary>
/// <param name="Code">The machine's word for it.</param>
/// <param name="Text">In words, as the machine says it.</param>
/// <param name="Since">Since when.</param>
public sealed record FaultView(string Code, string Text, DateTimeOffset Since);

/// <summary>A reading.</summary>
/// <param name="Name">What was read.</param>
/// <param name="Value">As people read it.</param>
public sealed record ReadingView(string Name, string Value);

/// <summary>How a machine is right now; kept up to date while somebody looks.</summary>
/// <param name="Standing">In a word.</param>
/// <param name="Online">Whether it can be reached.</param>
/// <param name="Since">Since when that is so; null when it never was heard.</param>
/// <param name="LastHeard">When it last said anything.</param>
public sealed record MachineNow(StandingView Standing, bool Online, DateTimeOffset? Since, DateTimeOffset? LastHeard)
{
    /// <summary>Whether there is a line to it at all.</summary>
    public bool HasLine { get; init; } = true;

    /// <summary>Version of its firmware.</summary>
    public string? Firmware { get; init; }

    /// <summary>How long it has been running.</summary>
    public TimeSpan? Uptime { get; init; }

    /// <summary>Which configuration it says it works with.</summary>
    public string? Configuration { get; init; }

    /// <summary>Whether what it says cannot be trusted.</summary>
    public bool Insecure { get; init; }

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<FaultView> Faults { get; init; } = [];

    /// <summary>How warm it is.</summary>
    public IReadOnlyList<ReadingView> Temperatures { get; init; } = [];
}

/// <summary>How full a slot is.</summary>
/// <param name="Stock">Pieces there.</param>
/// <param name="Reserved">Pieces promised to somebody.</param>
/// <param name="Capacity">Pieces that fit; null where nothing can run out.</param>
/// <param name="Min">With fewer it is time for a visit.</param>
public sealed record LevelView(int Stock, int Reserved, int? Capacity, int? Min)
{
    /// <summary>Whether these are grams.</summary>
    public bool IsByWeight { get; init; }

    /// <summary>Whether it is time for a visit.</summary>
    public bool IsLow => Capacity is not null && (Stock - Reserved <= 0 || Stock < Min);
}

/// <summary>What is known of a secret.</summary>
/// <param name="Id">What it is listed by.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ValidUntil">Until when it is good; null until a newer one takes its place.</param>
/// <param name="Live">Whether it is good now.</param>
public sealed record SecretRowView(string Id, DateTimeOffset CreatedAt, DateTimeOffset? ValidUntil, bool Live);

/// <summary>A machine's page.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Location">Where it stands.</param>
/// <param name="Driver">Its family of hardware, in words.</param>
/// <param name="State">Whether it may sell.</param>
/// <param name="Now">How it is.</param>
public sealed record MachinePageView(string Id, string Name, string Location, string Driver, MachineState State, MachineNow Now)
{
    /// <summary>The group it counts to.</summary>
    public string? Group { get; init; }

    /// <summary>What lies in it, as a wall of windows.</summary>
    public IReadOnlyList<ShelfView> Shelves { get; init; } = [];

    /// <summary>How full each slot is.</summary>
    public IReadOnlyDictionary<string, LevelView> Levels { get; init; } = new Dictionary<string, LevelView>(StringComparer.Ordinal);

    /// <summary>How many percent of each day it could be reached.</summary>
    public IReadOnlyList<ChartSeries> Reachable { get; init; } = [];

    /// <summary>What happened.</summary>
    public IReadOnlyList<TimelineItem> Past { get; init; } = [];

    /// <summary>What it sold lately; null where the reader may not see sales.</summary>
    public SoldView? Sold { get; init; }

    /// <summary>What it was told.</summary>
    public CommandsView Commands { get; init; } = new([], [], CanTest: false);

    /// <summary>A sale to nobody; null where there is nothing to say about one.</summary>
    public TestView? Test { get; init; }

    /// <summary>Its configuration on the way; null where it has none.</summary>
    public ConfigurationView? Configuration { get; init; }

    /// <summary>What other modules know about it.</summary>
    public IReadOnlyList<MachinePart> Parts { get; init; } = [];

    /// <summary>What it signs in with.</summary>
    public IReadOnlyList<SecretRowView> Secrets { get; init; } = [];

    /// <summary>Whether the reader may change it.</summary>
    public bool MayWrite { get; init; }

    /// <summary>Whether the reader may see what lies in it.</summary>
    public bool MaySeeGoods { get; init; }

    /// <summary>The form that changes it.</summary>
    public MachineFormView Form { get; init; } = new();

    /// <summary>Which version of its data the form shows.</summary>
    public string Etag { get; init; } = "";

    /// <summary>Time zones to choose from.</summary>
    public IReadOnlyList<Choice> Zones { get; init; } = [];

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>What goes into that text, such as a code to type in; null for nothing.</summary>
    public string? DoneDetail { get; init; }

    /// <summary>Why something was not done, as the name of a text.</summary>
    public string? Error { get; init; }
}
