using System.Net.Mail;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Notifications.Mail;
using Automat.Server.Platform;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.People;

/// <summary>Invites somebody by mail. Inviting again replaces the link that was sent before.</summary>
internal sealed class SendInvitation(
    AutomatDb db, MailOutbox mails, PublicAddress address, IServer server, TimeProvider clock, IStringLocalizer<Texts> texts)
{
    private const int LongestAddress = 256;

    /// <summary>Whether a mail can be sent there.</summary>
    public static bool IsAddress(string email) =>
        email.Length is > 0 and <= LongestAddress && MailAddress.TryCreate(email, out var parsed) && parsed.Address == email;

    /// <summary>Adds invitation and mail to the caller's save.</summary>
    /// <param name="organization">Whom to work for.</param>
    /// <param name="name">Its name, as the mail says it.</param>
    /// <param name="email">Whom.</param>
    /// <param name="role">As what.</param>
    /// <param name="by">Who invites.</param>
    /// <param name="ct">Stops waiting.</param>
    public async Task AddAsync(Id<Organization> organization, string name, string email, Role role, Guid? by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var token = Secrets.NewToken();
        var invitation = new Invitation
        {
            Id = Id<Invitation>.New(now),
            OrganizationId = organization,
            Email = email,
            Role = role,
            Hash = Secrets.HashOf(token),
            InvitedBy = by,
            CreatedAt = now,
            ExpiresAt = now + Invitation.Lasts,
        };
        var before = await db.Set<Invitation>()
            .Where(i => i.OrganizationId == organization && i.Email == email && i.ClosedAt == null).ToListAsync(ct);
        foreach (var sent in before) sent.ClosedAt = now;
        db.Add(invitation);
        mails.Add(organization, email, new MailText(
            texts["Mail.InvitationSubject", name],
            [texts["Mail.InvitationText", name, texts[RoleTexts.Of(role)]], texts["Mail.InvitationLasts", Invitation.Lasts.Days]],
            texts["Mail.InvitationLink"], $"{address.ForMails(server)}/invitations/{token}"));
        db.Note(organization, "invitation.sent", "invitation", invitation.Id.ToString());
    }
}
