using System.Buffers.Text;
using System.Globalization;
using Automat.Domain;
using Automat.Server.Orders;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Automat.Server.Vends;

namespace Automat.Server.Push;

/// <summary>
/// "Tell me on this device" on the page of a purchase or an order, as the page's script sends it. The token of the page is the key
/// to it; another site's pages can send nothing in somebody's name.
/// </summary>
internal sealed class SaleDevices(Sales sales, OrderBook orders, NameDevice devices, PushKeys keys)
{
    private const string Address = "/push/sales/{token}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        Form("", RateLimits.Claiming, (own, token, context, ct) => own.FollowAsync(token, context, ct));
        Form("/off", RateLimits.Buying, (own, token, context, ct) => own.ForgetAsync(token, context, ct));
        Form("/look", RateLimits.Guessing, (own, token, context, ct) => own.LookAsync(token, context, ct));

        void Form(string path, string limit, Func<SaleDevices, string, HttpContext, CancellationToken, Task<IResult>> work) => routes
            .MapForm(Address + path, (string token, HttpContext context, SaleDevices own, CancellationToken ct) => work(own, token, context, ct))
            .IsPublic("the token of one's own purchase opens it").RequireRateLimiting(limit).ExcludeFromDescription();
    }

    private async Task<IResult> FollowAsync(string token, HttpContext context, CancellationToken ct)
    {
        var (sale, order) = await FindAsync(token, ct);
        var typed = await TypedDevice.ReadAsync(context.Request, ct);
        await devices.OfSaleAsync(
            sale.Purchase, SaleMarks.Of(sale, order), token, typed, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, ct);
        return Results.NoContent();
    }

    private async Task<IResult> ForgetAsync(string token, HttpContext context, CancellationToken ct)
    {
        var (sale, _) = await FindAsync(token, ct);
        await devices.ForgetSaleAsync(sale.Purchase, (await TypedDevice.ReadAsync(context.Request, ct)).Endpoint, ct);
        return Results.NoContent();
    }

    private async Task<IResult> LookAsync(string token, HttpContext context, CancellationToken ct)
    {
        var (sale, _) = await FindAsync(token, ct);
        var typed = await TypedDevice.ReadAsync(context.Request, ct);
        return Results.Ok(new DeviceAnswer(
            Base64Url.EncodeToString(await keys.PublicOfAsync(sale.Purchase.OrganizationId, ct)),
            await devices.KnowsSaleAsync(sale.Purchase, typed.Endpoint, ct)));
    }

    private async Task<(Sale Sale, FoundOrder? Order)> FindAsync(string token, CancellationToken ct)
    {
        var order = await orders.FindAsync(token, ct);
        return (order?.Sale ?? await sales.FindAsync(token, ct) ?? throw new RuleException("sale_unknown", "There is no such purchase."), order);
    }
}
