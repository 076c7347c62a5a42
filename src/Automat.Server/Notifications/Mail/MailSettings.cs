using System.Globalization;
using System.Net.Mail;
using Automat.Server.Platform;

namespace Automat.Server.Notifications.Mail;

/// <summary>The mail server to send through.</summary>
/// <param name="Host">Its name; null: none, mails stay in the outbox.</param>
/// <param name="Port">Its port.</param>
/// <param name="User">Whom to sign in as; null: nobody.</param>
/// <param name="Password">The password of that.</param>
/// <param name="From">The address mails come from.</param>
/// <param name="StartTls">Whether the connection must be encrypted.</param>
/// <param name="ShowsTexts">
/// Whether the outbox page shows what mails say. In the demo only: elsewhere an administrator would read other people's links.
/// </param>
public sealed record MailSettings(
    string? Host, int Port, string? User, string? Password, string From, bool StartTls, bool ShowsTexts)
{
    /// <summary>Reads <c>Automat:Smtp:…</c>.</summary>
    /// <exception cref="SettingsException">A setting cannot be used; the message says which.</exception>
    public static MailSettings Read(IConfiguration configuration, bool demo)
    {
        var smtp = configuration.GetSection("Automat:Smtp");
        var host = smtp["Host"] is { Length: > 0 } given ? given : null;
        var port = 587;
        if (smtp["Port"] is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > ushort.MaxValue))
        {
            throw new SettingsException("Automat__Smtp__Port is a port from 1 to 65535.");
        }

        var from = smtp["From"] is { Length: > 0 } address ? address : "automat@localhost";
        if (!MailAddress.TryCreate(from, out _)) throw new SettingsException("Automat__Smtp__From is no e-mail address.");
        var tls = true;
        if (smtp["StartTls"] is { Length: > 0 } flag && !bool.TryParse(flag, out tls))
            throw new SettingsException("Automat__Smtp__StartTls is true or false.");
        return new MailSettings(host, port, smtp["User"], smtp["Password"], from, tls, ShowsTexts: demo);
    }
}
