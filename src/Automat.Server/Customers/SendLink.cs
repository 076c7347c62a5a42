using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Notifications.Mail;
using Automat.Server.Payments;
using Automat.Server.People;
using Automat.Server.Platform;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Customers;

/// <summary>
/// Mails a link with which an address chooses its password: the first one makes the account. Whether there is an account shows
/// in neither the answer nor its time; only who reads the mails of the address learns it.
/// </summary>
internal sealed class SendLink(
    AutomatDb db, Tenant tenant, PaymentAccount account, MailOutbox mails, CallerLimits limits, EvenPace pace,
    IStringLocalizer<Texts> texts, PublicAddress address, IServer server, TimeProvider clock)
{
    /// <summary>So many links at a time: nobody's mailbox is filled from here.</summary>
    private const int MostOnTheirWay = 5;

    /// <summary>Sends it, where there is a reason to.</summary>
    /// <param name="email">The address, in small letters.</param>
    /// <param name="joins">Whether an account is wanted; else one that is there already has forgotten its password.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="RuleException"><c>too_many_requests</c> beyond the limit of attempts for one address.</exception>
    public async Task RunAsync(string email, bool joins, CancellationToken ct)
    {
        limits.CountAttempt("customer-link:" + email);
        var start = pace.Start();
        tenant.Enter(account.Organization);
        var now = clock.GetUtcNow();
        var known = await db.Set<Customer>().AnyAsync(c => c.Email == email, ct);
        var waiting = await db.Set<CustomerLink>().CountAsync(l => l.Email == email && l.ExpiresAt > now, ct);
        if ((joins || known) && waiting < MostOnTheirWay)
        {
            var token = Secrets.NewToken();
            db.Add(new CustomerLink
            {
                Id = Id<CustomerLink>.New(now),
                OrganizationId = account.Organization,
                Email = email,
                Hash = Secrets.HashOf(token),
                ExpiresAt = now + CustomerLink.Lasts,
            });
            mails.Add(account.Organization, email, TextOf(joins, known, $"{address.ForMails(server)}/me/password?token={token}"));
            await db.SaveChangesAsync(ct);
        }

        await pace.WaitAsync(start, ct);
    }

    private MailText TextOf(bool joins, bool known, string link) => (joins, known) switch
    {
        (true, false) => new MailText(
            texts["Mail.JoinSubject"], [texts["Mail.JoinText"], texts["Mail.Lasts"], texts["Mail.Ignore"]], texts["Mail.JoinLink"], link),
        (true, true) => new MailText(
            texts["Mail.KnownSubject"], [texts["Mail.KnownText"], texts["Mail.Lasts"], texts["Mail.Ignore"]], texts["Mail.ResetLink"], link),
        _ => new MailText(
            texts["Mail.ResetSubject"], [texts["Mail.ResetText"], texts["Mail.Lasts"], texts["Mail.Ignore"]], texts["Mail.ResetLink"], link),
    };
}
