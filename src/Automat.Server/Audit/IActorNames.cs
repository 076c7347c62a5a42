namespace Automat.Server.Audit;

/// <summary>
/// Knows what those are called who stand in the log by their ids. The log itself holds no name, so that somebody who asks to
/// be forgotten can be.
/// </summary>
public interface IActorNames
{
    /// <summary>Names by id, of those who are still known.</summary>
    /// <param name="ids">Ids of people and tokens as they stand in the log; of those that are neither, nothing is said.</param>
    /// <param name="ct">Stops waiting.</param>
    Task<IReadOnlyDictionary<string, string>> OfAsync(IReadOnlyCollection<string> ids, CancellationToken ct);
}
