using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Automat.Mqtt.Tests.Tls;

/// <summary>A certificate authority of a test, with a folder for what it issues.</summary>
internal sealed class Authority : IDisposable
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("automat-tls-");
    private readonly X509Certificate2 root;

    public Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Authority of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        root = request.CreateSelfSigned(Now.AddDays(-40), Now.AddDays(10));
        File = Path("ca.pem");
        System.IO.File.WriteAllText(File, root.ExportCertificatePem());
    }

    /// <summary>Its own certificate.</summary>
    public string File { get; }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public string Path(string name) => System.IO.Path.Combine(folder.FullName, name);

    /// <summary>Writes a certificate for the loopback address and its key; returns its thumbprint.</summary>
    public string IssueServer(string name = "server") => Issue(name, "localhost", ServerUse);

    /// <summary>Writes a certificate of a client and its key; returns its thumbprint.</summary>
    public string IssueClient(string commonName, bool expired = false) => Issue(commonName, commonName, ClientUse, expired);

    /// <summary>Writes a certificate for servers in the name of a client.</summary>
    public string IssueServerNamed(string commonName) => Issue(commonName, commonName, ServerUse);

    /// <summary>Writes both into one file with a password.</summary>
    public string IssuePkcs12(string password)
    {
        IssueServer();
        using var own = X509Certificate2.CreateFromPemFile(Path("server.pem"), Path("server.key"));
        System.IO.File.WriteAllBytes(Path("server.pfx"), own.Export(X509ContentType.Pkcs12, password));
        return Path("server.pfx");
    }

    public void Dispose()
    {
        root.Dispose();
        folder.Delete(recursive: true);
    }

    private string Issue(string file, string commonName, string use, bool expired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        var until = expired ? Now.AddDays(-1) : Now.AddDays(5);
        using var issued = request.Create(root, Now.AddDays(-30), until, RandomNumberGenerator.GetBytes(8));
        System.IO.File.WriteAllText(Path(file + ".key"), key.ExportPkcs8PrivateKeyPem());
        System.IO.File.WriteAllText(Path(file + ".pem"), issued.ExportCertificatePem());
        return Convert.ToHexStringLower(SHA256.HashData(issued.RawData));
    }
}
