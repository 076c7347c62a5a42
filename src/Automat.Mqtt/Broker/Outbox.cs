using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Broker;

/// <summary>What a session still has to send: messages in flight until their last acknowledgement, and messages that
/// wait for room in flight, for a slow network, or for the client to come back. Thread-safe; empty it holds no
/// collections.</summary>
internal sealed partial class Outbox(OutboxRules rules) : IDrainWaiter
{
    /// <summary>Identifiers of deliveries given up that a lasting session may hold back; beyond it a delivery at QoS 2
    /// is made at QoS 1.</summary>
    private const int MaxRetired = 256;

    private readonly Lock gate = new();
    private Connection? connection;
    private MqttIdentity? reader;
    private List<Sent>? inFlight;
    private WaitingLine? waiting;
    private HashSet<ushort>? retired;
    private int window;
    private ushort lastId;

    /// <summary>Keep QoS 1 and 2 messages while the client is away.</summary>
    public bool Persistent { get; set; }

    public Readiness Readiness
    {
        get
        {
            lock (gate)
            {
                if (connection is null) return Readiness.Away;
                return HasRoom(MqttQos.AtLeastOnce) && !connection.IsHeldBack ? Readiness.Ready : Readiness.Busy;
            }
        }
    }

    /// <summary>Takes a message to send now or later. False means it was not taken and never will be sent.</summary>
    public bool Offer(Copy copy)
    {
        lock (gate)
        {
            if (reader is null || !reader.CanRead(copy.Publication.Message.Topic)) return false;
            changed |= copy.Qos > MqttQos.AtMostOnce;

            // It is never repeated, so QoS 1 promises as much.
            if (copy is { Watch: not null, Qos: MqttQos.ExactlyOnce } && retired?.Count >= MaxRetired)
                copy = copy with { Qos = MqttQos.AtLeastOnce };
            var item = new Waiting(copy);
            var outcome = connection is null ? SendOutcome.Closed
                : HasRoom(copy.Qos) ? TrySend(item)
                : SendOutcome.Busy;
            return outcome switch
            {
                SendOutcome.Sent => true,
                SendOutcome.Busy => Enqueue(item),
                SendOutcome.Closed =>
                    Persistent && copy.Qos > MqttQos.AtMostOnce && copy.Watch is null && Enqueue(item),
                _ => Drop(DropReason.TooLarge),
            };
        }
    }

    /// <summary>The client acknowledged (PUBACK, PUBREC or PUBCOMP); an id we don't know is answered as the protocol
    /// wants, and otherwise ignored, as after a restart.</summary>
    public void Acknowledge(AckPacket ack)
    {
        lock (gate)
        {
            changed = true;
            var sent = Find(ack.PacketId);
            if (ack.Type is PacketType.PubRec && sent?.Awaited is null or AwaitedAnswer.PubRec or AwaitedAnswer.PubComp)
            {
                Receive(ack, sent);
                return;
            }

            if (sent is null) return;
            if (sent.Awaited != (ack.Type is PacketType.PubAck ? AwaitedAnswer.PubAck : AwaitedAnswer.PubComp))
                throw MqttProtocolException.Forbidden($"{ack.Type} does not answer what was sent.");
            Complete(sent, ack.Reason);
        }
    }

    /// <summary>The client is here: what was in flight goes out again, marked as duplicate, then what waited.</summary>
    public void Attach(Connection to, MqttIdentity identity, int maxInFlight)
    {
        lock (gate)
        {
            changed = true;
            connection = to;
            reader = identity;
            window = maxInFlight;
            if (inFlight is not null)
            {
                var line = new WaitingLine(rules);
                foreach (var sent in inFlight)
                    line.Enqueue(new Waiting(sent.Copy with { Watch = null }, sent.Id, sent.Awaited));
                foreach (var item in waiting?.TakeOut(_ => true) ?? []) line.Enqueue(item);
                waiting = line;
                inFlight = null;
            }

            to.DrainWaiter = this;
            Pump();
            to.Flush();
        }
    }

    /// <summary>The client is gone. Deliveries end here; they are never sent again. Shared messages go to another
    /// member of their group where the protocol allows it.</summary>
    public void Detach(Connection from)
    {
        List<Waiting> shared;
        lock (gate)
        {
            if (connection != from) return;
            changed = true;
            connection = null;
            from.DrainWaiter = null;
            shared = CloseInFlight();
            var gone = waiting?.TakeOut(
                w => !Persistent || w.Copy.Qos is MqttQos.AtMostOnce || w.Copy.Watch is not null
                    || w is { Copy.Group: not null, Id: 0 }) ?? [];
            if (waiting?.Count == 0) waiting = null;
            foreach (var item in gone)
            {
                if (item.Copy.Watch is { Abandoned: false } watch) watch.Settle(MqttDelivery.NoSubscriber);
                var unsent = item.Id == 0 || item.Awaited is AwaitedAnswer.PubAck;
                if (item.Copy.Group is not null && item.Copy.Qos > MqttQos.AtMostOnce && unsent) shared.Add(item);
            }
        }

        foreach (var item in shared) HandOver(item);
    }

