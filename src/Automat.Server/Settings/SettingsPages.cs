using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Orders;
using Automat.Server.Platform;
using Automat.Server.Privacy;
using Automat.Server.Refunds;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Settings;

/// <summary>What an organisation's administrators set: what receipts say, rules of refunds, how long data are kept.</summary>
internal sealed class SettingsPages(
    AutomatDb db, SaveProfile save, SetRefundTerms refunds, SetRetention retention, SetOrderRules orders, SettingsDesk desk)
{
    public const string Address = "/panel/settings";

    private static readonly Dictionary<string, string> Faults = new(StringComparer.Ordinal)
    {
        ["address"] = "Receipts.AddressInvalid",
        ["tax_id"] = "Receipts.TaxInvalid",
        ["receipt_note"] = "Receipts.NoteInvalid",
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).RequirePermission(Permission.SettingsWrite).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, string? done, SettingsDesk desk, CancellationToken ct) =>
            await desk.ShowAsync(context, new SettingsSent { Done = DoneKey(done) }, ct));
        pages.MapForm("", (HttpContext context, SettingsPages settings, CancellationToken ct) => settings.SaveAsync(context, ct));
        pages.MapForm("/refunds", (HttpContext context, SettingsPages settings, CancellationToken ct) => settings.SaveRefundsAsync(context, ct));
        pages.MapForm("/orders", (HttpContext context, SettingsPages settings, CancellationToken ct) => settings.SaveOrdersAsync(context, ct));
        pages.MapForm("/retention", (HttpContext context, SettingsPages settings, CancellationToken ct) => settings.SaveRetentionAsync(context, ct));
    }

    private async Task<IResult> SaveAsync(HttpContext context, CancellationToken ct)
    {
        var typed = await TypedAsync(context, ct);
        try
        {
            await save.RunAsync(
                context.User, new SaveProfileRequest(typed.GetValueOrDefault("address"), typed.GetValueOrDefault("tax_id"), typed.GetValueOrDefault("receipt_note")), ct);
            return context.SeeOther($"{Address}?done=saved");
        }
        catch (FieldsException refused)
        {
            return await AgainAsync(context, typed, refused.Errors.Keys.ToDictionary(f => f, f => Faults[f], StringComparer.Ordinal), ct);
        }
    }

    private async Task<IResult> SaveRefundsAsync(HttpContext context, CancellationToken ct)
    {
        var typed = await TypedAsync(context, ct);
        var organization = context.User.OrganizationOf();
        var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        var wrong = new Dictionary<string, string>(StringComparer.Ordinal);
        var sent = RuleFields.ReadRefunds(typed, currency, wrong);
        try
        {
            if (wrong.Count > 0) return await AgainAsync(context, typed, wrong, ct);
            await refunds.RunAsync(context.User, sent, ct);
            return context.SeeOther($"{Address}?done=rules#refunds");
        }
        catch (FieldsException refused)
        {
            return await AgainAsync(
                context, typed, refused.Errors.Keys.ToDictionary(f => f, f => RuleFields.FaultOf(f, sent), StringComparer.Ordinal), ct);
        }
    }

    private async Task<IResult> SaveOrdersAsync(HttpContext context, CancellationToken ct)
    {
        var typed = await TypedAsync(context, ct);
        try
        {
            await orders.RunAsync(context.User, typed.GetValueOrDefault("uncollected"), ct);
            return context.SeeOther($"{Address}?done=orders#orders");
        }
        catch (FieldsException refused)
        {
            return await AgainAsync(context, typed, refused.Errors.Keys.ToDictionary(f => f, _ => "Orders.Invalid", StringComparer.Ordinal), ct);
        }
    }

    private async Task<IResult> SaveRetentionAsync(HttpContext context, CancellationToken ct)
    {
        var typed = await TypedAsync(context, ct);
        var wrong = new Dictionary<string, string>(StringComparer.Ordinal);
        var sent = RuleFields.ReadRetention(typed, wrong);
        try
        {
            if (wrong.Count > 0) return await AgainAsync(context, typed, wrong, ct);
            await retention.RunAsync(context.User, sent, ct);
            return context.SeeOther($"{Address}?done=kept#retention");
        }
        catch (FieldsException refused)
        {
            return await AgainAsync(
                context, typed, refused.Errors.Keys.ToDictionary(kind => RuleFields.Keep + kind, _ => "Keep.DaysInvalid", StringComparer.Ordinal), ct);
        }
    }

    private Task<IResult> AgainAsync(
        HttpContext context, Dictionary<string, string> typed, Dictionary<string, string> wrong, CancellationToken ct) =>
        desk.ShowAsync(context, new SettingsSent { Typed = typed, Wrong = wrong }, ct);

    private static async Task<Dictionary<string, string>> TypedAsync(HttpContext context, CancellationToken ct) =>
        (await context.Request.ReadFormAsync(ct)).ToDictionary(f => f.Key, f => f.Value.ToString().Trim(), StringComparer.Ordinal);

    private static string? DoneKey(string? done) => done switch
    {
        "saved" => "Settings.Saved",
        "rules" => "Rules.Saved",
        "kept" => "Keep.Saved",
        "orders" => "Orders.Saved",
        "mailed" => "Mail.TestSent",
        _ => null,
    };
}
