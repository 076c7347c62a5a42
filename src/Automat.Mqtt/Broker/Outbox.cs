using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Broker;

/// <summary>What a session still has to send: messages in flight until their PUBACK, and messages that wait for room
/// in flight, for a slow network, or for the client to come back. Thread-safe; empty it holds no collections.</summary>
internal sealed class Outbox(MqttBrokerOptions options, BrokerMeter meter, TimeProvider time) : IDrainWaiter
{
    private readonly Lock gate = new();
    private Connection? connection;
    private MqttIdentity? reader;
    private List<Sent>? inFlight;
    private Queue<Waiting>? waiting;
    private int waitingBytes;
    private int window;
    private ushort lastId;

    /// <summary>Keep QoS 1 messages while the client is away.</summary>
    public bool Persistent { get; set; }

    /// <summary>Takes a message to send now or later. False means it was not taken and never will be sent.</summary>
    /// <param name="publication">The message.</param>
    /// <param name="qos">0 or 1, the smaller of published and subscribed.</param>
    /// <param name="retain">The flag to send.</param>
    /// <param name="watch">Set for a delivery that must happen now or not at all.</param>
    public bool Offer(Publication publication, MqttQos qos, bool retain, DeliveryWatch? watch = null)
    {
        lock (gate)
        {
            if (reader is null || !reader.CanRead(publication.Message.Topic)) return false;

            var item = new Waiting(publication, qos, retain, watch);
            var outcome = connection is null ? SendOutcome.Closed : HasRoom(qos) ? TrySend(item) : SendOutcome.Busy;
            return outcome switch
            {
                SendOutcome.Sent => true,
                SendOutcome.Busy => Enqueue(item),
                SendOutcome.Closed => Persistent && qos > MqttQos.AtMostOnce && watch is null && Enqueue(item),
                _ => Drop(),
            };
        }
    }

    /// <summary>The client acknowledged; an id we don't know is ignored, as after a restart.</summary>
    public void Acknowledge(ushort id, MqttReason reason)
    {
        lock (gate)
        {
            var at = inFlight?.FindIndex(s => s.Id == id) ?? -1;
            if (at < 0) return;
            // A refusal may have come before or after the receiver acted on it: nobody can tell.
            var outcome = reason < MqttReason.Unspecified ? MqttDelivery.Acknowledged : MqttDelivery.Lost;
            inFlight![at].Watch?.Settle(outcome);
            inFlight.RemoveAt(at);
            if (inFlight.Count == 0) inFlight = null;
            Pump();
        }
    }

    /// <summary>The client is here: what was in flight goes out again, marked as duplicate, then what waited.</summary>
    public void Attach(Connection to, MqttIdentity identity, int maxInFlight)
    {
        lock (gate)
        {
            connection = to;
            reader = identity;
            window = maxInFlight;
            if (inFlight is not null)
            {
                var resend = inFlight.Select(s =>
                    new Waiting(s.Publication, MqttQos.AtLeastOnce, s.Retain, null, s.Id));
                waiting = new Queue<Waiting>(resend.Concat(waiting ?? []));
                waitingBytes += inFlight.Sum(s => s.Publication.Weight);
                inFlight = null;
            }

            to.DrainWaiter = this;
            Pump();
        }
    }

    /// <summary>The client is gone. Deliveries end here; they are never sent again.</summary>
    public void Detach(Connection from)
    {
        lock (gate)
        {
            if (connection != from) return;
            connection = null;
            from.DrainWaiter = null;
            foreach (var sent in inFlight ?? []) sent.Watch?.Settle(MqttDelivery.Lost);
            foreach (var item in waiting ?? []) item.Watch?.Settle(MqttDelivery.NoSubscriber);
            inFlight?.RemoveAll(s => s.Transient || !Persistent);
            if (inFlight?.Count == 0) inFlight = null;
            var kept = (waiting ?? []).Where(w => Persistent && w.Qos > MqttQos.AtMostOnce && w.Watch is null).ToList();
            waiting = kept.Count > 0 ? new Queue<Waiting>(kept) : null;
            waitingBytes = kept.Sum(w => w.Publication.Weight);
        }
    }

