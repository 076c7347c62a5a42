using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Automat.Mqtt;
using Automat.Mqtt.Broker;
using Automat.Mqtt.Tls;
using Automat.Server.Machines.Outside;
using Automat.Server.Platform;

namespace Automat.Server.Hosting;

/// <summary>Where the broker listens with TLS.</summary>
internal sealed record MqttTlsSettings(IPAddress Address, int Port, MqttTlsOptions Files);

/// <summary>How the machines' MQTT is served: by this server, or by somebody else's broker. README lists every
/// setting.</summary>
internal sealed record MqttSettings
{
    private const string Section = "Automat:Mqtt:";

    public required int Port { get; init; }

    /// <summary>Null: no TLS.</summary>
    public MqttTlsSettings? Tls { get; init; }

    /// <summary>Web sites whose pages may connect by WebSocket, besides the server's own.</summary>
    public required IReadOnlyList<string> Origins { get; init; }

    public required int MaxConnections { get; init; }

    public required int MaxConnectionsPerAddress { get; init; }

    public required int MaxConnectionsPerIdentity { get; init; }

    /// <summary>Null: nobody may look at the broker's figures.</summary>
    public string? OperatorPassword { get; init; }

    /// <summary>Whether sessions and retained messages outlive the process.</summary>
    public required bool Lasting { get; init; }

    /// <summary>Null: this server is the broker.</summary>
    public OutsideBrokerOptions? Outside { get; init; }

    public static MqttSettings Read(IConfiguration configuration, IPAddress deviceAddress, string dataDirectory)
    {
        var defaults = new MqttBrokerOptions();
        return new MqttSettings
        {
            Port = Number(configuration, "Port", 1883, 0, ushort.MaxValue),
            Tls = ReadTls(configuration, deviceAddress),
            Origins = ReadOrigins(configuration),
            MaxConnections = Number(configuration, "MaxConnections", defaults.MaxConnections, 1, 1_000_000),
            MaxConnectionsPerAddress =
                Number(configuration, "MaxConnectionsPerAddress", defaults.MaxConnectionsPerAddress, 1, 1_000_000),
            MaxConnectionsPerIdentity =
                Number(configuration, "MaxConnectionsPerIdentity", defaults.MaxConnectionsPerIdentity, 1, 100_000),
            OperatorPassword = Text(configuration, "Operator:Password"),
            Lasting = Word(configuration, "Store", "memory", "memory", "postgresql") == "postgresql",
            Outside = ReadOutside(configuration, dataDirectory),
        };
    }

    private static MqttTlsSettings? ReadTls(IConfiguration configuration, IPAddress deviceAddress)
    {
        if (Text(configuration, "Tls:Port") is null) return null;
        var port = Number(configuration, "Tls:Port", 0, 0, ushort.MaxValue);
        var certificate = Text(configuration, "Tls:Certificate")
            ?? throw new SettingsException("Automat__Mqtt__Tls__Certificate is missing: the file with the server's certificate.");
        var pkcs12 = Path.GetExtension(certificate).ToUpperInvariant() is ".PFX" or ".P12";
        var key = Text(configuration, "Tls:Key");
        if (!pkcs12 && key is null)
        {
            throw new SettingsException("Automat__Mqtt__Tls__Key is missing: the file with the certificate's private key.");
        }

        var mode = Word(configuration, "Tls:ClientCertificates", "none", "none", "optional", "required");
        var authorities = Text(configuration, "Tls:ClientCa");
        if (mode != "none" && authorities is null)
        {
            throw new SettingsException(
                "Automat__Mqtt__Tls__ClientCa is missing: the file with the authority that issues machines' certificates.");
        }

        var address = Text(configuration, "Tls:Address") is not { } text ? deviceAddress
            : IPAddress.TryParse(text, out var own) ? own
            : throw new SettingsException("Automat__Mqtt__Tls__Address is the address machines connect to, such as 0.0.0.0.");
        return new MqttTlsSettings(address, port, new MqttTlsOptions
        {
            Certificate = certificate,
            Key = pkcs12 ? null : key,
            Password = Text(configuration, "Tls:Password"),
            ClientCertificates = Enum.Parse<MqttClientCertificates>(mode, ignoreCase: true),
            ClientAuthorities = authorities,
            RefusedCertificates = Text(configuration, "Tls:RefusedCertificates"),
        });
    }

