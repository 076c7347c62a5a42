using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Fleet;

/// <summary>
/// Registers a machine in two steps, family of hardware and a short form, and shows how it is connected, with the secret that was
/// made for it. That is shown this once.
/// </summary>
internal sealed class RegisterPages(
    RegisterMachine register, RotateSecret secrets, EnrolMachine enrol, FleetDesk fleet, ConnectDesk connect, AutomatDb db,
    IStringLocalizer<Texts> texts)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/panel/machines").ExcludeFromDescription();
        pages.MapGet("/new", async (string? driver, HttpContext context, RegisterPages machines, CancellationToken ct) =>
            Pages.Show<RegisterPage>(await machines.ViewAsync(context, driver, ct))).RequirePermission(Permission.MachineWrite);
        pages.MapForm("/new", (HttpContext context, RegisterPages machines, CancellationToken ct) => machines.RegisterAsync(context, ct))
            .RequirePermission(Permission.MachineWrite);
        pages.MapGet("/{id}/connect", async (string id, HttpContext context, ConnectDesk connect, AutomatDb db, CancellationToken ct) =>
            Pages.Show<ConnectPage>(connect.Of(context, await db.OwnMachineAsync(context.User, id, ct))))
            .RequirePermission(Permission.MachineRead);
        pages.MapForm("/{id}/secret", (string id, HttpContext context, RegisterPages machines, CancellationToken ct) => machines.SecretAsync(context, id, ct))
            .RequirePermission(Permission.MachineWrite);
        pages.MapForm("/{id}/code", (string id, HttpContext context, RegisterPages machines, CancellationToken ct) => machines.CodeAsync(context, id, ct))
            .RequirePermission(Permission.MachineWrite);
    }

    private async Task<RegisterView> ViewAsync(HttpContext context, string? driver, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        // Most machines stand where the last one was put; the first one stands where whoever registers it sits.
        var last = await db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == organization)
            .OrderByDescending(m => m.CreatedAt).Select(m => m.TimeZone).FirstOrDefaultAsync(ct);
        var drivers = fleet.Drivers();
        var chosen = drivers.FirstOrDefault(d => d.Value == driver);
        return new RegisterView(drivers, chosen, chosen is null ? null : FleetWords.GuideKey(chosen.Value), new MachineFormView
        {
            TimeZone = last ?? context.Zone()?.Id ?? "UTC",
            Currency = currency.Code,
            Settings = chosen?.Value switch { "robot" => """{ "allow": [] }""", _ => "{}" },
        })
        {
            Zones = MachineForm.Zones(),
        };
    }

    private async Task<IResult> RegisterAsync(HttpContext context, CancellationToken ct)
    {
        var sent = await context.Request.ReadFormAsync(ct);
        var (form, driver) = (MachineForm.Read(sent), sent["driver"].ToString());
        if (MachineForm.SettingsIn(form) is not { } settings)
        {
            return await AgainAsync(form.With("settings", texts["Wrong.Json"]), null, StatusCodes.Status422UnprocessableEntity);
        }

        try
        {
            var machine = await register.RunAsync(
                context.User,
                new RegisterMachineRequest(
                    form.Id, form.Name, form.Location, driver, form.TimeZone, form.Currency, form.Policy, settings, form.Group,
                    form.Secret.Length > 0 ? form.Secret : null), ct);
            context.Response.Headers.CacheControl = "no-cache, no-store"; // the secret is shown this once
            var view = connect.Of(context, machine) with { IsNew = true };
            if (view.HasSecret && form.Secret.Length == 0)
            {
                view = view with { Secret = (await secrets.RunAsync(context.User, machine.Id.Value, new RotateSecretRequest(0), ct)).Secret };
            }

            return Pages.Show<ConnectPage>(view, StatusCodes.Status201Created);
        }
        catch (FieldsException refused)
        {
            return await AgainAsync(form.With(refused, texts), null, StatusCodes.Status422UnprocessableEntity);
        }
        catch (RuleException refused) when (refused.Code == "machine_id_taken")
        {
            return await AgainAsync(form.With("id", texts["Refused.IdTaken"]), null, StatusCodes.Status409Conflict);
        }
        catch (RuleException refused) when (FleetWords.RefusalKey(refused.Code) is { } key)
        {
            return await AgainAsync(form, key, ProblemCodes.StatusOf(refused.Code));
        }

        async Task<IResult> AgainAsync(MachineFormView shown, string? error, int status) => Pages.Show<RegisterPage>(
            await ViewAsync(context, driver, ct) with { Form = shown, Error = error ?? "Refused.Invalid" }, status);
    }

    private Task<IResult> SecretAsync(HttpContext context, string id, CancellationToken ct) => DoAsync(context, id, async (view, form) =>
    {
        var given = form["given"].ToString().Trim();
        var overlap = form["overlap"].ToString() switch { "none" => 0, "hour" => 3_600, _ => 86_400 };
        var issued = await secrets.RunAsync(context.User, id, new RotateSecretRequest(overlap, given.Length > 0 ? given : null), ct);
        return view with { Secret = issued.Secret };
    }, ct);

    private Task<IResult> CodeAsync(HttpContext context, string id, CancellationToken ct) => DoAsync(context, id, async (view, _) =>
    {
        var offered = await enrol.OfferAsync(context.User, id, ct);
        return view with { Code = offered.Code, CodeUntil = offered.ExpiresAt };
    }, ct);

    private async Task<IResult> DoAsync(
        HttpContext context, string id, Func<ConnectView, IFormCollection, Task<ConnectView>> work, CancellationToken ct)
    {
        var view = connect.Of(context, await db.OwnMachineAsync(context.User, id, ct));
        context.Response.Headers.CacheControl = "no-cache, no-store";
        try
        {
            return Pages.Show<ConnectPage>(await work(view, await context.Request.ReadFormAsync(ct)));
        }
        catch (RuleException refused) when (FleetWords.RefusalKey(refused.Code) is { } key)
        {
            return Pages.Show<ConnectPage>(view with { Error = key }, ProblemCodes.StatusOf(refused.Code));
        }
        catch (FieldsException)
        {
            return Pages.Show<ConnectPage>(view with { Error = "Refused.Secret" }, StatusCodes.Status422UnprocessableEntity);
        }
    }
}
