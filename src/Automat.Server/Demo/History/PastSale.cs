using Automat.Domain;

namespace Automat.Server.Demo.History;

/// <summary>What a sale of the demo's past was paid with.</summary>
internal enum PastMoney
{
    /// <summary>A card, on the customer's phone.</summary>
    Card,

    /// <summary>Coins.</summary>
    Cash,

    /// <summary>One of the team's chips.</summary>
    Chip,
}

/// <summary>How a sale of the demo's past ended.</summary>
internal enum PastEnd
{
    /// <summary>The goods came out.</summary>
    Delivered,

    /// <summary>They came out, and the money went back some hours later.</summary>
    Refunded,

    /// <summary>Nothing came out, and the money went back at once.</summary>
    Cancelled,
}

/// <summary>One sale of the demo's past.</summary>
/// <param name="At">When it was paid.</param>
/// <param name="Machine">Where.</param>
/// <param name="Goods">What: places in the machine's planogram from 0, each with how many.</param>
/// <param name="Money">With what.</param>
/// <param name="Chip">Which of the team's chips, from 0, where it was one.</param>
/// <param name="End">How it ended.</param>
internal sealed record PastSale(
    DateTimeOffset At, MachineId Machine, IReadOnlyList<(int Place, int Quantity)> Goods, PastMoney Money, int Chip, PastEnd End);