    private static List<string> ReadOrigins(IConfiguration configuration)
    {
        var origins = new List<string>();
        var texts = (Text(configuration, "WebSocket:Origins") ?? "").Split(
            [',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var text in texts)
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var origin) || origin.PathAndQuery != "/")
                throw new SettingsException($"Automat__Mqtt__WebSocket__Origins: '{text}' is no origin such as https://shop.example.");
            origins.Add(origin.GetLeftPart(UriPartial.Authority));
        }

        // A proxy may call this server by another name than the customers do.
        if (Uri.TryCreate(configuration["Automat:PublicUrl"], UriKind.Absolute, out var own))
            origins.Add(own.GetLeftPart(UriPartial.Authority));
        return origins;
    }

    private static OutsideBrokerOptions? ReadOutside(IConfiguration configuration, string dataDirectory)
    {
        if (Text(configuration, "Broker") is not { } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("mqtt" or "mqtts") || url.Host.Length == 0)
        {
            throw new SettingsException("Automat__Mqtt__Broker is an address such as mqtts://user:password@broker.example:8883.");
        }

        var tls = url.Scheme == "mqtts";
        var user = url.UserInfo.Split(':', 2);
        var authorities = Text(configuration, "Broker:Ca");
        if (authorities is not null && !File.Exists(authorities))
            throw new SettingsException($"Automat__Mqtt__Broker__Ca: there is no file '{authorities}'.");
        return new OutsideBrokerOptions
        {
            Host = url.Host.Trim('[', ']'),
            Port = url.Port > 0 ? url.Port : tls ? 8883 : 1883,
            Tls = tls,
            UserName = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Authorities = authorities,
            Version = Word(configuration, "Broker:Version", "5", "5", "3.1.1") == "5" ? MqttVersion.V5 : MqttVersion.V311,
            ClientId = Text(configuration, "Broker:ClientId") ?? OwnClientId(dataDirectory),
            Presence = Enum.Parse<OutsidePresence>(
                Word(configuration, "Broker:Presence", "heard", "heard", "assumed"), ignoreCase: true),
            HeardWithin = TimeSpan.FromSeconds(Number(configuration, "Broker:HeardWithin", 120, 1, 86_400)),
        };
    }

    /// <summary>A node's id, kept: under it the broker remembers what the node missed.</summary>
    private static string OwnClientId(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "mqtt-client-id");
        if (File.Exists(path)) return File.ReadAllText(path).Trim();
        Directory.CreateDirectory(dataDirectory);
        var id = "automat-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        File.WriteAllText(path, id);
        return id;
    }

    private static string? Text(IConfiguration configuration, string name) =>
        configuration[Section + name] is { Length: > 0 } text ? text : null;

    private static string Word(IConfiguration configuration, string name, string fallback, params string[] known)
    {
        var text = (Text(configuration, name) ?? fallback).ToLowerInvariant();
        return known.Contains(text, StringComparer.Ordinal)
            ? text
            : throw new SettingsException($"{Variable(name)} is one of {string.Join(", ", known)}, not '{text}'.");
    }

    private static int Number(IConfiguration configuration, string name, int fallback, int least, int most)
    {
        if (Text(configuration, name) is not { } text) return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : throw new SettingsException($"{Variable(name)} is a number from {least} to {most}.");
    }

    private static string Variable(string name) => (Section + name).Replace(":", "__", StringComparison.Ordinal);
}
