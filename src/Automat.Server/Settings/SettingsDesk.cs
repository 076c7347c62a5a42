using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Orders;
using Automat.Server.Payments;
using Automat.Server.Privacy;
using Automat.Server.Refunds;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Settings;

/// <summary>What was sent, and what came of it.</summary>
internal sealed record SettingsSent
{
    /// <summary>What was typed, by field; null where nothing was sent.</summary>
    public IReadOnlyDictionary<string, string>? Typed { get; init; }

    /// <summary>Keys of what is wrong with it, by field.</summary>
    public IReadOnlyDictionary<string, string> Wrong { get; init; } = new Dictionary<string, string>();

    /// <summary>Key of what was done.</summary>
    public string? Done { get; init; }

    /// <summary>Key of what failed.</summary>
    public string? Error { get; init; }
}

/// <summary>Puts the page of settings together.</summary>
internal sealed class SettingsDesk(AutomatDb db, IPaymentProvider provider, SetRefundTerms refunds, SetRetention retention, SetOrderRules orders)
{
    /// <summary>The page; where a field is wrong, it keeps what was typed.</summary>
    public async Task<IResult> ShowAsync(HttpContext context, SettingsSent sent, CancellationToken ct)
    {
        var organization = await db.Set<Organization>().AsNoTracking().SingleAsync(o => o.Id == context.User.OrganizationOf(), ct);
        var profile = await OrganizationProfile.OfAsync(db, organization.Id, ct);
        return Pages.Show<SettingsPage>(
            new SettingsView(
                organization.Name, organization.Currency.Code, Typed("address") ?? profile.Address, Typed("tax_id") ?? profile.TaxId,
                Typed("receipt_note") ?? profile.ReceiptNote, sent.Wrong, provider.Name,
                RuleFields.OfRefunds(await refunds.ShowAsync(organization.Id, ct), refunds.Usual, organization.Currency, sent.Typed),
                RuleFields.OfRetention(await retention.ShowAsync(organization.Id, ct), sent.Typed), sent.Done, sent.Error)
            {
                Uncollected = Typed("uncollected") ?? SetOrderRules.WordOf(await orders.ShowAsync(organization.Id, ct)),
            },
            sent.Wrong.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

        string? Typed(string field) => sent.Typed?.GetValueOrDefault(field);
    }
}
