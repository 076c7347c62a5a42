using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;

namespace Automat.Server.Notifications.Mail;

/// <summary>The way out of the house. Returns when somebody has taken the mail; throws <see cref="SmtpException"/> when not.</summary>
internal interface IMailRoute
{
    Task SendAsync(Mail mail, CancellationToken ct);
}

/// <summary>Sends through a mail server with the framework's own client; another client would be another route.</summary>
internal sealed class SmtpRoute(MailSettings settings) : IMailRoute
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task SendAsync(Mail mail, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        over.CancelAfter(Patience);
        using var client = new SmtpClient(settings.Host, settings.Port)
        {
            EnableSsl = settings.StartTls,
            Credentials = settings.User is { Length: > 0 } user ? new NetworkCredential(user, settings.Password) : null,
        };
        using var message = new MailMessage(new MailAddress(settings.From, "Automat"), new MailAddress(mail.Recipient))
        {
            Subject = mail.Subject,
            SubjectEncoding = Encoding.UTF8,
            Body = mail.Text,
            BodyEncoding = Encoding.UTF8,
            Headers = { { "Message-ID", $"<{mail.Id}@automat>" }, { "Auto-Submitted", "auto-generated" } },
        };
        message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(mail.Html, Encoding.UTF8, MediaTypeNames.Text.Html));
        try
        {
            await client.SendMailAsync(message, over.Token);
        }
        catch (OperationCanceledException late) when (!ct.IsCancellationRequested)
        {
            throw new SmtpException("The mail server did not answer in time.", late);
        }
    }
}
