using System.Runtime.InteropServices;

namespace Automat.Domain.Stock;

/// <summary>How badly a slot wants a visit.</summary>
public enum RestockNeed
{
    /// <summary>There is enough.</summary>
    None,

    /// <summary>It is not at its par level; whoever comes by fills it up.</summary>
    TopUp,

    /// <summary>At the rate it sells it is empty before the next visit.</summary>
    Soon,

    /// <summary>It is at its minimum or below.</summary>
    Low,

    /// <summary>Nothing is left.</summary>
    Empty,
}

/// <summary>What a slot wants.</summary>
/// <param name="Bring">How many pieces bring it to its par level.</param>
/// <param name="Need">How badly.</param>
/// <param name="DaysLeft">Days until it is empty at the rate it sells; null where it does not sell.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Restocking(int Bring, RestockNeed Need, decimal? DaysLeft);

/// <summary>What to bring where.</summary>
public static class RestockRules
{
    /// <summary>How few are too few: what somebody has said, else a third of the par level, rounded up.</summary>
    public static int MinimumOf(int? minLevel, int? parLevel) => minLevel ?? ((parLevel ?? 0) + 2) / 3;

    /// <summary>What a slot wants.</summary>
    /// <param name="stock">Pieces in it.</param>
    /// <param name="parLevel">Pieces that are meant to be in it after a visit; its capacity when null.</param>
    /// <param name="capacity">Pieces that fit.</param>
    /// <param name="minimum">So few are too few.</param>
    /// <param name="soldPerDay">Pieces it sells a day, lately.</param>
    /// <param name="daysToNext">Days until somebody comes again.</param>
    public static Restocking Of(int stock, int? parLevel, int capacity, int minimum, decimal soldPerDay, int daysToNext)
    {
        var bring = Math.Max(Math.Min(parLevel ?? capacity, capacity) - stock, 0);
        decimal? left = soldPerDay > 0 ? Math.Round(stock / soldPerDay, 1) : null;
        var need = (stock, bring) switch
        {
            (_, 0) => RestockNeed.None,
            (0, _) => RestockNeed.Empty,
            _ when stock <= minimum => RestockNeed.Low,
            _ when left < daysToNext => RestockNeed.Soon,
            _ => RestockNeed.TopUp,
        };
        return new Restocking(bring, need, left);
    }
}
