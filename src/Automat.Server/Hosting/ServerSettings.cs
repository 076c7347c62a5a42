using System.Globalization;
using System.Net;
using Automat.Server.Platform;

namespace Automat.Server.Hosting;

/// <summary>How the server runs, read once from the configuration. README lists every setting.</summary>
internal sealed record ServerSettings
{
    private const string DefaultUrl = "http://127.0.0.1:8000";

    public required IReadOnlyList<Uri> Urls { get; init; }

    public required string DataDirectory { get; init; }

    /// <summary>Null: a private cluster in the data folder.</summary>
    public string? Database { get; init; }

    /// <summary>Who owns and migrates the tables; null: the same login.</summary>
    public string? DatabaseOwner { get; init; }

    public required IPAddress DeviceAddress { get; init; }

    public required MqttSettings Mqtt { get; init; }

    public required int RobotPort { get; init; }

    public required int SandboxPort { get; init; }

    public required bool Demo { get; init; }

    public required bool Simulators { get; init; }

    /// <summary>How many days of sales the demo's past has.</summary>
    public required int DemoDays { get; init; }

    /// <summary>Whether this process brings its own Stripe sandbox.</summary>
    public required bool Sandbox { get; init; }

    /// <summary>A folder of the operator's own pages, served at the root; null: ours.</summary>
    public string? StaticRoot { get; init; }

    /// <summary>What those pages may do; null: the usual.</summary>
    public string? StaticPolicy { get; init; }

    public static ServerSettings Read(IConfiguration configuration, bool needSecrets = true)
    {
        var database = configuration.GetConnectionString("Automat");
        var stripe = configuration["Stripe:SecretKey"];
        var nothingElse = string.IsNullOrEmpty(database) && string.IsNullOrEmpty(stripe)
            && string.IsNullOrEmpty(configuration["Stripe:ApiBase"]);
        var demo = Flag(configuration, "Automat:Demo") ?? nothingElse;
        var dataDirectory = Path.GetFullPath(configuration["Automat:DataDirectory"] ?? "data");
        var deviceAddress = ReadAddress(configuration["Automat:DeviceAddress"]);
        var settings = new ServerSettings
        {
            Urls = ReadUrls(configuration["urls"] ?? DefaultUrl),
            DataDirectory = dataDirectory,
            Database = string.IsNullOrEmpty(database) ? null : database,
            DatabaseOwner = configuration.GetConnectionString("AutomatOwner"),
            DeviceAddress = deviceAddress,
            Mqtt = MqttSettings.Read(configuration, deviceAddress, dataDirectory),
            RobotPort = Port(configuration, "Automat:Robot:Port", 3000),
            SandboxPort = Port(configuration, "Automat:Sandbox:Port", 8090),
            Demo = demo,
            Simulators = Flag(configuration, "Automat:Demo:Simulators") ?? true,
            DemoDays = Days(configuration, "Automat:Demo:Days", 90),
            StaticRoot = ReadStaticRoot(configuration["Automat:Storefront:StaticRoot"]),
            StaticPolicy = ReadPolicy(configuration["Automat:Storefront:StaticPolicy"]),
            Sandbox = demo && string.IsNullOrEmpty(configuration["Stripe:ApiBase"]),
        };
        if (needSecrets) settings.RequireSecrets(configuration);
        return settings;
    }

    private void RequireSecrets(IConfiguration configuration)
    {
        if (Sandbox) return;
        foreach (var name in new[] { "Stripe:SecretKey", "Stripe:WebhookSecret" })
        {
            if (!string.IsNullOrWhiteSpace(configuration[name])) continue;
            var variable = name.Replace(":", "__", StringComparison.Ordinal);
            throw new SettingsException(
                $"{variable} is missing. Set it in the environment or in .env, or set Automat__Demo=true to try the demo.");
        }
    }

    private static bool? Flag(IConfiguration configuration, string name)
    {
        var text = configuration[name];
        if (string.IsNullOrWhiteSpace(text)) return null;
        return bool.TryParse(text, out var flag)
            ? flag
            : throw new SettingsException($"{name.Replace(":", "__", StringComparison.Ordinal)} is true or false, not '{text}'.");
    }

    private static int Port(IConfiguration configuration, string name, int fallback)
    {
        var text = configuration[name];
        if (string.IsNullOrWhiteSpace(text)) return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue
            ? port
            : throw new SettingsException($"{name.Replace(":", "__", StringComparison.Ordinal)} is a port from 0 to 65535.");
    }

    private static int Days(IConfiguration configuration, string name, int fallback)
    {
        var text = configuration[name];
        if (string.IsNullOrWhiteSpace(text)) return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= 400
            ? days
            : throw new SettingsException($"{name.Replace(":", "__", StringComparison.Ordinal)} is a number of days from 0 to 400.");
    }

    private static string? ReadStaticRoot(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var folder = Path.GetFullPath(text);
        if (!Directory.Exists(folder)) throw new SettingsException($"Automat__Storefront__StaticRoot: there is no folder {folder}.");
        return File.Exists(Path.Combine(folder, "index.html"))
            ? folder
            : throw new SettingsException($"Automat__Storefront__StaticRoot: the folder {folder} has no index.html.");
    }

    private static string? ReadPolicy(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        return text.All(c => c is >= ' ' and < (char)127)
            ? text.Trim()
            : throw new SettingsException("Automat__Storefront__StaticPolicy is one line of plain characters.");
    }

    private static IPAddress ReadAddress(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return IPAddress.Loopback;
        return IPAddress.TryParse(text, out var address)
            ? address
            : throw new SettingsException("Automat__DeviceAddress is the address machines connect to, such as 0.0.0.0.");
    }

    private static List<Uri> ReadUrls(string text)
    {
        var urls = new List<Uri>();
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var plain = part.Replace("://+", "://0.0.0.0", StringComparison.Ordinal)
                .Replace("://*", "://0.0.0.0", StringComparison.Ordinal);
            if (!Uri.TryCreate(plain, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp)
            {
                throw new SettingsException(
                    $"ASPNETCORE_URLS: '{part}' is not an http address. For https put a reverse proxy in front.");
            }

            urls.Add(url);
        }

        return urls.Count > 0 ? urls : throw new SettingsException("ASPNETCORE_URLS names no address.");
    }
}
