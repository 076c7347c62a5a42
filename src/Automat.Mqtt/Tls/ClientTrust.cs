using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Automat.Mqtt.Broker;

namespace Automat.Mqtt.Tls;

/// <summary>Decides whether a client's certificate says who it is.</summary>
internal static class ClientTrust
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string CommonName = "2.5.4.3";

    /// <summary>Who the certificate names; null if it names nobody, or several.</summary>
    public static MqttClientCertificate? Identify(X509Certificate2 certificate) => NameOf(certificate) is { } name
        ? new MqttClientCertificate(name, Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span)))
        : null;

    /// <summary>False if it is out of date, is not for clients, or was issued by somebody else.</summary>
    /// <param name="certificate">What the client presented.</param>
    /// <param name="sent">Further certificates it sent along.</param>
    /// <param name="authorities">Who may issue.</param>
    /// <param name="now">The time that must lie within its validity.</param>
    public static bool IsIssued(
        X509Certificate2 certificate,
        X509Certificate2Collection? sent,
        X509Certificate2Collection authorities,
        DateTimeOffset now)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(authorities);
        if (sent is not null) policy.ExtraStore.AddRange(sent);
        // Revocation is ours: a list of refused certificates, and machines that are retired.
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        policy.VerificationTime = now.LocalDateTime;
        return chain.Build(certificate);
    }

    private static string? NameOf(X509Certificate2 certificate)
    {
        var names = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(n => !n.HasMultipleElements && n.GetSingleElementType().Value == CommonName)
            .Select(n => n.GetSingleElementValue()).ToList();
        return names is [{ Length: > 0 } only] ? only : null;
    }
}
