using Automat.Server.Panel;

namespace Automat.Server.Machines.Fleet;

/// <summary>The form of a machine, as it was typed or as the machine is.</summary>
public sealed record MachineFormView
{
    /// <summary>Its id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where it stands.</summary>
    public string Location { get; init; } = "";

    /// <summary>The group it counts to.</summary>
    public string Group { get; init; } = "";

    /// <summary>IANA name of its time zone.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>ISO 4217 code of what it sells in.</summary>
    public string Currency { get; init; } = "";

    /// <summary>What happens to money whose fate it never told.</summary>
    public string Policy { get; init; } = "refund_customer";

    /// <summary>Its driver's own settings, as JSON.</summary>
    public string Settings { get; init; } = "{}";

    /// <summary>A secret it was given elsewhere.</summary>
    public string Secret { get; init; } = "";

    /// <summary>What is wrong with it, in sentences by field.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Wrong { get; init; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>What is wrong with a field.</summary>
    public IReadOnlyList<string> this[string field] => Wrong.GetValueOrDefault(field) ?? [];
}

/// <summary>A machine that is to be registered.</summary>
/// <param name="Drivers">Families of hardware to choose from.</param>
/// <param name="Driver">The one that was chosen; null before.</param>
/// <param name="Guide">Name of the text about it.</param>
/// <param name="Form">What was typed.</param>
public sealed record RegisterView(IReadOnlyList<Choice> Drivers, Choice? Driver, string? Guide, MachineFormView Form)
{
    /// <summary>Time zones to choose from.</summary>
    public IReadOnlyList<Choice> Zones { get; init; } = [];

    /// <summary>Why it was not registered, as the name of a text.</summary>
    public string? Error { get; init; }
}

/// <summary>Something to type in at the machine.</summary>
/// <param name="Label">Name of the text that names it.</param>
/// <param name="Value">What to type.</param>
public sealed record ConnectionFact(string Label, string Value);

/// <summary>How a machine is connected.</summary>
/// <param name="Machine">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Guide">Name of the text about its family of hardware.</param>
/// <param name="Facts">What to type in.</param>
public sealed record ConnectView(string Machine, string Name, string? Guide, IReadOnlyList<ConnectionFact> Facts)
{
    /// <summary>Whether the reader may make secrets and codes.</summary>
    public bool MayWrite { get; init; }

    /// <summary>Whether such a machine signs in with a secret.</summary>
    public bool HasSecret { get; init; }

    /// <summary>Whether it can fetch its secret with a code somebody types at it.</summary>
    public bool Enrols { get; init; }

    /// <summary>Whether it can deliver once without a sale.</summary>
    public bool CanTest { get; init; }

    /// <summary>A secret that was just made; shown this once.</summary>
    public string? Secret { get; init; }

    /// <summary>A code that was just made; shown this once.</summary>
    public string? Code { get; init; }

    /// <summary>Until when the code is good.</summary>
    public DateTimeOffset? CodeUntil { get; init; }

    /// <summary>How the machine is.</summary>
    public StandingView Standing { get; init; } = new("idle", "");

    /// <summary>Whether it was registered with this request.</summary>
    public bool IsNew { get; init; }

    /// <summary>Why something was not done, as the name of a text.</summary>
    public string? Error { get; init; }
}
