using System.ComponentModel.DataAnnotations;

namespace Automat.Server.Machines.Drivers.Arcade;

/// <summary>What can be set for an arcade cabinet.</summary>
internal sealed record ArcadeSettings
{
    /// <summary>How long a paid credit waits for a cabinet that is away, in seconds, before the player is refunded.</summary>
    [Range(1, 86_400)]
    public int TakeWithin { get; init; } = 120;

    /// <summary>How long the broker waits for the cabinet's acknowledgement, in seconds.</summary>
    [Range(1, 600)]
    public int AnswerWithin { get; init; } = 15;

    /// <summary>How long an unknown outcome stays open, in seconds.</summary>
    [Range(1, 7 * 86_400)]
    public int DecideWithin { get; init; } = 60;

    /// <summary>Paid sales that may wait for the cabinet.</summary>
    [Range(1, 1_000)]
    public int SalesAtOnce { get; init; } = 20;

    /// <summary>The cabinet acknowledges each pulse by its id, so a pulse may be sent again without harm.</summary>
    public bool Acknowledges { get; init; }

    /// <summary>With an outside broker, for a cabinet that does not acknowledge: the broker's acknowledgement counts as
    /// delivered. The broker may have it and the cabinet not; without this, such a pulse is a doubt.</summary>
    public bool TrustBroker { get; init; }

    /// <summary>The provider's price its printed link sells; without one a price of one credit is made.</summary>
    [MaxLength(255)]
    public string? PriceId { get; init; }
}
