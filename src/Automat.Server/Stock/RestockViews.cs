using Automat.Server.Panel;
using Automat.Server.Storefront;

namespace Automat.Server.Stock;

/// <summary>A route in the list of them.</summary>
public sealed record RouteRow(Guid Id, string Name, string? Van, int Machines, int Empty, int Low, DateTimeOffset? LastVisit);

/// <summary>The routes.</summary>
public sealed record RestockView(IReadOnlyList<RouteRow> Routes)
{
    /// <summary>Whether the reader may change them.</summary>
    public bool MayWrite { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }
}

/// <summary>A machine to choose for a route.</summary>
public sealed record StopChoice(string Machine, string Name, string Location, int? Position);

/// <summary>One route, to be changed.</summary>
public sealed record RouteView(Guid? Id, string Name, string Place, string Days, IReadOnlyList<StopChoice> Machines, IReadOnlyList<Choice> Places)
{
    /// <summary>Fields with something wrong in them.</summary>
    public IReadOnlyCollection<string> Wrong { get; init; } = [];
}

/// <summary>So many of a product for the whole route.</summary>
public sealed record LoadLine(string Product, string Picture, Quantity Pieces, int? Have);

/// <summary>So many for a slot.</summary>
public sealed record PickLine(string Slot, string Product, Quantity Pieces, Quantity Stock, string Need, string Tone, decimal? DaysLeft);

/// <summary>A machine on the way.</summary>
public sealed record PickStop(string Machine, string Name, string Location, IReadOnlyList<PickLine> Lines, DateTimeOffset? LastVisit, bool VisitedToday);

/// <summary>What to bring where.</summary>
public sealed record PickListView(Guid Route, string Name, string? Van, IReadOnlyList<LoadLine> Load, IReadOnlyList<PickStop> Stops)
{
    /// <summary>Whether the reader may close visits.</summary>
    public bool MayWrite { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>Of which machine.</summary>
    public string? DoneAt { get; init; }
}

/// <summary>A slot somebody stands before.</summary>
public sealed record VisitSlot(
    string Code, string Product, string Picture, Quantity Stock, Quantity Capacity, string Found, string Filled, string Removed, string Bad);

/// <summary>A visit at a machine.</summary>
public sealed record VisitView(string Machine, string Name, string Location, Guid Key, Guid? Route, string Place, IReadOnlyList<VisitSlot> Slots, IReadOnlyList<Choice> Places)
{
    /// <summary>The number on the bag.</summary>
    public string CashBag { get; init; } = "";

    /// <summary>What was counted into it, as typed.</summary>
    public string CashCounted { get; init; } = "";

    /// <summary>ISO 4217, of the machine.</summary>
    public string Currency { get; init; } = "";

    /// <summary>Whether the reader may book what was counted.</summary>
    public bool MayCount { get; init; }

    /// <summary>In words.</summary>
    public string Note { get; init; } = "";

    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }

    /// <summary>In which slot.</summary>
    public string? ErrorAt { get; init; }
}
