using System.Globalization;
using Automat.Server.Platform;

namespace Automat.Server.Notifications.Channels;

/// <summary>Where posts may go: Discord, and whatever the operator of the server names besides.</summary>
/// <param name="AlsoAt">Further origins, such as a relay of one's own.</param>
/// <param name="Patience">How long an answer is waited for.</param>
public sealed record ChannelSettings(IReadOnlyList<Uri> AlsoAt, TimeSpan Patience)
{
    private static readonly string[] Hosts = ["discord.com", "discordapp.com"];

    /// <summary>Reads <c>Automat:Discord:…</c>.</summary>
    /// <exception cref="SettingsException">A setting cannot be used; the message says which.</exception>
    public static ChannelSettings Read(IConfiguration configuration)
    {
        var also = new List<Uri>();
        foreach (var text in (configuration["Automat:Discord:AlsoAt"] ?? "").Split(
            [',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var origin) || (origin.Scheme != Uri.UriSchemeHttps && origin.Scheme != Uri.UriSchemeHttp)
                || origin.PathAndQuery != "/" || origin.UserInfo.Length > 0)
            {
                throw new SettingsException($"Automat__Discord__AlsoAt: '{text}' is no origin such as https://relay.example.com.");
            }

            also.Add(origin);
        }

        var seconds = 10;
        if (configuration["Automat:Discord:PatienceSeconds"] is { Length: > 0 } typed
            && (!int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds is < 1 or > 60))
        {
            throw new SettingsException("Automat__Discord__PatienceSeconds is a number from 1 to 60.");
        }

        return new ChannelSettings(also, TimeSpan.FromSeconds(seconds));
    }

    /// <summary>
    /// Whether the server may be made to call an address: encrypted, at Discord or where the operator allows it, and a webhook.
    /// So nobody who may set an address reaches what only the server can reach.
    /// </summary>
    /// <param name="text">What somebody typed, or what was kept.</param>
    /// <returns>The address; null when it may not be called.</returns>
    public Uri? Allowed(string? text)
    {
        if (text is not { Length: > 0 and <= 500 } || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address)) return null;
        if (address.UserInfo.Length > 0 || address.Fragment.Length > 0) return null;
        var isDiscord = address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort
            && Hosts.Contains(address.IdnHost, StringComparer.OrdinalIgnoreCase);
        var isNamed = AlsoAt.Any(o => o.Scheme == address.Scheme && o.Port == address.Port
            && string.Equals(o.IdnHost, address.IdnHost, StringComparison.OrdinalIgnoreCase));
        return (isDiscord || isNamed) && address.AbsolutePath.StartsWith("/api/webhooks/", StringComparison.Ordinal) ? address : null;
    }
}
