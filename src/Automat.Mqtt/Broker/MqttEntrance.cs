namespace Automat.Mqtt.Broker;

/// <summary>The ways into the broker.</summary>
public enum MqttTransport
{
    /// <summary>Plain TCP.</summary>
    Tcp,

    /// <summary>TLS over TCP.</summary>
    Tls,

    /// <summary>Binary frames of a WebSocket; a proxy may stand in between, so its address says little.</summary>
    WebSocket,
}

/// <summary>A certificate a client proved to hold, issued by one of the authorities this endpoint trusts.</summary>
/// <param name="CommonName">The common name of its subject, for us the machine's id.</param>
/// <param name="Thumbprint">SHA-256 of the certificate, lower-case hex.</param>
public sealed record MqttClientCertificate(string CommonName, string Thumbprint);

/// <summary>How a connection came in. An endpoint that is more than plain TCP sets it as a feature of the
/// connection.</summary>
/// <param name="Transport">The way.</param>
/// <param name="Certificate">What the client proved to be; null if it presented nothing.</param>
public sealed record MqttEntrance(MqttTransport Transport, MqttClientCertificate? Certificate = null)
{
    /// <summary>Plain TCP.</summary>
    public static readonly MqttEntrance Plain = new(MqttTransport.Tcp);
}
