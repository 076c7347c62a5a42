using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.HttpOverrides;

namespace Automat.Server.Platform;

/// <summary>Where customers reach this server: the setting <c>Automat:PublicUrl</c>, else what the request came to.</summary>
public sealed class PublicAddress(IConfiguration configuration)
{
    private readonly string? configured = configuration["Automat:PublicUrl"]?.TrimEnd('/');

    /// <summary>Whether browsers reach the server over HTTPS: a proxy in front of it speaks that, and the setting says so.</summary>
    public static bool IsSecure(IConfiguration configuration) =>
        configuration["Automat:PublicUrl"]?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>
    /// The address for links in mails, which a forged Host header must not bend: the setting, else where the server listens.
    /// </summary>
    /// <param name="server">The server.</param>
    public string ForMails(IServer server) =>
        configured ?? server.Features.Get<IServerAddressesFeature>()!.Addresses.First().TrimEnd('/');

    /// <summary>The address without a slash at the end.</summary>
    public string For(HttpRequest request) => configured ?? $"{request.Scheme}://{request.Host}{request.PathBase}";
}

/// <summary>Makes a request look as its browser sent it, where a proxy stands in between.</summary>
internal static class PublicAddressPipeline
{
    /// <summary>
    /// With an https <c>Automat:PublicUrl</c> every request counts as https, because the proxy in front speaks it and we do
    /// not. The caller's address is taken from <c>X-Forwarded-For</c> of proxies named in <c>Automat:Proxies</c>, and of those
    /// on this machine. HTTPS pages tell browsers to come back by HTTPS only, but not those on loopback.
    /// </summary>
    public static void UsePublicAddress(this WebApplication app)
    {
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = 1 };
        foreach (var proxy in (app.Configuration["Automat:Proxies"] ?? "").Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!System.Net.IPNetwork.TryParse(proxy.Contains('/', StringComparison.Ordinal) ? proxy : OneAddress(proxy), out var network))
                throw new SettingsException($"Automat__Proxies: '{proxy}' is neither an address nor a network such as 10.0.0.0/8.");
            forwarded.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(forwarded);
        var secure = PublicAddress.IsSecure(app.Configuration);
        app.Use((context, next) =>
        {
            if (secure) context.Request.Scheme = Uri.UriSchemeHttps;
            if (context.Request.IsHttps && context.Request.Host.Host is not ("localhost" or "127.0.0.1" or "[::1]"))
                context.Response.Headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
            return next(context);
        });
    }

    private static string OneAddress(string address) => address.Contains(':', StringComparison.Ordinal) ? address + "/128" : address + "/32";
}
