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
        var known = await db.Set<Customer>().AnyAsync(c => c.Email == email, ct);
        if ((joins || known) && await WaitingAsync(email, ct) < MostOnTheirWay)
        {
            var link = $"{address.ForMails(server)}/me/password?token={AddLink(email, moving: null)}";
            mails.Add(account.Organization, email, TextOf(joins, known, link));
            await db.SaveChangesAsync(ct);
        }

        await pace.WaitAsync(start, ct);
    }

    /// <summary>Mails a link with which an account moves to an address; one that has an account already is told so instead.</summary>
    /// <param name="customer">Whose account.</param>
    /// <param name="email">The new address, in small letters.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="RuleException"><c>too_many_requests</c> beyond the limit of attempts for one address.</exception>
    public async Task ToNewAddressAsync(Customer customer, string email, CancellationToken ct)
    {
        limits.CountAttempt("customer-link:" + email);
        var start = pace.Start();
        if (await db.Set<Customer>().AnyAsync(c => c.Email == email, ct))
        {
            mails.Add(account.Organization, email, new MailText(
                texts["Mail.KnownSubject"], [texts["Mail.TakenText"], texts["Mail.Ignore"]], texts["SignIn.Title"],
                $"{address.ForMails(server)}/me/sign-in"));
        }
        else if (await WaitingAsync(email, ct) < MostOnTheirWay)
        {
            var link = $"{address.ForMails(server)}{CustomerLink.MoveAddress}?token={AddLink(email, customer.Id)}";
            mails.Add(account.Organization, email, new MailText(
                texts["Mail.MoveSubject"], [texts["Mail.MoveText"], texts["Mail.Lasts"], texts["Mail.Ignore"]], texts["Mail.MoveLink"], link));
        }

        await db.SaveChangesAsync(ct);
        await pace.WaitAsync(start, ct);
    }

    private Task<int> WaitingAsync(string email, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return db.Set<CustomerLink>().CountAsync(l => l.Email == email && l.ExpiresAt > now, ct);
    }

    /// <summary>Adds a link to the save, and tells its token.</summary>
    private string AddLink(string email, Id<Customer>? moving)
    {
        var (token, now) = (Secrets.NewToken(), clock.GetUtcNow());
        db.Add(new CustomerLink
        {
            Id = Id<CustomerLink>.New(now),
            OrganizationId = account.Organization,
            CustomerId = moving,
            Email = email,
            Hash = Secrets.HashOf(token),
            ExpiresAt = now + CustomerLink.Lasts,
        });
        return token;
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