    /// <summary>Ends deliveries whose time is up.</summary>
    public void Sweep(DateTimeOffset now)
    {
        lock (gate)
        {
            foreach (var sent in inFlight ?? [])
            {
                if (sent.Watch is null || sent.Watch.Deadline > now) continue;
                sent.Watch.Settle(MqttDelivery.Lost);
                sent.Watch = null;
            }

            foreach (var item in waiting ?? [])
            {
                if (item.Watch is not { Abandoned: false } watch || watch.Deadline > now) continue;
                watch.Abandon();
                watch.Settle(MqttDelivery.NoSubscriber);
            }
        }
    }

    /// <inheritdoc/>
    public void OnDrained()
    {
        lock (gate) Pump();
    }

    /// <summary>QoS 0 needs no room in flight and may overtake; among QoS 1 the order is kept.</summary>
    private bool HasRoom(MqttQos qos) =>
        qos is MqttQos.AtMostOnce || (waiting is null && (inFlight?.Count ?? 0) < window);

    private void Pump()
    {
        while (connection is not null && waiting is not null && waiting.TryPeek(out var item))
        {
            if (item.Qos > MqttQos.AtMostOnce && (inFlight?.Count ?? 0) >= window) return;
            if (MayStillGo(item))
            {
                var outcome = TrySend(item);
                if (outcome is SendOutcome.Busy or SendOutcome.Closed) return;
                if (outcome is SendOutcome.TooLarge) Refuse(item);
            }
            else
            {
                Refuse(item);
            }

            waiting.Dequeue();
            waitingBytes -= item.Publication.Weight;
            if (waiting.Count == 0) waiting = null;
        }
    }

    /// <summary>An expired message isn't repeated either, although the protocol would want what was sent once to be
    /// acknowledged: a machine must not do today what was asked for yesterday.</summary>
    private bool MayStillGo(Waiting item) =>
        !item.Publication.HasExpired(time.GetUtcNow())
        && item.Watch is not { Abandoned: true }
        && reader!.CanRead(item.Publication.Message.Topic);

    private void Refuse(Waiting item)
    {
        Drop();
        if (item.Watch is { Abandoned: false } watch) watch.Settle(MqttDelivery.NoSubscriber);
    }

    private SendOutcome TrySend(Waiting item)
    {
        var acknowledged = item.Qos > MqttQos.AtMostOnce;
        var id = !acknowledged ? (ushort)0 : item.Id != 0 ? item.Id : NextId();
        var head = new PublishHead(item.Qos, id, item.Id != 0, item.Retain);
        var outcome = connection!.TrySend(item.Publication, head, time.GetUtcNow());
        if (outcome is not SendOutcome.Sent) return outcome;

        if (acknowledged) (inFlight ??= []).Add(new Sent(id, item.Publication, item.Retain, item.Watch));
        else item.Watch?.Settle(MqttDelivery.Written);
        return outcome;
    }

    private bool Enqueue(Waiting item)
    {
        var weight = item.Publication.Weight;
        if ((waiting?.Count ?? 0) >= options.MaxQueuedMessages || waitingBytes + weight > options.MaxQueuedBytes)
        {
            if (item.Qos > MqttQos.AtMostOnce && item.Watch is null) connection?.Close(MqttReason.QuotaExceeded);
            return Drop();
        }

        (waiting ??= new Queue<Waiting>()).Enqueue(item);
        waitingBytes += weight;
        return true;
    }

    private bool Drop()
    {
        meter.Dropped.Add(1);
        return false;
    }

    private ushort NextId()
    {
        do lastId = lastId == ushort.MaxValue ? (ushort)1 : (ushort)(lastId + 1);
        while (IsTaken(lastId));
        return lastId;
    }

    private bool IsTaken(ushort id)
    {
        foreach (var sent in inFlight ?? [])
            if (sent.Id == id) return true;
        // After a reconnect, ids wait here to be sent again.
        foreach (var item in waiting ?? [])
        {
            if (item.Id == 0) return false;
            if (item.Id == id) return true;
        }

        return false;
    }

    private readonly record struct Waiting(
        Publication Publication, MqttQos Qos, bool Retain, DeliveryWatch? Watch, ushort Id = 0);

    private sealed class Sent(ushort id, Publication publication, bool retain, DeliveryWatch? watch)
    {
        public ushort Id { get; } = id;

        public Publication Publication { get; } = publication;

        public bool Retain { get; } = retain;

        /// <summary>Part of a delivery, not of the session: never sent twice.</summary>
        public bool Transient { get; } = watch is not null;

        public DeliveryWatch? Watch { get; set; } = watch;
    }
}
