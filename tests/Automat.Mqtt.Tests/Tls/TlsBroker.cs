using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Automat.Mqtt.Client;
using Automat.Mqtt.Tls;
using Microsoft.Extensions.Logging.Abstractions;

namespace Automat.Mqtt.Tests.Tls;

/// <summary>A broker behind TLS. Who presents a certificate is whom it names; everybody else needs the password.</summary>
internal sealed class TlsBroker : IAsyncDisposable
{
    private TlsBroker(TestBroker broker, MqttTls tls) => (Broker, Tls) = (broker, tls);

    public TestBroker Broker { get; }

    public MqttTls Tls { get; }

    public static async Task<TlsBroker> StartAsync(MqttTlsOptions options)
    {
        var tls = new MqttTls(
            options with { ReloadInterval = TimeSpan.FromMilliseconds(100) }, TimeProvider.System, NullLogger.Instance);
        var broker = await TestBroker.StartAsync(listen: l => l.UseMqttTls(tls));
        broker.Gate.Authenticate = login => login switch
        {
            { ClientCertificate: { } proven } => TestGate.Identity(proven.CommonName),
            { UserName: { } name } when System.Text.Encoding.UTF8.GetString(login.Password.Span) == "secret" =>
                TestGate.Identity(name),
            _ => null,
        };
        return new TlsBroker(broker, tls);
    }

    /// <summary>Arguments of Mosquitto's programs.</summary>
    public string[] Mosquitto(Authority authority, params IEnumerable<string> more) =>
    [
        "-h", "127.0.0.1", "-p", Broker.Port.ToString(CultureInfo.InvariantCulture), "--cafile", authority.File, .. more,
    ];

    /// <summary>Options of our client that trusts the authority.</summary>
    public MqttClientOptions Options(Authority authority, string? certificate = null, Action<string>? sees = null) =>
        Broker.Options() with { Tls = Trust(authority, certificate, sees) };

    public static SslClientAuthenticationOptions Trust(
        Authority authority, string? certificate = null, Action<string>? sees = null)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(authority.File);
        return new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = policy,
            ClientCertificates = certificate is null
                ? null
                : [X509Certificate2.CreateFromPemFile(authority.Path(certificate + ".pem"), authority.Path(certificate + ".key"))],
            RemoteCertificateValidationCallback = sees is null
                ? null
                : (_, presented, _, errors) =>
                {
                    sees(presented!.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256)
                        .ToLower(CultureInfo.InvariantCulture));
                    return errors is SslPolicyErrors.None;
                },
        };
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        Tls.Dispose();
    }
}
