using System.Net.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Automat.Mqtt.Client;

/// <summary>Where to connect, as whom, and how to behave.</summary>
public sealed record MqttClientOptions
{
    /// <summary>Host name or address of the broker.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>Speak TLS: whom to trust, and a certificate of one's own; null speaks plain TCP. Where it names no host,
    /// <see cref="Host"/> must be in the broker's certificate.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>The protocol version to speak.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V5;

    /// <summary>Empty lets the broker choose (with a clean start).</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Null connects without a name.</summary>
    public string? UserName { get; init; }

    /// <summary>Null connects without a password; text is sent as UTF-8.</summary>
    public string? Password { get; init; }

    /// <summary>Published by the broker if this client vanishes.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>Forget an earlier session. In 3.1.1 this is also "clean session": it ends with the
    /// connection.</summary>
    public bool CleanStart { get; init; } = true;

    /// <summary>How long the session outlives the connection (5.0 only).</summary>
    public TimeSpan SessionExpiry { get; init; }

    /// <summary>Whole seconds between signs of life; zero sends none.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long connecting, subscribing and unsubscribing may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest packet accepted from the broker, in bytes.</summary>
    public int MaxPacketSize { get; init; } = 1024 * 1024;

    /// <summary>Topic aliases the broker may give (5.0).</summary>
    public int MaxTopicAliases { get; init; } = 16;

    /// <summary>Shorten topics if the broker takes aliases (5.0).</summary>
    public bool UseTopicAliases { get; init; } = true;

    /// <summary>Ask the broker where answers may be sent (5.0); see
    /// <see cref="MqttConnected.ResponseInformation"/>.</summary>
    public bool RequestResponseInformation { get; init; }

    /// <summary>Let the broker explain problems in every answer (5.0).</summary>
    public bool RequestProblemInformation { get; init; } = true;

    /// <summary>User properties of CONNECT (5.0).</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>Received messages that may wait to be handled, and the receive maximum told to the broker. Beyond it
    /// QoS 0 is dropped, and a broker that sends more of QoS 1 and 2 is disconnected.</summary>
    public int MaxWaiting { get; init; } = 1_000;

    /// <summary>Own messages of QoS 1 and 2 that may wait for their acknowledgement; more are refused.</summary>
    public int MaxPending { get; init; } = 1_000;

    /// <summary>Called for every message, one after the other; a message of QoS 1 or 2 is acknowledged when it
    /// returns, and not if it throws. Without it, read <see cref="MqttClient.Messages"/>.</summary>
    public Func<MqttReceived, CancellationToken, ValueTask>? Handler { get; init; }

    /// <summary>With <see cref="MqttClient.Messages"/>: acknowledge with <see cref="MqttReceived.AckAsync"/> when done.
    /// Otherwise a message is acknowledged as soon as it waits to be read.</summary>
    public bool ManualAck { get; init; }

    /// <summary>Null gives up when the connection is lost.</summary>
    public MqttReconnect? Reconnect { get; init; }

    /// <summary>Told after each connect (true) and each loss (false).</summary>
    public Action<bool>? ConnectionChanged { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where trouble is reported.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;
}

/// <summary>Come back after a loss: subscribe again if the broker forgot, and send again what was not
/// acknowledged.</summary>
/// <param name="First">The pause before the first attempt; doubled for each further one, and spread by up to a half so
/// that a fleet doesn't return in one moment.</param>
/// <param name="Longest">The pause is never longer than this.</param>
public sealed record MqttReconnect(TimeSpan First, TimeSpan Longest)
{
    /// <summary>From half a second up to thirty.</summary>
    public static readonly MqttReconnect Default = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30));
}
