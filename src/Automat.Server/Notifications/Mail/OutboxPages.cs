using System.Security.Claims;
using Automat.Server.Data;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Notifications.Mail;

/// <summary>What the outbox page shows.</summary>
/// <param name="Mails">The newest first.</param>
/// <param name="HasServer">Whether there is a mail server to send through.</param>
/// <param name="ShowsTexts">Whether texts are shown.</param>
public sealed record OutboxView(IReadOnlyList<OutboxMail> Mails, bool HasServer, bool ShowsTexts);

/// <summary>One mail on the outbox page.</summary>
/// <param name="Recipient">Whom it goes to.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Text">What it says, while that is kept.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="StatusText">How far it has come, as the name of a text.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="LastError">What the mail server said last.</param>
public sealed record OutboxMail(
    string Recipient, string Subject, string Text, DateTimeOffset CreatedAt, string StatusText, int Attempts, string? LastError);

/// <summary>The mails of an organisation, for its administrators.</summary>
internal static class OutboxPages
{
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/panel/outbox", ShowAsync).RequirePermission(Permission.MailRead).WithName("Outbox").ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(
        ClaimsPrincipal caller, AutomatDb db, MailSettings settings, CancellationToken ct)
    {
        var organization = caller.OrganizationOf();
        var mails = await db.Set<Mail>().AsNoTracking().Where(m => m.OrganizationId == organization)
            .OrderByDescending(m => m.CreatedAt).Take(Most).ToListAsync(ct);
        return Pages.Show<OutboxPage>(new OutboxView(
            [.. mails.Select(m => new OutboxMail(
                m.Recipient, m.Subject, settings.ShowsTexts ? m.Text : "", m.CreatedAt, TextOf(m.Status), m.Attempts, m.LastError))],
            settings.Host is not null, settings.ShowsTexts));
    }

    private static string TextOf(MailStatus status) => status switch
    {
        MailStatus.Waiting => "Outbox.Waiting",
        MailStatus.Sent => "Outbox.Sent",
        MailStatus.Failed => "Outbox.Failed",
    };
}
