using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Client;

/// <summary>What the client waits for: PUBACKs of its messages, in order, and answers to its requests.
/// Thread-safe.</summary>
internal sealed class PendingAnswers(int limit)
{
    private readonly Lock gate = new();
    private readonly List<PendingPublish> publishes = [];
    private readonly Dictionary<ushort, TaskCompletionSource<IReadOnlyList<MqttReason>>> requests = [];
    private ushort lastId;
    private int inFlight;

    /// <summary>Remembers a message; it is sent by <see cref="TakeNext"/>.</summary>
    public PendingPublish Add(Publication publication)
    {
        lock (gate)
        {
            if (publishes.Count >= limit)
                throw new InvalidOperationException($"{limit} messages wait for their acknowledgement already.");
            var pending = new PendingPublish(NextId(), publication);
            publishes.Add(pending);
            return pending;
        }
    }

    /// <summary>The next message to send, if there is one and the broker's window allows it.</summary>
    public PendingPublish? TakeNext(int window)
    {
        lock (gate)
        {
            if (inFlight >= window || inFlight >= publishes.Count) return null;
            // Those in flight come first: they were added first, and all start over together.
            foreach (var pending in publishes)
            {
                if (pending.InFlight) continue;
                pending.InFlight = true;
                inFlight++;
                return pending;
            }

            return null;
        }
    }

    /// <summary>After a reconnect: everything is to be sent again.</summary>
    /// <param name="sessionPresent">The broker may know them: mark them as duplicates.</param>
    public void StartOver(bool sessionPresent)
    {
        lock (gate)
        {
            foreach (var pending in publishes)
            {
                pending.Duplicate = sessionPresent && (pending.Duplicate || pending.InFlight);
                pending.InFlight = false;
            }

            inFlight = 0;
        }
    }

    public void Acknowledge(ushort id, MqttReason reason)
    {
        PendingPublish? pending;
        lock (gate)
        {
            var at = publishes.FindIndex(p => p.Id == id);
            if (at < 0) return;
            pending = publishes[at];
            publishes.RemoveAt(at);
            if (pending.InFlight) inFlight--;
        }

        pending.Done.TrySetResult(reason);
    }

    public (ushort Id, Task<IReadOnlyList<MqttReason>> Answer) AddRequest()
    {
        lock (gate)
        {
            var id = NextId();
            var done = new TaskCompletionSource<IReadOnlyList<MqttReason>>(
                TaskCreationOptions.RunContinuationsAsynchronously);
            requests.Add(id, done);
            return (id, done.Task);
        }
    }

    public void Answer(ushort id, IReadOnlyList<MqttReason> codes)
    {
        lock (gate)
        {
            if (requests.Remove(id, out var done)) done.TrySetResult(codes);
        }
    }

    public void ForgetRequest(ushort id)
    {
        lock (gate) requests.Remove(id);
    }

    public void FailRequests(Exception error)
    {
        lock (gate)
        {
            foreach (var (_, done) in requests) done.TrySetException(error);
            requests.Clear();
        }
    }

    public void FailPublishes(Exception error)
    {
        lock (gate)
        {
            foreach (var pending in publishes) pending.Done.TrySetException(error);
            publishes.Clear();
            inFlight = 0;
        }
    }

    private ushort NextId()
    {
        do lastId = lastId == ushort.MaxValue ? (ushort)1 : (ushort)(lastId + 1);
        while (requests.ContainsKey(lastId) || publishes.Exists(p => p.Id == lastId));
        return lastId;
    }
}

/// <summary>A QoS 1 message on its way.</summary>
internal sealed class PendingPublish(ushort id, Publication publication)
{
    public ushort Id { get; } = id;

    public Publication Publication { get; } = publication;

    public bool InFlight { get; set; }

    public bool Duplicate { get; set; }

    public TaskCompletionSource<MqttReason> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
