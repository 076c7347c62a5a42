using System.Collections.Concurrent;
using Automat.Domain;
using Automat.Server.Machines;

namespace Automat.Server.Vends;

/// <summary>
/// Which machines may find something to do, so that one that asks in vain costs no look at the table, and one that waits is
/// woken. What other nodes write down is heard of too; while they can't be heard, every machine may find something.
/// </summary>
internal sealed class CommandNews
{
    private readonly ConcurrentDictionary<MachineId, bool> idle = new();
    private readonly ConcurrentDictionary<MachineId, TaskCompletionSource> waiting = new();
    private readonly MachineChanges changes;

    public CommandNews(MachineChanges changes)
    {
        this.changes = changes;
        changes.WhenCommanded(machine =>
        {
            if (machine is { } one)
            {
                Came(one);
                return;
            }

            idle.Clear();
            foreach (var each in waiting.Keys) Came(each);
        });
    }

    /// <summary>Something may be there for a machine.</summary>
    public void Came(MachineId machine)
    {
        idle.TryRemove(machine, out _);
        if (waiting.TryRemove(machine, out var one)) one.TrySetResult();
    }

    /// <summary>Ends when a machine may find something; to be asked for before looking.</summary>
    public Task NextFor(MachineId machine) => waiting.GetOrAdd(
        machine, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Whether a look at the table can find anything for this machine.</summary>
    public bool MayFind(MachineId machine) => !changes.Hears || !idle.ContainsKey(machine);

    /// <summary>
    /// The table is about to be looked at. What comes from now on is news again; to be called before looking, and
    /// <see cref="Found"/> after it.
    /// </summary>
    public void Looking(MachineId machine) => idle[machine] = true;

    /// <summary>Something is there and stays there until the machine has done it.</summary>
    public void Found(MachineId machine) => idle.TryRemove(machine, out _);
}
