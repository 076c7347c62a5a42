using System.Text.Json;
using Automat.Domain;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Fleet;

/// <summary>One machine: how it is, what is in it, what happened to it, and what staff do with it.</summary>
internal sealed class MachinePages(
    MachineDesk desk, ChangeMachine change, SetMachineState states, RotateSecret secrets, IMachineTeller teller, IStringLocalizer<Texts> texts)
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(3);
    private static readonly JsonElement Nothing = JsonElement.Parse("{}");

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/panel/machines/{id}").ExcludeFromDescription();
        pages.MapGet("", async (string id, string? done, string? code, HttpContext context, MachineDesk desk, CancellationToken ct) =>
            Pages.Show<MachinePage>(await desk.PageAsync(context, id, ct) with
            {
                Done = DoneKey(done),
                DoneDetail = done == "test-code" && code is { Length: <= 16 } && code.All(char.IsAsciiLetterOrDigit) ? code : null,
            }))
            .RequirePermission(Permission.MachineRead);
        pages.MapGet("/live", async (string id, HttpContext context, MachineDesk desk, CancellationToken ct) =>
        {
            await desk.NowAsync(context, id, ct); // what does not exist is not streamed
            return Live.Stream<MachineNowPart>(
                context, LooksEvery, async (services, again) => await services.GetRequiredService<MachineDesk>().NowAsync(context, id, again));
        }).RequirePermission(Permission.MachineRead);
        pages.MapForm("/change", (string id, HttpContext context, MachinePages machines, CancellationToken ct) => machines.ChangeAsync(context, id, ct))
            .RequirePermission(Permission.MachineWrite);
        pages.MapForm("/state", (string id, HttpContext context, MachinePages machines, CancellationToken ct) => machines.StateAsync(context, id, ct))
            .RequirePermission(Permission.MachineWrite);
        pages.MapForm("/tell", (string id, HttpContext context, MachinePages machines, CancellationToken ct) => machines.TellAsync(context, id, ct))
            .RequirePermission(Permission.MachineWrite);
        pages.MapForm("/test", (string id, HttpContext context, MachinePages machines, CancellationToken ct) => machines.TestAsync(context, id, ct))
            .RequirePermission(Permission.MachineWrite);
        pages.MapForm("/test-sale", (string id, HttpContext context, MachinePages machines, CancellationToken ct) => machines.SellTestAsync(context, id, ct))
            .RequirePermission(Permission.MachineWrite);
        pages.MapForm("/revoke", (string id, HttpContext context, MachinePages machines, CancellationToken ct) => machines.RevokeAsync(context, id, ct))
            .RequirePermission(Permission.MachineWrite);
    }

    private async Task<IResult> ChangeAsync(HttpContext context, string id, CancellationToken ct)
    {
        var sent = await context.Request.ReadFormAsync(ct);
        var form = MachineForm.Read(sent);
        if (MachineForm.SettingsIn(form) is not { } settings)
        {
            return await AgainAsync(context, id, form.With("settings", texts["Wrong.Json"]), "Refused.Invalid", StatusCodes.Status422UnprocessableEntity, ct);
        }

        try
        {
            await change.RunAsync(
                context.User, id, sent["etag"],
                new ChangeMachineRequest(form.Name, form.Location, form.TimeZone, form.Policy, settings, form.Group), ct);
            return context.SeeOther($"/panel/machines/{id}?done=changed#data");
        }
        catch (FieldsException refused)
        {
            return await AgainAsync(context, id, form.With(refused, texts), "Refused.Invalid", StatusCodes.Status422UnprocessableEntity, ct);
        }
        catch (RuleException refused) when (FleetWords.RefusalKey(refused.Code) is { } key)
        {
            return await AgainAsync(context, id, form, key, ProblemCodes.StatusOf(refused.Code), ct);
        }
    }

    private Task<IResult> StateAsync(HttpContext context, string id, CancellationToken ct) => DoAsync(context, id, async form =>
    {
        var state = ListMachines.StateOf(form["state"].ToString()) ?? throw new RuleException("machine_invalid", "There is no such state.");
        if (state is MachineState.Retired && form["confirm"].ToString().Trim() != id)
        {
            throw new RuleException("confirm_missing", "Retiring is for good: type the machine's id.");
        }

        await states.RunAsync(context.User, id, state, ct);
        return state switch
        {
            MachineState.Active => "activated",
            MachineState.OutOfService => "out-of-service",
            MachineState.Retired => "retired",
        };
    }, ct);

    private Task<IResult> RevokeAsync(HttpContext context, string id, CancellationToken ct) => DoAsync(context, id, async form =>
    {
        var named = form["secret"].ToString();
        var secret = Guid.TryParse(named, out var one) ? one : (Guid?)null;
        if (secret is null && named != "all") throw new RuleException("secret_unknown", "There is no such secret.");
        await secrets.RevokeAsync(context.User, id, secret, ct);
        return "revoked";
    }, ct);

    private Task<IResult> TellAsync(HttpContext context, string id, CancellationToken ct) => DoAsync(context, id, async form =>
    {
        var kind = form["kind"].ToString();
        if (!CommandKinds.ForStaff.Contains(kind, StringComparer.Ordinal)) throw new RuleException("command_unsupported", "Nobody knows this command.");
        await teller.TellAsync(context.User, id, kind, Nothing, form["force"].Count > 0, ct);
        return "told";
    }, ct);

    private Task<IResult> TestAsync(HttpContext context, string id, CancellationToken ct) => DoAsync(context, id, async _ =>
    {
        await teller.TestAsync(context.User, id, ct);
        return "tested";
    }, ct);

    private async Task<IResult> SellTestAsync(HttpContext context, string id, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        try
        {
            var key = Guid.TryParse(form["key"], out var sent) ? sent : Guid.CreateVersion7();
            var sold = await teller.SellTestAsync(context.User, id, form["slot"].ToString(), key, ct);
            return context.SeeOther($"/panel/machines/{id}?{(sold.Code is { } code ? $"done=test-code&code={code}" : "done=test-sold")}");
        }
        catch (RuleException refused) when (refused.Code is not "machine_unknown")
        {
            return Pages.Show<MachinePage>(
                await desk.PageAsync(context, id, ct) with { Error = FleetWords.RefusalKey(refused.Code) ?? "Refused.NotReady" },
                ProblemCodes.StatusOf(refused.Code));
        }
    }

    private async Task<IResult> DoAsync(HttpContext context, string id, Func<IFormCollection, Task<string>> work, CancellationToken ct)
    {
        try
        {
            return context.SeeOther($"/panel/machines/{id}?done={await work(await context.Request.ReadFormAsync(ct))}");
        }
        catch (RuleException refused) when (FleetWords.RefusalKey(refused.Code) is { } key)
        {
            return Pages.Show<MachinePage>(await desk.PageAsync(context, id, ct) with { Error = key }, ProblemCodes.StatusOf(refused.Code));
        }
    }

    private async Task<IResult> AgainAsync(HttpContext context, string id, MachineFormView form, string error, int status, CancellationToken ct)
    {
        var view = await desk.PageAsync(context, id, ct);
        return Pages.Show<MachinePage>(view with { Form = form, Error = error }, status);
    }

    private static string? DoneKey(string? done) => done switch
    {
        "changed" => "Done.Changed",
        "activated" => "Done.Activated",
        "out-of-service" => "Done.OutOfService",
        "retired" => "Done.Retired",
        "revoked" => "Done.Revoked",
        "told" => "Done.Told",
        "tested" => "Done.Tested",
        "test-sold" => "Done.TestSold",
        "test-code" => "Done.TestCode",
        _ => null,
    };
}
