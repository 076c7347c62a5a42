using System.Text.Json;
using Automat.Domain.Doors;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>A visit at a fridge, as staff and programs see it.</summary>
/// <param name="Id">The sale's id.</param>
/// <param name="Machine">The fridge.</param>
/// <param name="Status">Where it is: <c>review</c> and <c>doubtful</c> wait for a person.</param>
/// <param name="Evidence">How it came to be there, in a stable word.</param>
/// <param name="UnlockedAt">When the door was unlocked.</param>
/// <param name="OpenedAt">When it was first seen open.</param>
/// <param name="ClosedAt">When it was seen closed again.</param>
/// <param name="Source">Who told the basket.</param>
/// <param name="Items">What was told, by the fridge's own names; null when nothing was.</param>
/// <param name="LighterGrams">How much lighter the fridge became; null when unknown.</param>
/// <param name="ExpectedGrams">What the told basket weighs; null when unknown.</param>
/// <param name="DecidedBy">Who decided, when somebody did.</param>
internal sealed record BasketView(
    Guid Id, string Machine, string Status, string? Evidence, DateTimeOffset UnlockedAt, DateTimeOffset? OpenedAt,
    DateTimeOffset? ClosedAt, string Source, IReadOnlyList<TakenItem>? Items, decimal? LighterGrams, decimal? ExpectedGrams,
    string? DecidedBy)
{
    /// <summary>The same for pages and programs.</summary>
    public static BasketView Of(DoorVisit visit)
    {
        var session = visit.Session();
        return new BasketView(
            visit.VendId.Value, visit.MachineId.Value, JsonNamingPolicy.SnakeCaseLower.ConvertName(visit.Status.ToString()),
            visit.Evidence, visit.UnlockedAt, visit.OpenedAt, visit.ClosedAt,
            JsonNamingPolicy.SnakeCaseLower.ConvertName(visit.Source.ToString()), session.Items, session.Lighter / 1_000m,
            visit.Expected / 1_000m, visit.DecidedBy);
    }
}

/// <summary>A word of evidence.</summary>
/// <param name="At">When it was heard.</param>
/// <param name="Source">Who said it.</param>
/// <param name="Text">What.</param>
internal sealed record BasketWord(DateTimeOffset At, string Source, string Text);
