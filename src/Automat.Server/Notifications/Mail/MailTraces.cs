using System.Text.Json.Nodes;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Notifications.Mail;

/// <summary>Mails to somebody. They go as a whole, the unsent ones too: whoever is erased is written to no more.</summary>
internal sealed class MailTraces : IPersonalData, IRetention
{
    private const int BatchSize = 1_000;

    string IPersonalData.Name => "mails";

    string IRetention.Name => "Mails";

    public int DefaultDays => 30;

    public async Task<IReadOnlyList<JsonObject>> ExportAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        var mails = await To(db, subject).AsNoTracking().OrderByDescending(m => m.CreatedAt).Take(PersonalData.MostEach)
            .Select(m => new { m.Recipient, m.Subject, m.CreatedAt, m.SentAt }).ToListAsync(ct);
        return [.. mails.Select(m => new JsonObject
        {
            ["recipient"] = m.Recipient,
            ["subject"] = m.Subject,
            ["created_at"] = m.CreatedAt.ToString("O"),
            ["sent_at"] = m.SentAt?.ToString("O"),
        })];
    }

    public Task EraseAsync(AutomatDb db, DataSubject subject, CancellationToken ct) =>
        To(db, subject).ExecuteDeleteAsync(ct);

    public async Task<bool> ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct)
    {
        var old = db.Set<Mail>().Where(m => m.CreatedAt < before && m.Status != MailStatus.Waiting)
            .OrderBy(m => m.Id).Take(BatchSize).Select(m => m.Id);
        return await db.Set<Mail>().Where(m => old.Contains(m.Id)).ExecuteDeleteAsync(ct) == BatchSize;
    }

    private static IQueryable<Mail> To(AutomatDb db, DataSubject subject) => subject.Of(db.Set<Mail>(), m => m.Recipient);
}
