using System.Net.Mail;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Notifications.Mail;

/// <summary>
/// Works the outbox off: a few mails at a time, each claimed by one node for a while, tried again with growing patience. A
/// crash between sending and noting it sends a mail twice; it keeps its Message-ID, so mailboxes can tell.
/// </summary>
internal sealed class MailSender(
    IServiceScopeFactory scopes, IMailRoute route, MailSettings settings, TimeProvider clock, ILogger<MailSender> log)
    : BackgroundService
{
    private const int Batch = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(10);

    // How long to wait after the first, second, … failure; after the last the mail has failed.
    private static readonly TimeSpan[] Patience =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(8),
    ];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => settings.Host is null
        ? Task.CompletedTask
        : Rounds.RunLaterAsync(
            clock, Pause, SendAsync,
            error => log.LogError(error, "The outbox could not be worked off; it is tried again."), stoppingToken);

    private async Task SendAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("mails of all organisations go out");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var now = clock.GetUtcNow();
        var due = await db.Set<Mail>().FromSql(
            $"""
            update mails set attempts = attempts + 1, next_attempt_at = {now + Claim} where id in (
                select id from mails where status = 'Waiting' and next_attempt_at <= {now}
                order by next_attempt_at limit {Batch} for update skip locked)
            returning *
            """).IgnoreQueryFilters().ToListAsync(ct); // a filter would wrap the statement in another
        foreach (var mail in due)
        {
            try
            {
                await route.SendAsync(mail, ct);
                mail.Status = MailStatus.Sent;
                mail.SentAt = clock.GetUtcNow();
                (mail.Text, mail.Html, mail.LastError) = ("", "", null);
            }
            catch (Exception error) when (error is SmtpException or InvalidOperationException or FormatException or IOException)
            {
                Postpone(mail, error.Message);
                log.LogWarning("Mail {Mail} could not be sent at attempt {Attempt}: {Reason}", mail.Id, mail.Attempts, error.Message);
            }

            await db.SaveChangesAsync(CancellationToken.None);
        }
    }

    private void Postpone(Mail mail, string why)
    {
        mail.LastError = why.Length <= 500 ? why : why[..500];
        if (mail.Attempts > Patience.Length)
        {
            mail.Status = MailStatus.Failed;
            (mail.Text, mail.Html) = ("", "");
            return;
        }

        mail.NextAttemptAt = clock.GetUtcNow() + Patience[mail.Attempts - 1];
    }
}
