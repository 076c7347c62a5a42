using System.Text.Json;
using System.Text.Json.Serialization;
using Automat.Domain;
using Automat.Domain.Planograms;

namespace Automat.Server.Machines.Planograms;

/// <summary>
/// What a machine's layout is to become, while people work at it; a machine has one at most, and everybody works at the same.
/// </summary>
internal sealed record PlanogramDraft
{
    /// <summary>The machine.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The machine's layout when the draft was begun, or last laid over what had changed meanwhile.</summary>
    public required string Original { get; init; }

    /// <summary>The layout as it is to be.</summary>
    public required string Slots { get; init; }

    /// <summary>Counts the changes: who publishes says which one was looked at.</summary>
    public required int Revision { get; init; }

    /// <summary>Who changed it last.</summary>
    public required string ChangedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>How a version of a layout came to be.</summary>
internal enum VersionOrigin
{
    /// <summary>A draft was published.</summary>
    Published,

    /// <summary>An earlier version was brought back.</summary>
    RolledBack,

    /// <summary>A program wrote the whole layout.</summary>
    Written,

    /// <summary>Found so: the layout had been changed slot by slot, or there was no history yet.</summary>
    Found,
}

/// <summary>A layout a machine had from some moment on. It is never changed.</summary>
internal sealed record PlanogramVersion
{
    /// <summary>The machine.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>Counts the machine's versions from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The layout.</summary>
    public required string Slots { get; init; }

    /// <summary>How it came to be.</summary>
    public required VersionOrigin Origin { get; init; }

    /// <summary>The version that was brought back; null for others.</summary>
    public int? Source { get; init; }

    /// <summary>Who published it; null where nobody did.</summary>
    public string? PublishedBy { get; init; }

    /// <summary>Since when it holds, or was seen to hold.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>What whoever published it said about it.</summary>
    public string? Note { get; init; }
}

/// <summary>A layout kept under a name, to begin other machines with.</summary>
internal sealed record PlanogramTemplate
{
    /// <summary>Identity.</summary>
    public required Id<PlanogramTemplate> Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>What it is called; unique in the organisation.</summary>
    public required string Name { get; init; }

    /// <summary>The layout.</summary>
    public required string Slots { get; init; }

    /// <summary>When it was kept.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Layouts as they are stored.</summary>
internal static class StoredLayout
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A layout out of its row.</summary>
    public static IReadOnlyList<PlannedSlot> Read(string stored) =>
        Layout.Sorted(JsonSerializer.Deserialize<List<PlannedSlot>>(stored, Json) ?? []);

    /// <summary>A layout for its row.</summary>
    public static string Write(IReadOnlyList<PlannedSlot> slots) => JsonSerializer.Serialize(Layout.Sorted(slots), Json);
}
