using System.Collections.Concurrent;
using System.Threading.Channels;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Machines;
using Automat.Server.Payments;

namespace Automat.Server.Vends;

/// <summary>
/// Wakes whoever waits for a sale to move: pages that show it live, the machine's lane, the sender of paybacks. A signal
/// lost costs nothing but time: each of them also looks at the table by itself.
/// </summary>
internal sealed class VendSignals(PaybackSignal paybacks, CommandNews news)
{
    private readonly ConcurrentDictionary<Id<Vend>, ConcurrentDictionary<Channel<Vend>, bool>> watchers = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> sessions = new(StringComparer.Ordinal);

    /// <summary>Machines whose lane has something to do, with the command when it was just written down.</summary>
    public Channel<(MachineId Machine, MachineCommand? Fresh)> Lanes { get; } =
        Channel.CreateUnbounded<(MachineId, MachineCommand?)>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>A machine's lane may have something to do: it looks at the table.</summary>
    public void LaneReady(MachineId machine)
    {
        Lanes.Writer.TryWrite((machine, null));
        news.Came(machine);
    }

    /// <summary>A command was just written down.</summary>
    public void Waiting(MachineCommand command)
    {
        Lanes.Writer.TryWrite((command.MachineId, command));
        news.Came(command.MachineId);
    }

    /// <summary>Money has come to be owed.</summary>
    public void PaybackOwed() => paybacks.Wake();

    /// <summary>Wakes those who move money at the provider.</summary>
    public PaybackSignal Money => paybacks;

    /// <summary>A sale moved.</summary>
    public void Moved(Vend vend)
    {
        if (watchers.TryGetValue(vend.Id, out var channels))
        {
            foreach (var channel in channels.Keys) channel.Writer.TryWrite(vend);
        }

        if (vend.Session is not null && sessions.TryRemove(vend.Session, out var waiting)) waiting.TrySetResult();
    }

    /// <summary>Follows a sale; dispose to stop.</summary>
    public VendWatch Watch(Id<Vend> id)
    {
        var channel = Channel.CreateBounded<Vend>(
            new BoundedChannelOptions(8) { FullMode = BoundedChannelFullMode.DropOldest });
        watchers.GetOrAdd(id, _ => new ConcurrentDictionary<Channel<Vend>, bool>())[channel] = true;
        return new VendWatch(channel.Reader, () =>
        {
            if (!watchers.TryGetValue(id, out var channels)) return;
            channels.TryRemove(channel, out _);
            if (channels.IsEmpty) watchers.TryRemove(id, out _);
        });
    }

    /// <summary>Ends when the payment of a session has become a sale.</summary>
    public Task PaidAsync(string session) => sessions.GetOrAdd(
        session, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Nobody waits for this session any more.</summary>
    public void Forget(string session) => sessions.TryRemove(session, out _);
}

/// <summary>Follows one sale.</summary>
/// <param name="Moves">The sale each time it moved.</param>
/// <param name="Stop">Stops following.</param>
internal sealed record VendWatch(ChannelReader<Vend> Moves, Action Stop) : IDisposable
{
    public void Dispose() => Stop();
}
