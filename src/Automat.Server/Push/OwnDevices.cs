using System.Buffers.Text;
using System.Globalization;
using Automat.Domain;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Push;

/// <summary>The devices that are told of an account's orders, for whoever has the account.</summary>
internal sealed class OwnDevices(AutomatDb db, NameDevice devices, PushKeys keys)
{
    private const string Address = "/me/devices";
    private const int Most = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (string? done, HttpContext context, OwnDevices own, CancellationToken ct) => own.ShowAsync(done, context, ct))
            .ForCustomers().ExcludeFromDescription();
        Form("", RateLimits.Claiming, (own, context, ct) => own.FollowAsync(context, ct));
        Form("/off", RateLimits.Buying, (own, context, ct) => own.ForgetAsync(context, ct));
        Form("/look", RateLimits.Guessing, (own, context, ct) => own.LookAsync(context, ct));
        routes.MapForm(Address + "/{device:guid}/forget", async (Guid device, HttpContext context, NameDevice devices, CancellationToken ct) =>
        {
            await devices.ForgetAsync(context.Customer(), new Id<PushDevice>(device), ct);
            return context.SeeOther($"{Address}?done=forgotten");
        }).ForCustomers().RequireRateLimiting(RateLimits.Buying).ExcludeFromDescription();

        void Form(string path, string limit, Func<OwnDevices, HttpContext, CancellationToken, Task<IResult>> work) => routes
            .MapForm(Address + path, (HttpContext context, OwnDevices own, CancellationToken ct) => work(own, context, ct))
            .ForCustomers().RequireRateLimiting(limit).ExcludeFromDescription();
    }

    private async Task<IResult> ShowAsync(string? done, HttpContext context, CancellationToken ct)
    {
        var owner = (Id<Customer>?)context.Customer().Id;
        var known = await db.Set<PushDevice>().AsNoTracking().Where(d => d.CustomerId == owner)
            .OrderByDescending(d => d.CreatedAt).Take(Most).ToListAsync(ct);
        return Pages.Show<OwnDevicesPage>(new OwnDevicesView([.. known.Select(d => new OwnDeviceView(d.Id.ToString(), d.CreatedAt, d.TakenAt))])
        {
            Done = done switch { "named" => "Device.Named", "forgotten" => "Device.Forgotten", _ => null },
        });
    }

    private async Task<IResult> FollowAsync(HttpContext context, CancellationToken ct)
    {
        var typed = await TypedDevice.ReadAsync(context.Request, ct);
        await devices.OfAccountAsync(context.Customer(), typed, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, ct);
        return Results.NoContent();
    }

    private async Task<IResult> ForgetAsync(HttpContext context, CancellationToken ct)
    {
        await devices.ForgetAsync(context.Customer(), (await TypedDevice.ReadAsync(context.Request, ct)).Endpoint, ct);
        return Results.NoContent();
    }

    private async Task<IResult> LookAsync(HttpContext context, CancellationToken ct)
    {
        var typed = await TypedDevice.ReadAsync(context.Request, ct);
        return Results.Ok(new DeviceAnswer(
            Base64Url.EncodeToString(await keys.PublicOfAsync(context.Customer().Organization, ct)),
            await devices.KnowsAccountAsync(context.Customer(), typed.Endpoint, ct)));
    }
}
