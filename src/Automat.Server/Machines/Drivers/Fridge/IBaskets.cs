using Automat.Domain;
using Automat.Domain.Vends;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>So many from one slot, known to have been taken.</summary>
/// <param name="Slot">The slot's code.</param>
/// <param name="Quantity">Pieces, at least 1.</param>
internal sealed record BasketPiece(string Slot, int Quantity);

/// <summary>What became of a settled basket.</summary>
/// <param name="Total">What was charged, in minor units; nothing when all that was held went back.</param>
internal sealed record BasketEnd(long Total)
{
    /// <summary>Whether anything was charged.</summary>
    public bool Charged => Total > 0;
}

/// <summary>The money side of a visit: what a door tells becomes a settled sale. Everything is safe to repeat.</summary>
internal interface IBaskets
{
    /// <summary>Charges exactly this, releases the rest; nothing is charged for an empty basket. Also after its time, and from
    /// the unknown.</summary>
    Task<BasketEnd> SettleAsync(Id<Vend> vend, IReadOnlyList<BasketPiece> items, string evidence, CancellationToken ct);

    /// <summary>Nobody knows what was taken: the money stays held.</summary>
    Task ReportUnknownAsync(Id<Vend> vend, string evidence, CancellationToken ct);

    /// <summary>What is being taken, as it looks now; no money moves.</summary>
    Task PreviewAsync(Id<Vend> vend, IReadOnlyList<BasketPiece> items, CancellationToken ct);
}
