using System.ComponentModel.DataAnnotations;

namespace Automat.Mqtt.Broker;

/// <summary>The limits of the broker. Every size, rate and queue has one.</summary>
public sealed class MqttBrokerOptions
{
    /// <summary>Connections at a time; more are closed at once.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 20_000;

    /// <summary>Connections of one address at a time, an IPv6 network of 64 bits counting as one. Many machines may stand
    /// behind one address, and all WebSockets behind one proxy.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnectionsPerAddress { get; set; } = 5_000;

    /// <summary>Connections of one identity at a time; a takeover of the same client id is always possible.</summary>
    [Range(1, 100_000)]
    public int MaxConnectionsPerIdentity { get; set; } = 16;

    /// <summary>How often a lasting store is told what has changed, where there is one.</summary>
    public TimeSpan SaveInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often the figures below <c>$SYS</c> are published, to whoever may read and has subscribed to
    /// them.</summary>
    public TimeSpan SystemTopicsInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest packet accepted, in bytes. Below Kestrel's read buffer of 1 MiB, where a whole packet must
    /// fit.</summary>
    [Range(128, 1_000_000)]
    public int MaxPacketSize { get; set; } = 256 * 1024;

    /// <summary>Largest CONNECT accepted, in bytes: strangers get less memory than machines.</summary>
    [Range(128, 1_000_000)]
    public int MaxConnectSize { get; set; } = 16 * 1024;

    /// <summary>How long a new connection may take until its CONNECT is there and answered.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest topic name or filter, in characters.</summary>
    [Range(1, TopicName.MaxBytes)]
    public int MaxTopicLength { get; set; } = 512;

    /// <summary>Most levels of a topic name or filter.</summary>
    [Range(1, 128)]
    public int MaxTopicLevels { get; set; } = 16;

    /// <summary>Longest client id, in characters.</summary>
    [Range(23, TopicName.MaxBytes)]
    public int MaxClientIdLength { get; set; } = 128;

    /// <summary>Subscriptions one session may hold.</summary>
    [Range(1, 10_000)]
    public int MaxSubscriptions { get; set; } = 100;

    /// <summary>Sessions one identity may hold; the longest-gone offline one makes room for a new one.</summary>
    [Range(1, 100_000)]
    public int MaxSessionsPerIdentity { get; set; } = 32;

    /// <summary>Sessions of the whole broker, connected or not; the longest-gone offline one makes room for a new
    /// one.</summary>
    [Range(1, 10_000_000)]
    public int MaxSessions { get; set; } = 100_000;

    /// <summary>QoS 1 and 2 messages sent to a client and not yet acknowledged, and the receive maximum told to
    /// clients. A client may ask for less.</summary>
    [Range(1, 65_535)]
    public int MaxInFlight { get; set; } = 100;

    /// <summary>Messages that wait for one session, offline or slow. At this bound QoS 0 is dropped, a connected
    /// receiver of QoS 1 or 2 is disconnected (0x97), and an offline one gets no more.</summary>
    [Range(1, 1_000_000)]
    public int MaxQueuedMessages { get; set; } = 1_000;

    /// <summary>The same bound in bytes of topic and payload.</summary>
    [Range(1_024, 1_000_000_000)]
    public int MaxQueuedBytes { get; set; } = 1024 * 1024;

    /// <summary>Bytes that may wait in all sessions together; beyond it every session is treated as full.</summary>
    [Range(1_024, long.MaxValue)]
    public long MaxQueuedBytesInTotal { get; set; } = 256 * 1024 * 1024;

    /// <summary>Retained messages that may wait for one session because it subscribed to many, in addition; the rest is
    /// dropped.</summary>
    [Range(0, 10_000_000)]
    public int MaxRetainedWaiting { get; set; } = 10_000;

    /// <summary>How long a client may take none of what was written to it before its connection is cut.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Messages a connection may publish per second on average; it may save up one second's worth. Beyond it
    /// we read slower, so that the client waits and nothing is lost.</summary>
    [Range(1, 10_000_000)]
    public int MaxMessagesPerSecond { get; set; } = 10_000;

    /// <summary>Topic aliases a client may give us, and the most we give it (MQTT 5.0).</summary>
    [Range(0, 65_535)]
    public int MaxTopicAliases { get; set; } = 16;

    /// <summary>Retained messages of the whole broker; a new topic beyond it is not retained.</summary>
    [Range(0, 10_000_000)]
    public int MaxRetained { get; set; } = 100_000;

    /// <summary>The same bound in bytes of topic, payload and properties.</summary>
    [Range(0, long.MaxValue)]
    public long MaxRetainedBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>How long a session outlives its connection at most; also what a 3.1.1 client with a persistent session
    /// gets, since it can't ask.</summary>
    public TimeSpan MaxSessionExpiry { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The longest keep-alive: MQTT 5.0 clients that ask for more, or for none, are told this one. A 3.1.1
    /// client can't be told; TCP's own keep-alive finds it dead.</summary>
    public TimeSpan MaxKeepAlive { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How often deadlines are looked at: keep-alive, CONNECT, delivery, expiry of sessions.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a closing connection may take to hand over what is already written to it.</summary>
    public TimeSpan LingerTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
