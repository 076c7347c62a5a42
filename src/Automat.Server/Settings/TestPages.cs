using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Notifications.Mail;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Settings;

/// <summary>Whether what the server leans on works: the payment provider, and mail.</summary>
internal sealed class TestPages(
    AutomatDb db, IPaymentProvider provider, IStaffMail addresses, MailOutbox outbox, TimeProvider clock, SettingsDesk desk,
    IStringLocalizer<Texts> texts, ILogger<TestPages> log)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(SettingsPages.Address).RequirePermission(Permission.SettingsWrite).ExcludeFromDescription();
        pages.MapForm("/provider", (HttpContext context, TestPages tests, CancellationToken ct) => tests.TestProviderAsync(context, ct))
            .RequireRateLimiting(RateLimits.SignIn);
        pages.MapForm("/mail", (HttpContext context, TestPages tests, CancellationToken ct) => tests.TestMailAsync(context, ct))
            .RequireRateLimiting(RateLimits.SignIn);
    }

    /// <summary>Asks the provider for something small: that shows whether it can be reached and takes our key.</summary>
    private async Task<IResult> TestProviderAsync(HttpContext context, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            await provider.ListCheckoutsAsync(clock.GetUtcNow().AddMinutes(-1), cursor: null, patience.Token);
            return await desk.ShowAsync(context, new SettingsSent { Done = "Provider.Works" }, ct);
        }
        catch (Exception failed) when (failed is ProviderException || (failed is OperationCanceledException && !ct.IsCancellationRequested))
        {
            log.LogWarning("The test of the provider failed: {Reason}", failed.Message);
            var error = failed is ProviderRefusedException ? "Provider.Refused" : "Provider.Unreachable";
            return await desk.ShowAsync(context, new SettingsSent { Error = error }, ct);
        }
    }

    private async Task<IResult> TestMailAsync(HttpContext context, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        if (await addresses.AddressOfAsync(organization, context.User.PersonOf()!.Value, Permission.SettingsWrite, ct) is not { } own)
            return await desk.ShowAsync(context, new SettingsSent { Error = "Mail.NoAddress" }, ct);
        outbox.Add(organization, own, new MailText(
            texts["Mail.TestSubject"], [texts["Mail.TestSentence"]], texts["Mail.TestLink"],
            $"{context.Request.Scheme}://{context.Request.Host}{SettingsPages.Address}"));
        db.Note(organization, "mail.tested", "organization", organization.ToString());
        await db.SaveChangesAsync(ct);
        return context.SeeOther($"{SettingsPages.Address}?done=mailed");
    }
}
