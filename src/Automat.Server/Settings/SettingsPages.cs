using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Notifications.Mail;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Settings;

/// <summary>What an organisation's administrators set, and whether what the server leans on works.</summary>
internal sealed class SettingsPages(
    AutomatDb db, SaveProfile save, IPaymentProvider provider, IStaffMail addresses, MailOutbox outbox, TimeProvider clock,
    IConfiguration configuration, IStringLocalizer<Texts> texts, ILogger<SettingsPages> log)
{
    private const string Address = "/panel/settings";

    private static readonly Dictionary<string, string> Faults = new(StringComparer.Ordinal)
    {
        ["address"] = "Receipts.AddressInvalid",
        ["tax_id"] = "Receipts.TaxInvalid",
        ["receipt_note"] = "Receipts.NoteInvalid",
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).RequirePermission(Permission.SettingsWrite).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, string? done, SettingsPages settings, CancellationToken ct) =>
            await settings.ShowAsync(context, typed: null, [], done switch { "saved" => "Settings.Saved", "mailed" => "Mail.TestSent", _ => null }, error: null, ct));
        pages.MapForm("", (HttpContext context, SettingsPages settings, CancellationToken ct) => settings.SaveAsync(context, ct));
        pages.MapForm("/provider", (HttpContext context, SettingsPages settings, CancellationToken ct) => settings.TestProviderAsync(context, ct))
            .RequireRateLimiting(RateLimits.SignIn);
        pages.MapForm("/mail", (HttpContext context, SettingsPages settings, CancellationToken ct) => settings.TestMailAsync(context, ct))
            .RequireRateLimiting(RateLimits.SignIn);
    }

    private async Task<IResult> SaveAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var typed = new SaveProfileRequest(form["address"], form["tax_id"], form["receipt_note"]);
        try
        {
            await save.RunAsync(context.User, typed, ct);
            return context.SeeOther($"{Address}?done=saved");
        }
        catch (FieldsException wrong)
        {
            return await ShowAsync(context, typed, wrong.Errors.Keys.ToDictionary(f => f, f => Faults[f]), done: null, error: null, ct);
        }
    }

    /// <summary>Asks the provider for something small: that shows whether it can be reached and takes our key.</summary>
    private async Task<IResult> TestProviderAsync(HttpContext context, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            await provider.ListCheckoutsAsync(clock.GetUtcNow().AddMinutes(-1), cursor: null, patience.Token);
            return await ShowAsync(context, typed: null, [], "Provider.Works", error: null, ct);
        }
        catch (Exception failed) when (failed is ProviderException || (failed is OperationCanceledException && !ct.IsCancellationRequested))
        {
            log.LogWarning("The test of the provider failed: {Reason}", failed.Message);
            var error = failed is ProviderRefusedException ? "Provider.Refused" : "Provider.Unreachable";
            return await ShowAsync(context, typed: null, [], done: null, error, ct);
        }
    }

    private async Task<IResult> TestMailAsync(HttpContext context, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        if (await addresses.AddressOfAsync(organization, context.User.PersonOf()!.Value, Permission.SettingsWrite, ct) is not { } own)
            return await ShowAsync(context, typed: null, [], done: null, "Mail.NoAddress", ct);
        outbox.Add(organization, own, new MailText(
            texts["Mail.TestSubject"], [texts["Mail.TestSentence"]], texts["Mail.TestLink"],
            $"{context.Request.Scheme}://{context.Request.Host}{Address}"));
        db.Note(organization, "mail.tested", "organization", organization.ToString());
        await db.SaveChangesAsync(ct);
        return context.SeeOther($"{Address}?done=mailed");
    }

    private async Task<IResult> ShowAsync(
        HttpContext context, SaveProfileRequest? typed, Dictionary<string, string> wrong, string? done, string? error, CancellationToken ct)
    {
        var organization = await db.Set<Organization>().AsNoTracking().SingleAsync(o => o.Id == context.User.OrganizationOf(), ct);
        var profile = await OrganizationProfile.OfAsync(db, organization.Id, ct);
        return Pages.Show<SettingsPage>(
            new SettingsView(
                organization.Name, organization.Currency.Code,
                typed?.Address ?? profile.Address, typed?.TaxId ?? profile.TaxId, typed?.ReceiptNote ?? profile.ReceiptNote,
                wrong, provider.Name, [.. ServerFacts.Of(configuration)], done, error),
            wrong.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}
