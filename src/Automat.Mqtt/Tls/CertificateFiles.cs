using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Automat.Mqtt.Tls;

/// <summary>Reads certificates from files.</summary>
internal static class CertificateFiles
{
    /// <summary>The server's certificate with its key and those it was issued by.</summary>
    public static SslStreamCertificateContext Server(MqttTlsOptions options)
    {
        var (certificate, others) = options.Key is null ? Pkcs12(options) : Pem(options);
        return SslStreamCertificateContext.Create(certificate, others, offline: true);
    }

    public static X509Certificate2Collection Authorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        return authorities.Count > 0
            ? authorities
            : throw new CryptographicException($"'{path}' contains no certificate in PEM.");
    }

    /// <summary>The thumbprints of a list, lower-case.</summary>
    public static HashSet<string> Thumbprints(string path)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(path))
        {
            var text = line.Split('#')[0].Replace(":", "", StringComparison.Ordinal).Trim();
            if (text.Length == 0) continue;
            if (text.Length != 64 || !text.All(char.IsAsciiHexDigit))
                throw new FormatException($"'{path}': '{text}' is not the SHA-256 of a certificate in hex.");
            found.Add(text.ToLower(CultureInfo.InvariantCulture));
        }

        return found;
    }

    private static (X509Certificate2, X509Certificate2Collection) Pem(MqttTlsOptions options)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(options.Certificate);
        if (all.Count == 0)
            throw new CryptographicException($"'{options.Certificate}' contains no certificate in PEM.");
        all.RemoveAt(0);
        var certificate = options.Password is null
            ? X509Certificate2.CreateFromPemFile(options.Certificate, options.Key)
            : X509Certificate2.CreateFromEncryptedPemFile(options.Certificate, options.Password, options.Key);
        // Windows serves TLS only with keys it has in its own store.
        return (OperatingSystem.IsWindows()
            ? X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null)
            : certificate, all);
    }

    private static (X509Certificate2, X509Certificate2Collection) Pkcs12(MqttTlsOptions options)
    {
        var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(options.Certificate, options.Password);
        var own = all.FirstOrDefault(c => c.HasPrivateKey)
            ?? throw new CryptographicException($"'{options.Certificate}' contains no private key.");
        all.Remove(own);
        return (own, all);
    }
}
