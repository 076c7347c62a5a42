using Automat.Server.Data;
using Automat.Server.Notifications.Mail;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Notifications;

internal sealed class NotificationTables : ITables
{
    public void Map(ModelBuilder model) => model.Entity<Mail.Mail>(mail =>
    {
        mail.ToTable("mails");
        mail.IsNotAudited("An outbox: whoever had a mail written is in the log with what it is about.");
        mail.HasKey(m => m.Id);
        mail.Property(m => m.Id).IsId();
        mail.Property(m => m.OrganizationId).IsId();
        mail.Property(m => m.Recipient).HasMaxLength(256);
        mail.Property(m => m.Subject).HasMaxLength(300);
        mail.Property(m => m.Text).HasMaxLength(MailOutbox.LongestText);
        mail.Property(m => m.Html).HasMaxLength(MailOutbox.LongestText);
        mail.Property(m => m.LastError).HasMaxLength(500);
        mail.HasIndex(m => new { m.OrganizationId, m.CreatedAt }); // the newest of an organisation
        mail.HasIndex(m => m.NextAttemptAt).HasFilter("status = 'Waiting'"); // what is due
    });
}
