using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Automat.Mqtt.Broker;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Automat.Mqtt.Tls;

/// <summary>The TLS side of the broker: its certificate and whom it trusts, as the files say at this moment. A change is
/// for new connections; those that are up stay, except of a client whose certificate was refused.</summary>
public sealed class MqttTls : IDisposable
{
    private static readonly SslApplicationProtocol Mqtt = new("mqtt");

    private readonly ConcurrentDictionary<ConnectionContext, string> certified = new();
    private readonly WatchedFiles<SslStreamCertificateContext> server;
    private readonly WatchedFiles<X509Certificate2Collection>? authorities;
    private readonly WatchedFiles<HashSet<string>>? refused;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly ITimer timer;
    private int handshakes;

    /// <summary>Reads the files, and looks at them again and again.</summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="CryptographicException">A file is not what it should be.</exception>
    /// <exception cref="FormatException">The list of refused certificates can't be read.</exception>
    public MqttTls(MqttTlsOptions options, TimeProvider time, ILogger log)
    {
        Options = options;
        this.time = time;
        this.log = log;
        server = new WatchedFiles<SslStreamCertificateContext>(
            [options.Certificate, options.Key], () => CertificateFiles.Server(options));
        if (options.ClientCertificates is not MqttClientCertificates.None)
        {
            var path = options.ClientAuthorities ?? throw new CryptographicException(
                "Clients' certificates need a file with the authorities that issue them.");
            authorities = new WatchedFiles<X509Certificate2Collection>([path], () => CertificateFiles.Authorities(path));
        }

        if (options.RefusedCertificates is { } list)
            refused = new WatchedFiles<HashSet<string>>([list], () => CertificateFiles.Thumbprints(list));
        timer = time.CreateTimer(_ => Refresh(), null, options.ReloadInterval, options.ReloadInterval);
    }

    /// <summary>Its settings.</summary>
    public MqttTlsOptions Options { get; }

    /// <summary>Looks at the files now.</summary>
    public void Refresh()
    {
        Refresh(server, "The certificate");
        if (authorities is not null) Refresh(authorities, "The file of authorities");
        if (refused is null) return;
        Refresh(refused, "The list of refused certificates");
        foreach (var (connection, thumbprint) in certified)
            if (refused.Current.Contains(thumbprint)) connection.Abort(new ConnectionAbortedException("Certificate refused."));
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    /// <summary>What one handshake works with.</summary>
    internal SslServerAuthenticationOptions Handshake() => new()
    {
        ServerCertificateContext = server.Current,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [Mqtt],
        ClientCertificateRequired = authorities is not null,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = authorities is null ? null : Accepts,
    };

    internal bool BeginHandshake()
    {
        if (Interlocked.Increment(ref handshakes) <= Options.MaxHandshakes) return true;
        EndHandshake();
        return false;
    }

    internal void EndHandshake() => Interlocked.Decrement(ref handshakes);

    internal void Enter(ConnectionContext connection, MqttClientCertificate? certificate)
    {
        if (certificate is null) return;
        certified[connection] = certificate.Thumbprint;
        // Refused between the handshake and here.
        if (refused?.Current.Contains(certificate.Thumbprint) ?? false)
            connection.Abort(new ConnectionAbortedException("Certificate refused."));
    }

    internal void Leave(ConnectionContext connection) => certified.TryRemove(connection, out _);

    private bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null) return Options.ClientCertificates is MqttClientCertificates.Optional;
        if (certificate is X509Certificate2 full
            && ClientTrust.Identify(full) is { } named && refused?.Current.Contains(named.Thumbprint) is not true
            && ClientTrust.IsIssued(full, chain?.ChainPolicy.ExtraStore, authorities!.Current, time.GetUtcNow()))
        {
            return true;
        }

        log.LogInformation("A client's certificate was refused: {Subject}", certificate.Subject);
        return false;
    }

    private void Refresh<T>(WatchedFiles<T> files, string what)
        where T : class
    {
        try
        {
            if (files.Refresh()) log.LogInformation("{What} has changed and is in force", what);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException
            or FormatException or ArgumentException)
        {
            log.LogError(e, "{What} has changed and can't be used; the last one stays in force", what);
        }
    }
}
