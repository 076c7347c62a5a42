namespace Automat.Architecture.Tests.Reading;

/// <summary>A top-level type as compiled; what it nests, and what the compiler made for it, counts as itself.</summary>
/// <param name="Name">Full name, without the number of type parameters.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Files">Where it is written, relative to the root of the repository; several when it is partial.</param>
/// <param name="Methods">The names of its own methods.</param>
/// <param name="Uses">What it uses of its own assembly, itself left out.</param>
/// <param name="Tables">Which tables it touches.</param>
/// <param name="Literals">The texts in its code.</param>
internal sealed record CodeType(
    string Name,
    string Namespace,
    IReadOnlyList<string> Files,
    IReadOnlySet<string> Methods,
    IReadOnlySet<Use> Uses,
    IReadOnlySet<TableUse> Tables,
    IReadOnlySet<string> Literals)
{
    /// <summary>The name without its namespace.</summary>
    public string ShortName => Namespace.Length == 0 ? Name : Name[(Namespace.Length + 1)..];
}

/// <summary>One type uses another, or one of its members.</summary>
/// <param name="Type">Full name of the top-level type used.</param>
/// <param name="Member">The type or member used, as a person would write it.</param>
/// <param name="IsDoor">Whether it is public, and so are all types around it.</param>
internal sealed record Use(string Type, string Member, bool IsDoor);

/// <summary>How a type touches an entity's table.</summary>
internal enum Touch { Reads, Writes, Maps, WritesUnseen, LeavesUnaudited }

/// <summary>A type touches an entity's table through EF Core.</summary>
/// <param name="Entity">Full name of the entity.</param>
/// <param name="Touch">How.</param>
/// <param name="Table">The table's name, where a mapping says one.</param>
internal sealed record TableUse(string Entity, Touch Touch, string? Table = null);
