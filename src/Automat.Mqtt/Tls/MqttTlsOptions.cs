namespace Automat.Mqtt.Tls;

/// <summary>Whether clients prove by a certificate who they are.</summary>
public enum MqttClientCertificates
{
    /// <summary>Nobody is asked for one.</summary>
    None,

    /// <summary>Whoever has one presents it; everybody else signs in with a password.</summary>
    Optional,

    /// <summary>Nobody comes in without one.</summary>
    Required,
}

/// <summary>A TLS endpoint's files. All are read again when they change.</summary>
public sealed record MqttTlsOptions
{
    /// <summary>PEM file with the server's certificate and, below it, those it was issued by; or a PKCS #12 file
    /// (<c>.pfx</c>, <c>.p12</c>) with its private key.</summary>
    public required string Certificate { get; init; }

    /// <summary>PEM file with the private key; null for PKCS #12.</summary>
    public string? Key { get; init; }

    /// <summary>What the private key or the PKCS #12 file is encrypted with; null if it isn't.</summary>
    public string? Password { get; init; }

    /// <summary>Whether clients prove by a certificate who they are.</summary>
    public MqttClientCertificates ClientCertificates { get; init; }

    /// <summary>PEM file with the authorities that issue clients' certificates.</summary>
    public string? ClientAuthorities { get; init; }

    /// <summary>Text file of certificates that are not accepted any more: the SHA-256 of one in hex on each line; what
    /// follows a <c>#</c> is a comment. Live connections of a certificate added to it are cut.</summary>
    public string? RefusedCertificates { get; init; }

    /// <summary>How often the files are looked at.</summary>
    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a handshake may take.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Handshakes under way at a time; more are cut at once: each costs far more than a plain
    /// connection.</summary>
    public int MaxHandshakes { get; init; } = 500;
}
