using Automat.Domain;
using Automat.Server.Chips;
using Automat.Server.Data;

namespace Automat.Server.Vends;

/// <summary>Knows whose money becomes credit on a chip when nobody collects what was paid, because that was agreed at the purchase.</summary>
public interface IPromisedCredits
{
    /// <summary>The chips, by pay page; a sale that is not named is paid back.</summary>
    /// <param name="db">Sees everybody's rows.</param>
    /// <param name="sessions">Pay pages of sales whose time is over.</param>
    /// <param name="ct">Stops waiting.</param>
    Task<IReadOnlyDictionary<string, Id<Chip>>> OfAsync(AutomatDb db, IReadOnlyCollection<string> sessions, CancellationToken ct);
}
