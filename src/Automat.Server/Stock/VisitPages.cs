using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Automat.Server.Storefront;

namespace Automat.Server.Stock;

/// <summary>The page for whoever stands before a machine, a phone in one hand.</summary>
internal sealed class VisitPages(AutomatDb db, Routes routes, Suggestions suggestions, CloseVisit visits)
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var pages = endpoints.MapGroup("/panel/restock/visit/{machine}").ExcludeFromDescription();
        pages.MapGet("", async (string machine, Guid? route, HttpContext context, VisitPages own, CancellationToken ct) =>
            Pages.Show<VisitPage>(await own.ViewAsync(context, machine, route, null, ct))).RequirePermission(Permission.CatalogWrite);
        pages.MapForm("", (string machine, HttpContext context, VisitPages own, CancellationToken ct) => own.CloseAsync(context, machine, ct))
            .RequirePermission(Permission.CatalogWrite);
    }

    private async Task<VisitView> ViewAsync(HttpContext context, string machine, Guid? route, IFormCollection? typed, CancellationToken ct)
    {
        var own = await db.OwnMachineAsync(context.User, machine, ct);
        var round = route is { } id ? await routes.FindAsync(own.OrganizationId, id, ct) : null;
        var slots = (await suggestions.OfAsync(own.OrganizationId, [own.Id], round?.DaysBetween ?? 7, ct))[own.Id];
        return new VisitView(
            own.Id.Value, own.Name, own.Location, Guid.TryParse(typed?["key"], out var key) ? key : Guid.CreateVersion7(), route,
            typed is null ? round?.PlaceId?.ToString() ?? "" : typed["place"].ToString(),
            [.. slots.Select(s => new VisitSlot(
                s.Slot, s.Product.Name, s.Product.Picture, new Quantity(s.Stock, s.Product.IsByWeight), new Quantity(s.Capacity, s.Product.IsByWeight),
                Typed("found", s.Slot), Typed("filled", s.Slot, new Quantity(s.Wish.Bring, s.Product.IsByWeight)), Typed("removed", s.Slot), Typed("bad", s.Slot)))],
            await db.PlaceChoicesAsync(own.OrganizationId, ct))
        {
            CashBag = typed?["cash_bag"].ToString() ?? "",
            CashCounted = typed?["cash_counted"].ToString() ?? "",
            Currency = own.Currency.Code,
            MayCount = context.User.Allows(Permission.SalesWrite),
            Note = typed?["note"].ToString() ?? "",
        };

        string Typed(string field, string slot, Quantity suggested = default) => typed is not null ? typed[$"{field}_{slot}"].ToString()
            : suggested.Count > 0 ? suggested.Typed : "";
    }

    /// <summary>What was typed as counted; null where the bag is counted later.</summary>
    private async Task<long?> CountedAsync(HttpContext context, string machine, string? typed, CancellationToken ct) =>
        string.IsNullOrWhiteSpace(typed) ? null : TypedAmount.MinorOf(typed, (await db.OwnMachineAsync(context.User, machine, ct)).Currency);

    private async Task<IResult> CloseAsync(HttpContext context, string machine, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        Guid? route = Guid.TryParse(form["route"], out var id) ? id : null;
        if (route is { } known) await routes.FindAsync(context.User.OrganizationOf(), known, ct);
        var weighed = await db.WeighedSlotsAsync(context.User.OrganizationOf(), machine, ct);
        var lines = form["slot"].OfType<string>().Select(slot => new VisitLine(
            slot, Number("found", slot, null), Number("filled", slot, 0) ?? 0, Number("removed", slot, 0) ?? 0, Number("bad", slot, 0) ?? 0)).ToList();
        try
        {
            var counted = await CountedAsync(context, machine, form["cash_counted"], ct);
            await visits.RunAsync(
                context.User, machine,
                new CloseVisitRequest(
                    Guid.TryParse(form["key"], out var key) ? key : null, lines, Guid.TryParse(form["place"], out var place) ? place : null, route,
                    form["cash_bag"].ToString(), form["note"].ToString(), counted), ct);
            return context.SeeOther(route is { } back
                ? $"/panel/restock/{back}?done=visited&machine={Uri.EscapeDataString(machine)}"
                : "/panel/stock/low?done=filled");
        }
        catch (FieldsException wrong) when (wrong.Errors.ContainsKey("cash_counted"))
        {
            return await WrongAsync("Visit.WrongCash", null);
        }
        catch (RuleException refused) when (refused.Code.StartsWith("amount_", StringComparison.Ordinal))
        {
            return await WrongAsync("Visit.WrongCash", null);
        }
        catch (RuleException refused) when (refused.Code == "idempotency_key_reused")
        {
            return await WrongAsync("Visit.CashBooked", null);
        }
        catch (FieldsException wrong)
        {
            return await WrongAsync("Visit.Wrong", wrong.Errors.Keys.FirstOrDefault(k => k.StartsWith("lines.", StringComparison.Ordinal))?[6..]);
        }
        catch (RuleException refused) when (refused.Code is "slot_full" or "stock_short" or "slot_unknown" or "place_unknown" or "place_archived")
        {
            return await WrongAsync(
                refused.Code switch { "slot_full" => "Visit.TooMany", "stock_short" => "Visit.TooFew", _ => "Visit.Wrong" },
                lines.Find(l => refused.Message.Split(' ', '.').Contains(l.Slot))?.Slot);
        }

        int? Number(string field, string slot, int? none)
        {
            var typed = form[$"{field}_{slot}"].ToString();
            return string.IsNullOrWhiteSpace(typed) ? none : Quantity.Read(typed, weighed.Contains(slot)) ?? -1;
        }

        async Task<IResult> WrongAsync(string error, string? at)
        {
            db.ChangeTracker.Clear();
            return Pages.Show<VisitPage>(
                await ViewAsync(context, machine, route, form, ct) with { Error = error, ErrorAt = at }, StatusCodes.Status422UnprocessableEntity);
        }
    }
}
