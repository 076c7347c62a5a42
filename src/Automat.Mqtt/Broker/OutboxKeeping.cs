namespace Automat.Mqtt.Broker;

/// <content>What a lasting store has to know of it.</content>
internal sealed partial class Outbox
{
    private bool changed;

    /// <summary>Whether what <see cref="Snapshot"/> tells may be different from the last time it was asked.</summary>
    public bool TakeChanged()
    {
        lock (gate)
        {
            var was = changed;
            changed = false;
            return was;
        }
    }

    /// <summary>What outlives the connection, in order, and the packet ids that must not be used for something
    /// new.</summary>
    public (IReadOnlyList<Waiting> Items, IReadOnlyList<ushort> Held) Snapshot()
    {
        lock (gate)
        {
            var items = new List<Waiting>((inFlight?.Count ?? 0) + (waiting?.Count ?? 0));
            foreach (var sent in inFlight ?? [])
                if (!sent.IsTransient) items.Add(new Waiting(sent.Copy, sent.Id, sent.Awaited));
            if (waiting is not null)
            {
                foreach (var item in waiting)
                    if (item.Copy is { Watch: null, Qos: > MqttQos.AtMostOnce }) items.Add(item);
            }

            // A delivery is not kept, but its id may be known to the client.
            var held = (inFlight ?? []).Where(s => s is { IsTransient: true, Awaited: AwaitedAnswer.PubRec }).Select(s => s.Id);
            return (items, [.. retired ?? [], .. held]);
        }
    }

    /// <summary>Takes in what was kept while the broker was away.</summary>
    public void Restore(MqttIdentity identity, IEnumerable<Waiting> items, IEnumerable<ushort> held)
    {
        lock (gate)
        {
            reader = identity;
            Persistent = true;
            foreach (var item in items)
            {
                (waiting ??= new WaitingLine(rules)).Enqueue(item);
                if (item.Id > lastId) lastId = item.Id;
            }

            foreach (var id in held) (retired ??= []).Add(id);
        }
    }

    private void KeepWaiting(in Waiting item)
    {
        changed = true;
        waiting ??= new WaitingLine(rules);
        if (waiting.HasRoomFor(item.Copy)) waiting.Enqueue(item);
        else Drop(DropReason.QueueFull);
        if (waiting.Count == 0) waiting = null;
    }
}
