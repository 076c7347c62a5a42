using Automat.Domain;
using Automat.Server.Data;

namespace Automat.Server.Payments;

/// <summary>A permanent pay address made for a machine, such as the one behind a printed QR code.</summary>
public sealed record MachineLink
{
    /// <summary>The provider's id of the link.</summary>
    public required string Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The machine its payments are for.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>The provider's id of its price.</summary>
    public required string PriceId { get; init; }

    /// <summary>How many of it each payment buys.</summary>
    public required int Quantity { get; init; }

    /// <summary>The address itself.</summary>
    public required string Url { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>How a driver keeps the address it had made.</summary>
public static class MachineLinks
{
    /// <summary>Keeps a new link; it is saved in the caller's own save.</summary>
    public static void Keep(this AutomatDb db, MachineLink link) => db.Add(link);
}
