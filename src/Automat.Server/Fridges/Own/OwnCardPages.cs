using System.Globalization;
using Automat.Server.Customers;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Storefront;

namespace Automat.Server.Fridges.Own;

/// <summary>A customer has a card kept, sees which, and gives it up.</summary>
internal sealed class OwnCardPages(KeepCard keep, RemoveCard remove, PublicAddress address)
{
    private const string Address = "/me/card";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (string? session, string? done, HttpContext context, OwnCardPages pages, CancellationToken ct) =>
            pages.ShowAsync(session, done, context, ct)).ForCustomers().RequireRateLimiting(RateLimits.Guessing).ExcludeFromDescription();
        routes.MapForm(Address, (HttpContext context, OwnCardPages pages, CancellationToken ct) => pages.OpenAsync(context, ct))
            .ForCustomers().RequireRateLimiting(RateLimits.Claiming).ExcludeFromDescription();
        routes.MapForm(Address + "/remove", (HttpContext context, OwnCardPages pages, CancellationToken ct) => pages.RemoveAsync(context, ct))
            .ForCustomers().RequireRateLimiting(RateLimits.Buying).ExcludeFromDescription();
    }

    private async Task<IResult> ShowAsync(string? session, string? done, HttpContext context, CancellationToken ct)
    {
        var customer = context.Customer();
        if (session is { Length: > 0 and <= 255 })
        {
            // Back from the provider's page, and perhaps faster than its message.
            try
            {
                if (await keep.FinishAsync(customer.Organization, customer.Id, session, ct)) return context.SeeOther($"{Address}?done=saved");
            }
            catch (ProviderException)
            {
                return Pages.Show<OwnCardPage>(await ViewAsync(context, ct) with { Error = "Card.Later" });
            }
        }

        return Pages.Show<OwnCardPage>(await ViewAsync(context, ct) with
        {
            Done = done switch { "saved" => "Card.Saved", "removed" => "Card.Removed", _ => null },
        });
    }

    private async Task<IResult> OpenAsync(HttpContext context, CancellationToken ct)
    {
        try
        {
            return context.SeeOther(await keep.OpenAsync(
                context.Customer(), address.For(context.Request), CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, ct));
        }
        catch (ProviderException)
        {
            return Pages.Show<OwnCardPage>(
                await ViewAsync(context, ct) with { Error = "Card.Unavailable" }, StatusCodes.Status503ServiceUnavailable);
        }
    }

    private async Task<IResult> RemoveAsync(HttpContext context, CancellationToken ct)
    {
        await remove.RunAsync(context.Customer().Organization, context.Customer().Id, ct);
        return context.SeeOther($"{Address}?done=removed");
    }

    private async Task<OwnCardPageView> ViewAsync(HttpContext context, CancellationToken ct)
    {
        var customer = context.Customer();
        var card = await keep.FindAsync(customer.Organization, customer.Id, ct);
        return new OwnCardPageView(card is null ? null : new OwnCardView(BrandOf(card.Brand), card.Last4 ?? "····"));
    }

    private static string BrandOf(string? brand) =>
        string.IsNullOrEmpty(brand) ? "" : char.ToUpper(brand[0], CultureInfo.InvariantCulture) + brand[1..].Replace('_', ' ');
}
