using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using Automat.Mqtt.Protocol;
using Microsoft.AspNetCore.Connections;

namespace Automat.Mqtt.Broker;

/// <summary>Told when a connection that was busy can take messages again.</summary>
internal interface IDrainWaiter
{
    /// <summary>Called without any lock of the connection held.</summary>
    void OnDrained();
}

/// <summary>What happened to a message given to a connection.</summary>
internal enum SendOutcome
{
    Sent,

    /// <summary>The client reads slower than we write; try again when drained.</summary>
    Busy,

    Closed,

    /// <summary>Beyond the size the client said it accepts.</summary>
    TooLarge,
}

/// <summary>The sending half of one network connection. Any thread may send; a lock keeps packets whole, and nothing is
/// written to the pipe while a flush is held back by a slow reader. Holds no buffer while idle.</summary>
internal sealed class Connection(ConnectionContext transport, BrokerMeter meter, DateTimeOffset opened)
{
    /// <summary>Answers that may wait for a slow reader before we stop reading from it.</summary>
    private const int ThrottleAt = 16 * 1024;

    private readonly Lock gate = new();
    private readonly PipeWriter output = transport.Transport.Output;
    private ArrayBufferWriter<byte>? overflow;
    private Task? flushing;
    private TaskCompletionSource? finished;
    private long heardTicks = opened.UtcTicks;
    private GivenAliases? aliases;
    private Task? seenFlushing;
    private long stuckTicks;
    private bool closed;
    private bool isFinished;

    public string Id => transport.ConnectionId;

    /// <summary>How it came in.</summary>
    public MqttEntrance Entrance => transport.Features.Get<MqttEntrance>() ?? MqttEntrance.Plain;

    /// <summary>Where it comes from; null if that isn't an IP address.</summary>
    public IPAddress? RemoteAddress { get; } = (transport.RemoteEndPoint as IPEndPoint)?.Address;

    public MqttVersion Version { get; set; } = MqttVersion.V311;

    /// <summary>CONNECT was accepted.</summary>
    public bool Established { get; set; }

    /// <summary>When the last packet came; until CONNECT was accepted, when the connection came.</summary>
    public DateTimeOffset LastHeard
    {
        get => new(Volatile.Read(ref heardTicks), TimeSpan.Zero);
        set => Volatile.Write(ref heardTicks, value.UtcTicks);
    }

    /// <summary>Longest silence allowed; null is unlimited.</summary>
    public TimeSpan? IdleLimit { get; set; }

    /// <summary>Largest packet the client accepts.</summary>
    public uint MaxPacketSize { get; set; } = uint.MaxValue;

    /// <summary>The client wants to hear reasons also outside of CONNACK and DISCONNECT (MQTT 5.0).</summary>
    public bool ExplainsProblems { get; set; } = true;

    /// <summary>The client reads slower than we write.</summary>
    public bool IsHeldBack => Volatile.Read(ref flushing) is not null;

    public IDrainWaiter? DrainWaiter { get; set; }

    /// <summary>Why we closed it; null if we did not.</summary>
    public MqttReason? ClosedBecause { get; private set; }

    /// <summary>Topics may be shortened to this many aliases.</summary>
    public void AllowAliases(int limit) => aliases = limit > 0 ? new GivenAliases(limit) : null;

    /// <summary>Writes an answer; <see cref="Flush"/> sends it. False if the connection is closed.</summary>
    public bool Send(Packet packet)
    {
        lock (gate)
        {
            if (closed) return false;
            meter.BytesOut.Add(PacketEncoder.Write(Target, packet, Version, MaxPacketSize));
            return true;
        }
    }

    /// <summary>Writes PUBACK, PUBREC, PUBREL or PUBCOMP, as short as it can be said.</summary>
    public bool SendAck(PacketType type, ushort id, MqttReason reason = MqttReason.Success, string? why = null)
    {
        if (reason is not MqttReason.Success && Version is MqttVersion.V5)
            return Send(new AckPacket(type, id, reason) { ReasonString = ExplainsProblems ? why : null });

        lock (gate)
        {
            if (closed) return false;
            if (MaxPacketSize < 4) return true;
            var target = Target;
            var span = target.GetSpan(4);
            span[0] = (byte)(((byte)type << 4) | (type is PacketType.PubRel ? 2 : 0));
            span[1] = 2;
            BinaryPrimitives.WriteUInt16BigEndian(span[2..], id);
            target.Advance(4);
            meter.BytesOut.Add(4);
            return true;
        }
    }

