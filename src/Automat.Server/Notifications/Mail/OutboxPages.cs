using System.Security.Claims;
using Automat.Server.Data;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Notifications.Mail;

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
