using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Automat.Mqtt;

namespace Automat.Server.Machines.Outside;

/// <summary>When a machine behind somebody else's broker counts as being there.</summary>
public enum OutsidePresence
{
    /// <summary>When it says so, or has said anything lately.</summary>
    Heard,

    /// <summary>Always, while the broker is: for machines that say nothing until they are asked.</summary>
    Assumed,
}

/// <summary>Somebody else's broker, which the machines speak to, and how this server comes in there.</summary>
public sealed record OutsideBrokerOptions
{
    /// <summary>The group whose members share what is to be worked off once.</summary>
    public const string Group = "automat";

    /// <summary>Host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>Whether to speak TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>Null for a broker that asks for none.</summary>
    public string? UserName { get; init; }

    /// <summary>Null for a broker that asks for none.</summary>
    public string? Password { get; init; }

    /// <summary>PEM file with the authorities to trust; null: those of the operating system.</summary>
    public string? Authorities { get; init; }

    /// <summary>The protocol: 5.0, or 3.1.1 for brokers that have nothing newer.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V5;

    /// <summary>This node's client id; the broker keeps what it missed under it.</summary>
    public required string ClientId { get; init; }

    /// <summary>When a machine counts as being there.</summary>
    public OutsidePresence Presence { get; init; }

    /// <summary>How long a machine counts as being there after it was last heard.</summary>
    public TimeSpan HeardWithin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the broker keeps for this node what it misses.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Messages from the broker that may wait to be worked off, and own ones that may wait for its
    /// acknowledgement.</summary>
    public int MaxWaiting { get; init; } = 1_000;

    /// <summary>The pause before the first new attempt; doubled for each further one.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause between attempts.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often new machines are looked for.</summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What TLS works with; null where none is spoken. Reads the file of authorities.</summary>
    internal SslClientAuthenticationOptions? NewTls()
    {
        if (!Tls) return null;
        var tls = new SslClientAuthenticationOptions { TargetHost = Host };
        if (Authorities is null) return tls;
        tls.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        tls.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(Authorities);
        return tls;
    }

    /// <summary>Without user name and password.</summary>
    public override string ToString() => $"{(Tls ? "mqtts" : "mqtt")}://{Host}:{Port}";
}