    /// <summary>The session is over. Returns what other members of a group may still get: nothing of QoS 2 that was in
    /// flight (MQTT 5.0, section 4.8.2).</summary>
    public List<Copy> End()
    {
        lock (gate)
        {
            List<Copy> left = [];
            foreach (var sent in inFlight ?? [])
                if (sent is { Awaited: AwaitedAnswer.PubAck, Copy.Group: not null }) left.Add(sent.Copy);
            foreach (var item in waiting?.TakeOut(_ => true) ?? [])
            {
                var again = item.Id != 0 && item.Awaited is not AwaitedAnswer.PubAck;
                if (item.Copy.Group is not null && !again) left.Add(item.Copy);
            }

            Persistent = false;
            inFlight = null;
            waiting = null;
            retired = null;
            return left;
        }
    }

    /// <summary>Takes back what waits here for a group although the client is away.</summary>
    public List<Publication> TakeWaitingFor(ISharing group)
    {
        lock (gate)
        {
            if (connection is not null || waiting is null) return [];
            changed = true;
            var taken = waiting.TakeOut(w => w.Copy.Group == group && w.Id == 0);
            if (waiting.Count == 0) waiting = null;
            return taken.ConvertAll(w => w.Copy.Publication);
        }
    }

    /// <summary>Ends deliveries whose time is up.</summary>
    public void Sweep(DateTimeOffset now)
    {
        lock (gate)
        {
            foreach (var sent in inFlight ?? [])
                if (sent.Watch?.Deadline <= now) sent.Settle(MqttDelivery.Lost);
            if (waiting is null) return;
            foreach (var item in waiting)
            {
                if (item.Copy.Watch is not { Abandoned: false } watch || watch.Deadline > now) continue;
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

    private void HandOver(in Waiting item)
    {
        var publication = item.Copy.Publication;
        if (publication.HasExpired(rules.Time.GetUtcNow()) || item.Copy.Group!.PassOn(publication, this)) return;
        lock (gate)
        {
            if (Persistent)
            {
                KeepWaiting(item);
                return;
            }
        }

        item.Copy.Group.Offer(publication);
    }

    /// <summary>PUBREC: the client has it. One we don't know of gets its answer too, so that it can forget.</summary>
    private void Receive(AckPacket ack, Sent? sent)
    {
        if (ack.Reason >= MqttReason.Unspecified)
        {
            if (sent is not null) Complete(sent, ack.Reason);
            return;
        }

        if (sent is not null) sent.Awaited = AwaitedAnswer.PubComp;
        connection?.SendAck(
            PacketType.PubRel, ack.PacketId, sent is null ? MqttReason.PacketIdNotFound : MqttReason.Success);
    }

    private void Complete(Sent sent, MqttReason reason)
    {
        // A refusal may have come before or after the receiver acted on it: nobody can tell. After PUBREC the receiver
        // has it, whatever PUBCOMP says.
        var done = reason < MqttReason.Unspecified || sent.Awaited is AwaitedAnswer.PubComp;
        sent.Settle(done ? MqttDelivery.Acknowledged : MqttDelivery.Lost);
        inFlight!.Remove(sent);
        if (inFlight.Count == 0) inFlight = null;
        Pump();
    }

    /// <summary>Decides what of the messages in flight stays; returns those another member of a group may
    /// get.</summary>
    private List<Waiting> CloseInFlight()
    {
        List<Waiting> shared = [];
        foreach (var sent in inFlight ?? [])
        {
            sent.Settle(MqttDelivery.Lost);
            // The client may know this id: a new message under it would pass for a duplicate.
            if (Persistent && sent is { IsTransient: true, Awaited: AwaitedAnswer.PubRec })
                (retired ??= []).Add(sent.Id);
            if (!Persistent && sent is { Awaited: AwaitedAnswer.PubAck, Copy.Group: not null })
                shared.Add(new Waiting(sent.Copy));
        }

        inFlight?.RemoveAll(
            s => !Persistent || (s.IsTransient && s.Awaited is not AwaitedAnswer.PubComp));
        if (inFlight?.Count == 0) inFlight = null;
        return shared;
    }

    /// <summary>Where there is no room in flight, QoS 0 may overtake what waits for it, but not its own kind.</summary>
    private bool HasRoom(MqttQos qos) => qos is MqttQos.AtMostOnce
        ? waiting is null || waiting.Unacknowledged == 0
        : waiting is null && (inFlight?.Count ?? 0) < window;

    private void Pump()
    {
        changed |= waiting is not null;
        while (connection is not null && waiting is not null && waiting.TryPeek(out var item))
        {
            if (item.Copy.Qos > MqttQos.AtMostOnce && (inFlight?.Count ?? 0) >= window) return;
            if (WhyNot(item) is { } reason)
            {
                Refuse(item, reason);
            }
            else
            {
                var outcome = TrySend(item);
                if (outcome is SendOutcome.Busy or SendOutcome.Closed) return;
                if (outcome is SendOutcome.TooLarge) Refuse(item, DropReason.TooLarge);
            }

            waiting.Dequeue();
            if (waiting.Count == 0) waiting = null;
        }
    }

    /// <summary>Why a message that waited must not go any more; null if it may. An expired message isn't repeated
    /// either, although the protocol would want what was sent once to be acknowledged: a machine must not do today what
    /// was asked for yesterday. At QoS 2 the client may hold the message already, so that exchange is ended
    /// properly.</summary>
    private DropReason? WhyNot(in Waiting item)
    {
        if (item is { Id: not 0, Awaited: AwaitedAnswer.PubComp }) return null;
        if (item.Copy.Watch is { Abandoned: true }) return DropReason.Expired;
        if (!reader!.CanRead(item.Copy.Publication.Message.Topic)) return DropReason.NotAllowed;
        var exchange = item is { Id: not 0, Awaited: AwaitedAnswer.PubRec };
        return !exchange && item.Copy.Publication.HasExpired(rules.Time.GetUtcNow()) ? DropReason.Expired : null;
    }

    private void Refuse(in Waiting item, DropReason reason)
    {
        rules.Meter.Drop(reason);
        if (item is { Id: not 0, Awaited: AwaitedAnswer.PubRec }) (retired ??= []).Add(item.Id);
        if (item.Copy.Watch is { Abandoned: false } watch) watch.Settle(MqttDelivery.NoSubscriber);
    }

    private SendOutcome TrySend(in Waiting item)
    {
        var again = item.Id != 0;
        if (again && item.Awaited is AwaitedAnswer.PubComp)
        {
            if (!connection!.SendAck(PacketType.PubRel, item.Id)) return SendOutcome.Closed;
            (inFlight ??= []).Add(new Sent(item.Id, item.Copy, AwaitedAnswer.PubComp));
            return SendOutcome.Sent;
        }

        var copy = item.Copy;
        var id = copy.Qos is MqttQos.AtMostOnce ? (ushort)0 : again ? item.Id : NextId();
        var head = new PublishHead(copy.Qos, id, again, copy.Retain) { Identifiers = copy.Identifiers };
        var outcome = connection!.TrySend(copy.Publication, head, rules.Time.GetUtcNow());
        if (outcome is not SendOutcome.Sent) return outcome;

        if (id == 0) copy.Watch?.Settle(MqttDelivery.Written);
        else (inFlight ??= []).Add(new Sent(id, copy, AwaitedOf(copy.Qos)));
        return outcome;
    }

    private static AwaitedAnswer AwaitedOf(MqttQos qos) =>
        qos is MqttQos.ExactlyOnce ? AwaitedAnswer.PubRec : AwaitedAnswer.PubAck;

    private bool Enqueue(in Waiting item)
    {
        if (waiting is not null && !waiting.HasRoomFor(item.Copy)) ForgetExpired();
        waiting ??= new WaitingLine(rules);
        if (!waiting.HasRoomFor(item.Copy))
        {
            if (waiting.Count == 0) waiting = null;
            // Another member of the group may have room; and a delivery tells its caller.
            if (item.Copy.Group is not null) return false;
            if (item.Copy is { Watch: null, IsGreeting: false } && item.Copy.Qos > MqttQos.AtMostOnce) CutSlowReader();
            return Drop(DropReason.QueueFull);
        }

        waiting.Enqueue(item);
        return true;
    }

    private void CutSlowReader()
    {
        if (connection is null) return;
        rules.Meter.SlowConsumers.Add(1);
        connection.Close(MqttReason.QuotaExceeded, "More messages wait than this client takes.");
    }

    /// <summary>Called without room: what nobody will get any more must not hold its place.</summary>
    private void ForgetExpired()
    {
        var now = rules.Time.GetUtcNow();
        foreach (var item in waiting!.TakeOut(w => w.Id == 0 && w.Copy.Publication.HasExpired(now)))
            Refuse(item, DropReason.Expired);
        if (waiting.Count == 0) waiting = null;
    }

    private bool Drop(DropReason reason)
    {
        rules.Meter.Drop(reason);
        return false;
    }

    private Sent? Find(ushort id)
    {
        foreach (var sent in inFlight ?? [])
            if (sent.Id == id) return sent;
        return null;
    }

    private ushort NextId()
    {
        do lastId = lastId == ushort.MaxValue ? (ushort)1 : (ushort)(lastId + 1);
        while (IsTaken(lastId));
        return lastId;
    }

    private bool IsTaken(ushort id)
    {
        if (Find(id) is not null || retired?.Contains(id) == true) return true;
        if (waiting is null) return false;
        // After a reconnect, ids wait here to be sent again.
        foreach (var item in waiting)
        {
            if (item.Id == 0) return false;
            if (item.Id == id) return true;
        }

        return false;
    }
}
