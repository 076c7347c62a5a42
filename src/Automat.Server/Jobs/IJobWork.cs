using Automat.Domain;
using Automat.Server.Data;

namespace Automat.Server.Jobs;

/// <summary>A job that was confirmed: whose it is, and at whose word it is done.</summary>
/// <param name="Id">Names it among the jobs of its kind.</param>
/// <param name="Organization">Whose.</param>
/// <param name="Kind">What kind of somebody confirmed it.</param>
/// <param name="Actor">Who.</param>
/// <param name="OnBehalfOf">The person a program acts for.</param>
public sealed record RunningJob(Guid Id, Id<Organization> Organization, ActorKind Kind, string Actor, string? OnBehalfOf);

/// <summary>
/// One kind of long work. Its module keeps the table; the sweep finds what is to be done, and has it done batch by batch, in a
/// scope of the job's organisation and in the name of whoever confirmed it.
/// </summary>
public interface IJobWork
{
    /// <summary>The jobs that are to be done, oldest first. The scope sees all organisations.</summary>
    Task<IReadOnlyList<RunningJob>> RunningAsync(AutomatDb db, CancellationToken ct);

    /// <summary>
    /// Does the next batch, as a whole or not at all, and writes down how far the job is. Called again after a crash it goes on
    /// where it was; two nodes at one job only do each other's work.
    /// </summary>
    /// <returns>Whether there is more; false, too, for a job that was cancelled meanwhile.</returns>
    Task<bool> GoOnAsync(RunningJob job, IServiceProvider services, CancellationToken ct);

    /// <summary>Forgets what jobs that are over, or that nobody confirmed, hold beyond their counts.</summary>
    /// <param name="db">Sees all organisations.</param>
    /// <param name="before">Jobs older than this.</param>
    /// <param name="ct">Gives up.</param>
    Task ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct);
}
