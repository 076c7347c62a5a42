using System.Globalization;
using Automat.Domain;
using Automat.Domain.Claims;
using Automat.Server.Data;
using Automat.Server.Notifications.Mail;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Refunds;

/// <summary>
/// Tells customers who gave an address what became of their claim, once. The table is the queue; the mail and the note that
/// it was written are one save.
/// </summary>
internal sealed class TellClaimants(
    IServiceScopeFactory scopes, IStringLocalizer<Texts> texts, PublicAddress address, IServer server, TimeProvider clock,
    ILogger<TellClaimants> log) : BackgroundService
{
    private const int BatchSize = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunAsync(
        clock, Interval,
        async ct =>
        {
            foreach (var (claim, organization) in await UntoldAsync(ct)) await TellAsync(claim, organization, ct);
        },
        error => log.LogError(error, "Customers could not be told about their claims; tried again"), stoppingToken);

    private async Task<List<(Id<Claim>, Id<Organization>)>> UntoldAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("customers are told about their claims for all");
        var untold = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Claim>().AsNoTracking()
            .Where(c => c.Email != null && c.ToldAt == null && c.Status != ClaimStatus.Waiting)
            .OrderBy(c => c.DecidedAt).Take(BatchSize).Select(c => new { c.Id, c.OrganizationId }).ToListAsync(ct);
        return untold.ConvertAll(c => (c.Id, c.OrganizationId));
    }

    private async Task TellAsync(Id<Claim> id, Id<Organization> organization, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(organization).WorkOf("claims");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var now = clock.GetUtcNow().ToUniversalTime();
        // Of several nodes one writes the mail.
        var mine = await db.Set<Claim>().Where(c => c.Id == id && c.ToldAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.ToldAt, now), ct);
        var claim = await db.Set<Claim>().AsNoTracking().SingleAsync(c => c.Id == id, ct);
        if (mine == 0 || claim.Email is null) return;
        var name = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Name).SingleAsync(ct);
        scope.ServiceProvider.GetRequiredService<MailOutbox>().Add(organization, claim.Email, Mail(claim, name));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private MailText Mail(Claim claim, string operatorName)
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            (CultureInfo.CurrentUICulture, CultureInfo.CurrentCulture) =
                (CultureInfo.GetCultureInfo(claim.Language), CultureInfo.GetCultureInfo(claim.Language));
            var refunded = claim.Status is ClaimStatus.Refunded;
            List<string> sentences =
            [
                refunded ? texts["Mail.Refunded", new Amount(claim.Amount, claim.Currency.Code)] : texts["Mail.Declined"],
            ];
            if (claim.Answer is { } answer) sentences.Add(texts["Mail.Answer", operatorName, answer]);
            return new MailText(
                texts[refunded ? "Mail.RefundedSubject" : "Mail.DeclinedSubject"], sentences, texts["Mail.Link"],
                $"{address.ForMails(server)}/m/{claim.MachineId.Value}");
        }
        finally
        {
            (CultureInfo.CurrentUICulture, CultureInfo.CurrentCulture) = (before, before);
        }
    }
}

/// <summary>Names this module's texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;
