using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Client;

/// <summary>What the client waits for: acknowledgements of its messages, in order, and answers to its requests.
/// Thread-safe.</summary>
internal sealed class PendingAnswers(int limit)
{
    private readonly Lock gate = new();

    // Those in flight come first: they were added first, and all start over together.
    private readonly List<PendingPublish> publishes = [];
    private readonly Dictionary<ushort, PendingPublish> byId = [];
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
            byId.Add(pending.Id, pending);
            return pending;
        }
    }

    /// <summary>The next message to send, or to release again, if there is one and the broker's window allows
    /// it.</summary>
    public PendingPublish? TakeNext(int window)
    {
        lock (gate)
        {
            if (inFlight >= window || inFlight >= publishes.Count) return null;
            return publishes[inFlight++];
        }
    }

    /// <summary>After a reconnect: everything is to be sent again.</summary>
    /// <param name="sessionPresent">The broker may know them: mark them as duplicates, and release again what it has
    /// received. Otherwise it starts from nothing, but what it has received it has.</param>
    public void StartOver(bool sessionPresent)
    {
        List<PendingPublish> received = [];
        lock (gate)
        {
            for (var i = 0; i < publishes.Count; i++)
                publishes[i].Duplicate = sessionPresent && (publishes[i].Duplicate || i < inFlight);
            inFlight = 0;
            if (!sessionPresent) received = publishes.FindAll(p => p.Released);
            foreach (var pending in received) Remove(pending);
        }

        foreach (var pending in received) pending.Done.TrySetResult(MqttReason.Success);
    }

    /// <summary>PUBACK, PUBCOMP, or a PUBREC that refuses: the message is through.</summary>
    public void Complete(ushort id, MqttReason reason)
    {
        PendingPublish? pending;
        lock (gate)
        {
            if (!byId.TryGetValue(id, out pending)) return;
            Remove(pending);
        }

        pending.Done.TrySetResult(pending.Released ? MqttReason.Success : reason);
    }

    /// <summary>PUBREC: the broker has the message. False if we know nothing of it.</summary>
    public bool Received(ushort id)
    {
        lock (gate)
        {
            if (!byId.TryGetValue(id, out var pending)) return false;
            pending.Released = true;
            return true;
        }
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
            byId.Clear();
            inFlight = 0;
        }
    }

    private void Remove(PendingPublish pending)
    {
        var at = publishes.IndexOf(pending);
        publishes.RemoveAt(at);
        byId.Remove(pending.Id);
        if (at < inFlight) inFlight--;
    }

    private ushort NextId()
    {
        do lastId = lastId == ushort.MaxValue ? (ushort)1 : (ushort)(lastId + 1);
        while (requests.ContainsKey(lastId) || byId.ContainsKey(lastId));
        return lastId;
    }
}

/// <summary>A QoS 1 or 2 message on its way.</summary>
internal sealed class PendingPublish(ushort id, Publication publication)
{
    public ushort Id { get; } = id;

    public Publication Publication { get; } = publication;

    public bool Duplicate { get; set; }

    /// <summary>QoS 2: the broker has it, and PUBREL was sent.</summary>
    public bool Released { get; set; }

    public TaskCompletionSource<MqttReason> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
