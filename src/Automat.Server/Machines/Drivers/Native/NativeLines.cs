using System.Collections.Concurrent;
using Automat.Domain;
using Automat.Protocol;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>
/// Commands on their way: those a machine is to fetch over HTTP, and those whose acknowledgement is awaited. What is here is
/// written down elsewhere; after a restart it is sent again under the same id.
/// </summary>
internal sealed class NativeLines(TimeProvider clock)
{
    private readonly ConcurrentDictionary<MachineId, Line> lines = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<DeliveryResult>> awaited = new(StringComparer.Ordinal);

    /// <summary>A machine asked for its commands and will ask again within so long.</summary>
    public void Fetching(MachineId machine, TimeSpan within) => Of(machine).FetchesUntil = clock.GetUtcNow() + within;

    /// <summary>Whether a machine fetches its commands at this time.</summary>
    public bool IsFetching(MachineId machine) =>
        lines.TryGetValue(machine, out var line) && line.FetchesUntil > clock.GetUtcNow();

    /// <summary>What is there to fetch, oldest first; the same again until it is acknowledged.</summary>
    public IReadOnlyList<DeviceCommand> Waiting(MachineId machine)
    {
        if (!lines.TryGetValue(machine, out var line)) return [];
        var now = DeviceJson.Unix(clock.GetUtcNow());
        lock (line.Commands)
        {
            List<Put> there = line.Commands.FindAll(p => p.Command.Deadline > now);
            foreach (var put in there) put.Taken = true;
            return there.ConvertAll(p => p.Command);
        }
    }

    /// <summary>Ends when something was put there, or nobody is to wait any more.</summary>
    public Task ChangedAsync(MachineId machine) => Of(machine).Changed.Task;

    /// <summary>Puts a command there until its fate is known, or for so long; what was never fetched was not sent.</summary>
    public async Task<DeliveryResult> PutAsync(MachineId machine, DeviceCommand command, TimeSpan wait, CancellationToken ct)
    {
        var line = Of(machine);
        var put = new Put(command);
        lock (line.Commands) line.Commands.Add(put);
        line.Wake();
        DeliveryResult? answer = null;
        try
        {
            answer = await AnswerAsync(command.Id, wait, ct);
        }
        finally
        {
            lock (line.Commands) line.Commands.Remove(put);
        }

        return answer ?? (put.Taken
            ? new DeliveryResult(DeliveryOutcome.Unknown, "no_answer")
            : new DeliveryResult(DeliveryOutcome.NotSent, "not_fetched"));
    }

    /// <summary>Waits for the acknowledgement of a command; null when none comes in time.</summary>
    public async Task<DeliveryResult?> AnswerAsync(string command, TimeSpan wait, CancellationToken ct)
    {
        var answer = awaited.GetOrAdd(
            command, static _ => new TaskCompletionSource<DeliveryResult>(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            return await answer.Task.WaitAsync(wait, clock, ct);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            awaited.TryRemove(command, out _);
        }
    }

    /// <summary>Begins to await an acknowledgement, so that one that comes early is not missed.</summary>
    public void Await(string command) => awaited.TryAdd(
        command, new TaskCompletionSource<DeliveryResult>(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Nobody waits for this command any more.</summary>
    public void Forget(string command) => awaited.TryRemove(command, out _);

    /// <summary>The machine acknowledged.</summary>
    public void Answered(string command, DeliveryResult result)
    {
        if (awaited.TryGetValue(command, out var waiting)) waiting.TrySetResult(result);
    }

    private Line Of(MachineId machine) => lines.GetOrAdd(machine, static _ => new Line());

    private sealed class Put(DeviceCommand command)
    {
        public DeviceCommand Command { get; } = command;

        /// <summary>The machine has it, or at least it was on its way there.</summary>
        public bool Taken { get; set; }
    }

    private sealed class Line
    {
        public DateTimeOffset FetchesUntil { get; set; }

        public List<Put> Commands { get; } = [];

        public TaskCompletionSource Changed { get; private set; } = New();

        public void Wake()
        {
            var before = Changed;
            Changed = New();
            before.TrySetResult();
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
