namespace Automat.Mqtt.Broker;

/// <summary>What all sessions share: limits, numbers, clock, and the memory their waiting messages may take
/// together.</summary>
internal sealed class OutboxRules(MqttBrokerOptions options, BrokerMeter meter, TimeProvider time)
{
    private long waitingBytes;

    public MqttBrokerOptions Options { get; } = options;

    public BrokerMeter Meter { get; } = meter;

    public TimeProvider Time { get; } = time;

    /// <summary>Bytes of the messages that wait in all sessions.</summary>
    public long WaitingBytes => Interlocked.Read(ref waitingBytes);

    public void Weigh(int bytes) => Interlocked.Add(ref waitingBytes, bytes);
}

/// <summary>The messages that wait in one session, in order, with their weight. Its owner keeps it locked.</summary>
internal sealed class WaitingLine(OutboxRules rules)
{
    private readonly Queue<Waiting> items = new();
    private int bytes;

    public int Count => items.Count;

    /// <summary>Messages of QoS 0 among them.</summary>
    public int Unacknowledged { get; private set; }

    public Queue<Waiting>.Enumerator GetEnumerator() => items.GetEnumerator();

    public bool TryPeek(out Waiting first) => items.TryPeek(out first);

    public bool HasRoomFor(in Copy copy)
    {
        var options = rules.Options;
        if (copy.IsGreeting) return items.Count < options.MaxQueuedMessages + options.MaxRetainedWaiting;
        return items.Count < options.MaxQueuedMessages
            && bytes + copy.Weight <= options.MaxQueuedBytes
            && rules.WaitingBytes + copy.Weight <= options.MaxQueuedBytesInTotal;
    }

    public void Enqueue(in Waiting item)
    {
        items.Enqueue(item);
        Weigh(item, 1);
    }

    public void Dequeue() => Weigh(items.Dequeue(), -1);

    /// <summary>Takes out what <paramref name="which"/> says, and keeps the order of the rest.</summary>
    public List<Waiting> TakeOut(Predicate<Waiting> which)
    {
        var taken = new List<Waiting>();
        for (var left = items.Count; left > 0; left--)
        {
            var item = items.Dequeue();
            if (!which(item))
            {
                items.Enqueue(item);
                continue;
            }

            Weigh(item, -1);
            taken.Add(item);
        }

        return taken;
    }

    private void Weigh(in Waiting item, int sign)
    {
        var weight = sign * item.Copy.Weight;
        bytes += weight;
        rules.Weigh(weight);
        if (item.Copy.Qos is MqttQos.AtMostOnce) Unacknowledged += sign;
    }
}
