using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Automat.StripeSandbox;

/// <summary>How a sandbox is set up; every value has a default that suits a test.</summary>
public sealed record SandboxOptions
{
    /// <summary>The address to listen on; loopback, because the sandbox is nobody else's business.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port to listen on; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>The secret key clients must show; null makes one.</summary>
    public string? SecretKey { get; init; }

    /// <summary>Signs the events sent to <see cref="WebhookUrls"/>; null makes one.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>Where events go; may also be told later, see <see cref="StripeSandboxHost.SetWebhook"/>.</summary>
    public IReadOnlyList<string> WebhookUrls { get; init; } = [];

    /// <summary>A file that keeps everything across restarts and crashes; null keeps it in memory.</summary>
    public string? DataFile { get; init; }

    /// <summary>Where customers' browsers reach the pay pages; null: the address listened on.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>After this a delayed payment settles by itself; null: only through the control interface.</summary>
    public TimeSpan? SettleDelayedAfter { get; init; }

    /// <summary>Pauses between tries of a webhook; the last one repeats until <see cref="GiveUpAfter"/>.</summary>
    public IReadOnlyList<TimeSpan> RetryPauses { get; init; } =
        [.. new[] { 1, 2, 5, 15, 60, 300, 1800, 3600 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    /// <summary>How long an event is tried at all; three days, as at Stripe.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromDays(3);

    /// <summary>The clock for everything the sandbox writes and waits for.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the sandbox logs to.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
