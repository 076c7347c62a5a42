using System.Globalization;
using Automat.Domain;
using Automat.Server.Chips.CardTopUps;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.Own;

/// <summary>A customer's chips: taken into the account, with what stands on them, topped up by card.</summary>
internal sealed class OwnChipPages(
    AutomatDb db, OwnChips own, LinkChip link, ChipReader reader, CardTopUpDesk desk, CallerLimits limits, PublicAddress address)
{
    private const string Address = "/me/chips";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, async (string? done, HttpContext context, OwnChipPages pages, CancellationToken ct) =>
            Pages.Show<OwnChipsPage>(await pages.ViewAsync(context, ct) with
            {
                Done = done switch { "linked" => "Mine.Linked", "unlinked" => "Mine.Unlinked", _ => null },
            })).ForCustomers().ExcludeFromDescription();
        routes.MapForm(Address, (HttpContext context, OwnChipPages pages, CancellationToken ct) => pages.LinkAsync(context, ct))
            .ForCustomers().RequireRateLimiting(RateLimits.Claiming).ExcludeFromDescription();
        routes.MapForm(Address + "/{id:guid}/take", (Guid id, HttpContext context, OwnChipPages pages, CancellationToken ct) =>
                pages.TakeAsync(context, id, ct))
            .ForCustomers().RequireRateLimiting(RateLimits.Buying).ExcludeFromDescription();
        routes.MapForm(Address + "/{id:guid}/unlink", (Guid id, HttpContext context, OwnChipPages pages, CancellationToken ct) =>
                pages.UnlinkAsync(context, id, ct))
            .ForCustomers().RequireRateLimiting(RateLimits.Buying).ExcludeFromDescription();
        routes.MapForm(Address + "/{id:guid}/top-up", (Guid id, HttpContext context, OwnChipPages pages, CancellationToken ct) =>
                pages.TopUpAsync(context, id, ct))
            .ForCustomers().RequireRateLimiting(RateLimits.Buying).ExcludeFromDescription();
    }

    private async Task<IResult> LinkAsync(HttpContext context, CancellationToken ct)
    {
        var (form, customer) = (await context.Request.ReadFormAsync(ct), context.Customer());
        try
        {
            limits.CountAttempt("chip-link:" + customer.Id);
            if (await link.ByCodeAsync(customer, form["code"], ct)) return context.SeeOther($"{Address}?done=linked");
            return Refused(await ViewAsync(context, ct) with { CodeWrong = "Mine.CodeWrong" });
        }
        catch (RuleException rule) when (rule.Code is "chips_too_many" or "too_many_requests")
        {
            return Refused(await ViewAsync(context, ct) with { CodeWrong = rule.Code == "chips_too_many" ? "Mine.TooMany" : "Mine.TooOften" });
        }
    }

    private async Task<IResult> TakeAsync(HttpContext context, Guid id, CancellationToken ct)
    {
        try
        {
            return await link.ByAddressAsync(context.Customer(), new Id<Chip>(id), ct) ? context.SeeOther($"{Address}?done=linked") : Missing();
        }
        catch (RuleException rule) when (rule.Code is "chips_too_many")
        {
            return Refused(await ViewAsync(context, ct) with { Error = "Mine.TooMany" });
        }
    }

    private async Task<IResult> UnlinkAsync(HttpContext context, Guid id, CancellationToken ct)
    {
        await link.RemoveAsync(context.Customer(), new Id<Chip>(id), ct);
        return context.SeeOther($"{Address}?done=unlinked");
    }

    private async Task<IResult> TopUpAsync(HttpContext context, Guid id, CancellationToken ct)
    {
        var (form, customer) = (await context.Request.ReadFormAsync(ct), context.Customer());
        if (await own.FindAsync(customer, id, ct) is not { } chip) return Missing();
        var view = await ViewAsync(context, ct) with { Typed = form["amount"].ToString() };
        // A key of the form's, so that a page sent twice opens one pay page; it is the customer's alone.
        var key = Guid.TryParse(form["key"], out var sent) ? sent : Guid.CreateVersion7();
        try
        {
            var request = new OpenCardTopUpRequest(
                TypedAmount.MinorOf(view.Typed, Currency.Parse(view.Currency)), CultureInfo.CurrentUICulture.TwoLetterISOLanguageName);
            var opened = await desk.OpenAsync(customer.Organization, chip.Id, request, $"{customer.Id}:{key}", address.For(context.Request), ct);
            return context.SeeOther(opened.Url ?? Address);
        }
        catch (FieldsException)
        {
            return Refused(view with { AmountWrong = id });
        }
        catch (RuleException refused) when (refused.Code.StartsWith("amount_", StringComparison.Ordinal))
        {
            return Refused(view with { AmountWrong = id });
        }
        catch (RuleException refused) when (refused.Code is "chip_retired" || refused.Code.StartsWith("idempotency_key", StringComparison.Ordinal))
        {
            return Refused(view with { Error = refused.Code is "chip_retired" ? "Credit.Retired" : "Credit.Again" });
        }
        catch (ProviderException)
        {
            return Refused(view with { Error = "Credit.Provider" });
        }
    }

    private async Task<OwnChipsView> ViewAsync(HttpContext context, CancellationToken ct)
    {
        var customer = context.Customer();
        var chips = await own.AllAsync(customer, ct);
        var offered = await link.OfAddressAsync(customer, ct);
        var others = await db.Set<Chip>().AsNoTracking().Where(c => offered.Contains(c.Id)).OrderBy(c => c.Id).ToListAsync(ct);
        var currency = await db.Set<Organization>().Where(o => o.Id == customer.Organization).Select(o => o.Currency).SingleAsync(ct);
        return new OwnChipsView(
            [.. (await reader.AllAsync(customer.Organization, chips, ct)).Select(Show)],
            [.. (await reader.AllAsync(customer.Organization, others, ct)).Select(Show)], currency.Code);
    }

    private static OwnChipView Show(ChipAnswer chip) => new(
        chip.Id, chip.Label.Length > 0 ? chip.Label : chip.Id.ToString()[^6..].ToUpperInvariant(), chip.State,
        new Amount(chip.Balance, chip.Currency));

    private static RazorComponentResult<OwnChipsPage> Refused(OwnChipsView view) =>
        Pages.Show<OwnChipsPage>(view, StatusCodes.Status422UnprocessableEntity);

    private static RazorComponentResult<ProblemPage> Missing() => Pages.Show<ProblemPage>(new ProblemView(404), StatusCodes.Status404NotFound);
}
