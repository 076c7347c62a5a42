using Automat.Domain.Vends;

namespace Automat.Server.Vends;

/// <summary>How a basket stands, after it was settled or was found settled.</summary>
/// <param name="Status">The sale's status.</param>
/// <param name="Total">Value of what was taken, minor units; 0 when nothing was.</param>
/// <param name="Captured">What the hold pays of it.</param>
/// <param name="Owed">What the customer owes beyond it.</param>
/// <param name="Lines">What was taken, at the agreed prices.</param>
public sealed record BasketOutcome(VendStatus Status, long Total, long Captured, long Owed, IReadOnlyList<VendLine> Lines);