    public void Flush()
    {
        lock (gate) StartFlush();
    }

    /// <summary>Writes and sends a message unless the client is slow.</summary>
    public SendOutcome TrySend(Publication publication, PublishHead head, DateTimeOffset now)
    {
        lock (gate)
        {
            if (closed) return SendOutcome.Closed;
            if (flushing is not null) return SendOutcome.Busy;
            // Some clients keep a QoS 2 message as it came until PUBREL, and find no topic in it then.
            if (aliases is not null && head.Qos < MqttQos.ExactlyOnce)
                head = aliases.Shorten(head, publication.Message.Topic);
            if (MaxPacketSize < uint.MaxValue && PublishEncoder.SizeOf(publication, head, Version) > MaxPacketSize)
                return SendOutcome.TooLarge;

            meter.BytesOut.Add(PublishEncoder.Write(output, publication, head, Version, now));
            aliases?.Sent(head, publication.Message.Topic);
            meter.MessagesOut.Add(1);
            StartFlush();
            return SendOutcome.Sent;
        }
    }

    /// <summary>Waits while too many answers are held back by a client that doesn't read them.</summary>
    public async ValueTask ThrottleAsync()
    {
        while (true)
        {
            Task? pending;
            lock (gate) pending = overflow?.WrittenCount > ThrottleAt ? flushing : null;
            if (pending is null) return;
            await pending;
        }
    }

    /// <summary>Ends the connection: says why where the protocol can, then lets the reading side stop. A client that
    /// doesn't read is cut off.</summary>
    public void Close(MqttReason reason, string? why = null)
    {
        lock (gate)
        {
            if (ClosedBecause is not null || isFinished) return;
            ClosedBecause = reason;
            if (Established && Version is MqttVersion.V5)
                Send(new DisconnectPacket { Reason = reason, ReasonString = why });
            StartFlush();
            closed = true;
            if (flushing is not null) transport.Abort();
        }

        transport.Transport.Input.CancelPendingRead();
    }

    /// <summary>Cuts a client that has taken nothing of what was written to it for too long. Looked at
    /// regularly.</summary>
    public bool CutIfStuck(DateTimeOffset now, TimeSpan limit)
    {
        var current = Volatile.Read(ref flushing);
        if (current is null || current != seenFlushing)
        {
            seenFlushing = current;
            stuckTicks = now.UtcTicks;
            return false;
        }

        if (now.UtcTicks - stuckTicks < limit.Ticks) return false;
        Close(MqttReason.QuotaExceeded);
        return true;
    }

    /// <summary>Cuts the connection without a word.</summary>
    public void Abort() => transport.Abort();

    /// <summary>Nothing can be sent any more, and everybody was told.</summary>
    public void Finish()
    {
        lock (gate)
        {
            closed = true;
            isFinished = true;
            finished?.TrySetResult();
        }
    }

    public Task WhenFinished()
    {
        lock (gate)
        {
            if (isFinished) return Task.CompletedTask;
            finished ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return finished.Task;
        }
    }

    private IBufferWriter<byte> Target => flushing is null ? output : overflow ??= new ArrayBufferWriter<byte>();

    private void StartFlush()
    {
        if (flushing is not null || closed) return;
        var flush = output.FlushAsync();
        if (flush.IsCompletedSuccessfully)
        {
            closed |= flush.GetAwaiter().GetResult().IsCompleted;
            return;
        }

        flushing = FinishFlushAsync(flush.AsTask());
    }

    private async Task FinishFlushAsync(Task<FlushResult> flush)
    {
        var ended = true;
        try
        {
            // Never on the caller's stack, who holds locks.
            await flush.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            ended = (await flush).IsCompleted;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The network is gone; the reading side notices by itself.
        }

        lock (gate)
        {
            flushing = null;
            closed |= ended;
            if (overflow is { } waiting && !closed)
            {
                output.Write(waiting.WrittenSpan);
                StartFlush();
            }

            overflow = null;
            if (flushing is not null) return;
        }

        DrainWaiter?.OnDrained();
    }
}
