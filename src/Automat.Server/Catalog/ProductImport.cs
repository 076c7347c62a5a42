using System.Text.Json;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Jobs;

namespace Automat.Server.Catalog;

/// <summary>A file of products that somebody has sent and seen what it would do; it does so, in the background, once they say yes.</summary>
internal sealed record ProductImport
{
    /// <summary>No more faults are kept than these; who has more begins with them.</summary>
    public const int MostFaults = 200;

    public required Id<ProductImport> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>What the file was called, for people only.</summary>
    public required string FileName { get; init; }

    /// <summary>What it says; forgotten a while after the end.</summary>
    public required string Text { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public JobState State { get; init; }

    public ActorKind ActorKind { get; init; }

    /// <summary>Who said yes; empty before.</summary>
    public string Actor { get; init; } = "";

    public string? OnBehalfOf { get; init; }

    /// <summary>The last line of the file that was looked at; it goes on after it.</summary>
    public int LastLine { get; init; }

    /// <summary>Products in the file.</summary>
    public int Lines { get; init; }

    /// <summary>How many of them were looked at so far.</summary>
    public int Seen { get; init; }

    /// <summary>When it ended, by itself or at somebody's word; null before.</summary>
    public DateTimeOffset? DoneAt { get; init; }

    public int Added { get; init; }

    public int Changed { get; init; }

    /// <summary>Lines that could not be.</summary>
    public int Refused { get; init; }

    /// <summary>The first of them, as JSON.</summary>
    public string Faults { get; init; } = "[]";

    /// <summary>The first lines that could not be, and why.</summary>
    public IReadOnlyList<ImportFault> FaultList() => JsonSerializer.Deserialize<List<ImportFault>>(Faults, JsonSerializerOptions.Default)!;

    /// <summary>With more lines that could not be.</summary>
    public ProductImport With(IReadOnlyList<ImportFault> more) => more.Count == 0 ? this : this with
    {
        Refused = Refused + more.Count,
        Faults = JsonSerializer.Serialize(FaultList().Concat(more).Take(MostFaults), JsonSerializerOptions.Default),
    };
}

/// <summary>A line that could not be.</summary>
/// <param name="Line">Which.</param>
/// <param name="Name">The product it names.</param>
/// <param name="Field">The column that is wrong.</param>
internal sealed record ImportFault(int Line, string Name, string Field);
