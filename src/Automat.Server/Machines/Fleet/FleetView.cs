using Automat.Server.Panel;

namespace Automat.Server.Machines.Fleet;

/// <summary>Names the texts of this folder's pages.</summary>
public sealed class Texts;

/// <summary>A state in a word.</summary>
/// <param name="Tone"><c>good</c>, <c>wait</c>, <c>bad</c> or <c>idle</c>.</param>
/// <param name="Text">The word, in the reader's language.</param>
public sealed record StandingView(string Tone, string Text);

/// <summary>A machine in the list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Location">Where it stands.</param>
/// <param name="Group">The group it counts to.</param>
/// <param name="Driver">Its family of hardware, in words.</param>
/// <param name="Standing">How it is.</param>
/// <param name="LastHeard">When it last said anything.</param>
/// <param name="Firmware">Version of its firmware.</param>
/// <param name="SoldOut">Slots with nothing left to sell.</param>
/// <param name="Low">Slots below their minimum, the empty ones included.</param>
public sealed record FleetRow(
    string Id, string Name, string Location, string? Group, string Driver, StandingView Standing, DateTimeOffset? LastHeard,
    string? Firmware, int SoldOut, int Low);

/// <summary>How many machines are how, and how those on the page are: what is kept up to date.</summary>
/// <param name="Online">Machines that can be reached.</param>
/// <param name="Offline">Machines in service that cannot.</param>
/// <param name="Faulted">Machines in service that say something is wrong.</param>
/// <param name="OutOfService">Machines taken out of service.</param>
/// <param name="Standings">Those on the page by id.</param>
public sealed record FleetNow(
    int Online, int Offline, int Faulted, int OutOfService, IReadOnlyDictionary<string, StandingView> Standings);

/// <summary>The list of machines.</summary>
/// <param name="Page">The rows.</param>
/// <param name="Now">How they are.</param>
/// <param name="Drivers">Drivers to filter by.</param>
public sealed record FleetView(ListPage<FleetRow> Page, FleetNow Now, IReadOnlyList<Choice> Drivers)
{
    /// <summary>Whether the reader may register machines.</summary>
    public bool MayWrite { get; init; }

    /// <summary>Places to filter by.</summary>
    public IReadOnlyList<Choice> Places { get; init; } = [];

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }
}
