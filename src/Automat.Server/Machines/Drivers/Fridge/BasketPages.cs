using System.Globalization;
using Automat.Domain;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>The page where a person looks at baskets nobody could be sure of.</summary>
internal sealed class BasketPages(AutomatDb db, DecideBasket decide)
{
    private const string Address = "/panel/baskets";

    private const int Most = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, string? done, BasketPages baskets, CancellationToken ct) =>
            Pages.Show<BasketsPage>(await baskets.ViewAsync(context, ct) with { Done = done == "decided" ? "Baskets.Decided" : null }))
            .RequirePermission(Permission.SalesRead);
        pages.MapForm("/decide", (HttpContext context, BasketPages baskets, CancellationToken ct) => baskets.DecideAsync(context, ct))
            .RequirePermission(Permission.SalesWrite);
    }

    private async Task<IResult> DecideAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        try
        {
            var id = Guid.TryParse(form["id"], out var given) ? given : Guid.Empty;
            await decide.RunAsync(context.User, id, new DecideBasketRequest(form["nothing"].Count > 0 ? [] : PiecesIn(form)), ct);
            return context.SeeOther($"{Address}?done=decided");
        }
        catch (RuleException refused) when (refused.Code is "basket_unknown" or "basket_status")
        {
            return Pages.Show<BasketsPage>(
                await ViewAsync(context, ct) with { Error = "Baskets.DecidedMeanwhile" }, StatusCodes.Status409Conflict);
        }
        catch (FieldsException)
        {
            return Pages.Show<BasketsPage>(
                await ViewAsync(context, ct) with { Error = "Baskets.Invalid" }, StatusCodes.Status422UnprocessableEntity);
        }
    }

    /// <summary>Pieces as they were typed; what is no number is refused with the rest.</summary>
    private static List<DecidedPiece> PiecesIn(IFormCollection form)
    {
        const string field = "pieces-";
        var pieces = new List<DecidedPiece>();
        foreach (var (name, typed) in form)
        {
            if (!name.StartsWith(field, StringComparison.Ordinal) || typed.ToString().Trim() is "" or "0") continue;
            var known = int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var quantity);
            pieces.Add(new DecidedPiece(name[field.Length..], known ? quantity : -1));
        }

        // An empty form is no decision: "nothing was taken" has a button of its own.
        return pieces.Count > 0 ? pieces : [new DecidedPiece(null, 0)];
    }

    private async Task<BasketsView> ViewAsync(HttpContext context, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var waiting = await ListBaskets.Waiting(db, organization).OrderBy(v => v.UnlockedAt).Take(Most).ToListAsync(ct);
        var machines = waiting.Select(v => v.MachineId).Distinct().ToList();
        var shelf = await (from slot in db.Set<Slot>().AsNoTracking()
                           join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                           where machines.Contains(slot.MachineId)
                           orderby slot.Code
                           select new { slot.MachineId, slot.Code, product.Name, product.Weight }).ToListAsync(ct);
        var names = await db.Set<Machine>().AsNoTracking().Where(m => machines.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name, ct);
        var ids = waiting.ConvertAll(v => v.VendId);
        var words = await db.Set<DoorWord>().AsNoTracking().Where(w => ids.Contains(w.VendId)).OrderBy(w => w.Id).ToListAsync(ct);
        return new BasketsView([.. waiting.Select(visit =>
        {
            var view = BasketView.Of(visit);
            return new BasketCardView(
                view.Id.ToString(), names.GetValueOrDefault(visit.MachineId, view.Machine), view.UnlockedAt, WhyText(view.Evidence),
                view.Evidence ?? "", view.Items is { } told ? string.Join(", ", told.Select(i => $"{i.Quantity} × {i.Sku}")) : null,
                view.LighterGrams, view.ExpectedGrams,
                [.. shelf.Where(s => s.MachineId == visit.MachineId).Select(s => new BasketSlotView(
                    s.Code, s.Name, ToldOf(view, s.Code), s.Weight / 1_000m))],
                [.. words.Where(w => w.VendId == visit.VendId).Select(w => new BasketWordView(w.At, w.Source, w.Text))]);
        })])
        {
            MayWrite = context.User.Allows(Permission.SalesWrite),
            Fridges = context.User.Allows(Permission.MachineRead) ? await FridgesAsync(organization, ct) : [],
        };
    }

    private async Task<IReadOnlyList<FridgeLinkView>> FridgesAsync(Id<Organization> organization, CancellationToken ct)
    {
        var fridges = await db.Set<Machine>().AsNoTracking()
            .Where(m => m.OrganizationId == organization && m.Driver == FridgeDriver.DriverName && m.State != MachineState.Retired)
            .OrderBy(m => m.Name).ThenBy(m => m.Id).Take(Most).Select(m => new { m.Id, m.Name }).ToListAsync(ct);
        return [.. fridges.Select(f => new FridgeLinkView(f.Id.Value, f.Name))];
    }

    private static int ToldOf(BasketView view, string slot) =>
        view.Items?.Where(i => i.Sku.Equals(slot, StringComparison.OrdinalIgnoreCase)).Sum(i => i.Quantity) ?? 0;

    private static string? WhyText(string? evidence) => evidence switch
    {
        "more_missing" => "Why.MoreMissing",
        "less_missing" => "Why.LessMissing",
        "sku_unknown" => "Why.Unknown",
        "basket_unsaid" => "Why.Unsaid",
        "weight_missing" or "weight_unknown" => "Why.Unweighed",
        "door_held_open" => "Why.HeldOpen",
        "agent_silent" => "Why.AgentSilent",
        "connection_lost" => "Why.Lost",
        "no_answer" or "door_unseen" or "silent_while_open" => "Why.Silent",
        _ => null,
    };
}
