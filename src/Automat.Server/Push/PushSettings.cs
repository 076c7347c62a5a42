using System.Globalization;
using System.Net.Mail;
using Automat.Server.Platform;

namespace Automat.Server.Push;

/// <summary>Where pushes may go: the browsers' own services, and whatever the operator of the server names besides.</summary>
/// <param name="AlsoAt">Further origins, such as the service of a browser that is not listed here.</param>
/// <param name="Patience">How long an answer is waited for.</param>
/// <param name="Contact">Whom a push service may write to when something is wrong: <c>mailto:</c> or <c>https:</c>.</param>
public sealed record PushSettings(IReadOnlyList<Uri> AlsoAt, TimeSpan Patience, string Contact)
{
    private const int LongestAddress = 1_000;

    // Chrome, Edge on Android, Opera, Samsung, Brave, Vivaldi; builds of Chromium that are not released.
    private static readonly string[] Hosts = ["fcm.googleapis.com", "jmt17.google.com"];

    // Firefox; Safari; Edge on Windows.
    private static readonly string[] Domains = [".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com"];

    /// <summary>Reads <c>Automat:Push:…</c>.</summary>
    /// <exception cref="SettingsException">A setting cannot be used; the message says which.</exception>
    public static PushSettings Read(IConfiguration configuration)
    {
        var also = new List<Uri>();
        foreach (var text in (configuration["Automat:Push:AlsoAt"] ?? "").Split(
            [',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var origin) || (origin.Scheme != Uri.UriSchemeHttps && origin.Scheme != Uri.UriSchemeHttp)
                || origin.PathAndQuery != "/" || origin.UserInfo.Length > 0)
            {
                throw new SettingsException($"Automat__Push__AlsoAt: '{text}' is no origin such as https://push.example.com.");
            }

            also.Add(origin);
        }

        var seconds = 10;
        if (configuration["Automat:Push:PatienceSeconds"] is { Length: > 0 } typed
            && (!int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds is < 1 or > 60))
        {
            throw new SettingsException("Automat__Push__PatienceSeconds is a number from 1 to 60.");
        }

        return new PushSettings(also, TimeSpan.FromSeconds(seconds), ContactOf(configuration));
    }

    /// <summary>
    /// Whether the server may be made to call an address: encrypted, at a service of a browser or where the operator allows it.
    /// Whoever buys something may give one, so none of them reaches what only the server can reach.
    /// </summary>
    /// <param name="text">What a browser sent, or what was kept.</param>
    /// <returns>The address; null when it may not be called.</returns>
    public Uri? Allowed(string? text)
    {
        if (text is not { Length: > 0 and <= LongestAddress } || !Uri.TryCreate(text, UriKind.Absolute, out var address)) return null;
        if (address.UserInfo.Length > 0 || address.Fragment.Length > 0 || address.PathAndQuery == "/") return null;
        var host = address.IdnHost;
        var isBrowsers = address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort
            && (Hosts.Contains(host, StringComparer.OrdinalIgnoreCase) || Domains.Any(d => host.EndsWith(d, StringComparison.OrdinalIgnoreCase)));
        var isNamed = AlsoAt.Any(o => o.Scheme == address.Scheme && o.Port == address.Port
            && string.Equals(o.IdnHost, host, StringComparison.OrdinalIgnoreCase));
        return isBrowsers || isNamed ? address : null;
    }

    private static string ContactOf(IConfiguration configuration)
    {
        if (configuration["Automat:Push:Contact"] is { Length: > 0 } given)
        {
            return Uri.TryCreate(given, UriKind.Absolute, out var contact)
                && (contact.Scheme == Uri.UriSchemeHttps || contact.Scheme == Uri.UriSchemeMailto)
                ? given
                : throw new SettingsException("Automat__Push__Contact begins with mailto: or https://.");
        }

        if (configuration["Automat:Smtp:From"] is { Length: > 0 } from && MailAddress.TryCreate(from, out var mail)) return $"mailto:{mail.Address}";
        return PublicAddress.IsSecure(configuration) ? configuration["Automat:PublicUrl"]!.TrimEnd('/') : "mailto:automat@localhost";
    }
}
