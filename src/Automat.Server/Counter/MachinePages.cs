using System.Globalization;
using Automat.Domain;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Fridges.Own;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Automat.Server.Vends;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Counter;

/// <summary>The list of machines, one machine's windows, and the way to its pay page.</summary>
internal sealed class MachinePages(
    AutomatDb db, Tenant tenant, IServiceScopeFactory scopes, DriverRegistry drivers, MachineDirectory machines, MachinePrices prices,
    HoldSelling holds, OwnCards own)
{
    private static readonly int[] Offers = [1, 2, 5, 10];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", async (MachinePages pages, CancellationToken ct) =>
            Pages.Show<MachinesPage>(await pages.ListAsync(ct))).IsPublic("customers have no account").WithName("Machines");
        routes.MapGet("/m/{machine}", async (string machine, MachinePages pages, HttpContext context, CancellationToken ct) =>
            await pages.ViewAsync(machine, context, ct) is { } view ? (IResult)Pages.Show<MachinePage>(view) : Missing())
            .IsPublic("customers have no account").WithName("Machine");
        routes.MapPost("/m/{machine}/checkout", BuyAsync).IsPublic("customers have no account").RequireRateLimiting(RateLimits.Buying)
            .DisableAntiforgery() // checked by hand below, so that an old form comes back as a page
            .WithName("Buy");
    }

    internal static RazorComponentResult<ProblemPage> Missing() =>
        Pages.Show<ProblemPage>(new ProblemView(404), StatusCodes.Status404NotFound);

    private async Task<MachinesView> ListAsync(CancellationToken ct)
    {
        // Everybody's machines stand in public.
        await using var scope = scopes.CreateScopeAcross("the public list of machines");
        var everybodys = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var all = await everybodys.Set<Machine>().AsNoTracking().Where(m => m.State != MachineState.Retired)
            .OrderBy(m => m.CreatedAt).ThenBy(m => m.Name).Take(200).ToListAsync(ct);
        var ids = all.ConvertAll(m => m.Id);
        var from = await everybodys.Set<Slot>().AsNoTracking().Where(s => ids.Contains(s.MachineId))
            .GroupBy(s => s.MachineId).Select(g => new { Machine = g.Key, Price = g.Min(s => s.Price) })
            .ToDictionaryAsync(p => p.Machine, p => p.Price, ct);
        foreach (var machine in all)
        {
            var asked = await prices.AtAsync(machine, ct);
            if (asked.AreUsual) continue;
            var slots = await everybodys.Set<Slot>().AsNoTracking().Where(s => s.MachineId == machine.Id).ToListAsync(ct);
            if (slots.Count > 0) from[machine.Id] = slots.Min(asked.Of);
        }

        return new MachinesView([.. all.Select(m => new MachineListItem(
            m.Id.Value, m.Name, m.Location, LookOf(m), SaleViews.ConditionOf(drivers.WhyNotReady(m)),
            from.TryGetValue(m.Id, out var price) ? new Amount(price, m.Currency.Code) : null))])
        {
            HasShop = all.Any(m => m.State is MachineState.Active && drivers.WithCodes.Contains(m.Driver)),
        };
    }

    private async Task<MachineView?> ViewAsync(string text, HttpContext context, CancellationToken ct)
    {
        if (!MachineId.TryParse(text, out var id) || await machines.FindAsync(id, ct) is not { } machine) return null;
        tenant.Enter(machine.OrganizationId);
        var windows = await (from slot in db.Set<Slot>().AsNoTracking()
                             join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                             where slot.MachineId == id
                             orderby slot.Code
                             select new { slot, product }).ToListAsync(ct);
        var currency = machine.Currency.Code;
        var asked = await prices.AtAsync(machine, ct);
        var credit = windows.Find(w => w.slot.Capacity is null);
        return new MachineView(
            machine.Id.Value, machine.Name, machine.Location, LookOf(machine),
            SaleViews.ConditionOf(drivers.WhyNotReady(machine)),
            [.. windows.GroupBy(w => w.product.Category).Select(shelf => new ShelfView(shelf.Key, [.. shelf.Select(w =>
                new ProductView(
                    w.slot.Code, w.product.Name, w.product.Picture, new Amount(asked.Of(w.slot), currency), w.slot.Available))]))])
        {
            DailyLimit = drivers.Of(machine)?.SpendLimitOf(machine) is { } most ? new Amount(most, currency) : null,
            Hold = holds.HoldOf(machine) is { } hold ? new Amount(hold.Amount, currency) : null,
            Wish = holds.HoldOf(machine) is not null && await CardAsync(context, machine, ct) is not null ? RememberedCard.NewWish() : null,
            Credits = credit is null
                ? []
                : [.. Offers.Select(n => new CreditOffer(n, new Amount(credit.slot.Price * n, currency)))],
        };
    }

    private MachineLook LookOf(Machine machine) =>
        holds.HoldOf(machine) is null ? SaleViews.LookOf(machine) : MachineLook.Fridge;

    private static async Task<IResult> BuyAsync(
        string machine, HttpContext context, MachinePages pages, Selling selling, HoldSelling holds, PublicAddress address,
        IAntiforgery antiforgery, IStringLocalizer<Storefront.Texts> texts, CancellationToken ct)
    {
        if (await pages.ViewAsync(machine, context, ct) is not { } view) return Missing();
        if (!context.Request.HasFormContentType) return Refused(view, PurchaseError.FormExpired, []);
        if (!await antiforgery.IsRequestValidAsync(context)) return Refused(view, PurchaseError.FormExpired, []);
        var form = await context.Request.ReadFormAsync(ct);
        if ((view.Hold is null ? Read(form) : []) is not { } wishes) return Refused(view, PurchaseError.BadQuantity, []);
        try
        {
            var home = address.For(context.Request);
            var (id, back) = (MachineId.Parse(view.Id), new ReturnAddresses(
                $"{home}/vends/{{TOKEN}}", $"{home}/m/{view.Id}", CultureInfo.CurrentUICulture.TwoLetterISOLanguageName));
            if (view.Wish is not null && form["card"] == "kept") return await pages.OpenWithCardAsync(id, form["wish"], context, ct);
            var opened = view.Hold is null
                ? await selling.OpenAsync(id, wishes, back, ct)
                : await holds.OpenAsync(id, texts[Wording.HoldLine, view.Name], back, ct);
            if (view.Hold is not null && form["keep"] == "yes") RememberedCard.Key.Keep(context, opened.Token);
            context.Response.Headers.Location = opened.Url;
            return Results.StatusCode(StatusCodes.Status303SeeOther);
        }
        catch (RuleException rule)
        {
            return Refused(view, ErrorOf(rule.Code), wishes);
        }
        catch (ProviderRefusedException) when (form["card"] == "kept")
        {
            return Refused(view, PurchaseError.CardRefused, wishes);
        }
        catch (ProviderException)
        {
            return Refused(view, PurchaseError.PaymentUnavailable, wishes);
        }
    }

    /// <summary>The card this browser remembers, else the one in the account that is signed in in it.</summary>
    private async Task<KeptCard?> CardAsync(HttpContext context, Machine machine, CancellationToken ct) =>
        (RememberedCard.Key.In(context.Request) is { } remembered ? await holds.CardOfAsync(remembered, machine, ct) : null)
            ?? await own.AtAsync(context, machine, ct);

    /// <summary>Opens the door with a kept card; the wish is the key to the new visit.</summary>
    private async Task<IResult> OpenWithCardAsync(MachineId id, string? wish, HttpContext context, CancellationToken ct)
    {
        var machine = await machines.GetAsync(id, ct);
        var card = await CardAsync(context, machine, ct);
        if (card is null || !RememberedCard.IsWish(wish)) throw new RuleException("hold_closed", "The card is not remembered any more.");
        await holds.HoldAsync(id, RememberedCard.ReferenceOf(wish!), card, wish, ct);
        return context.SeeOther($"/vends/{wish}");
    }

    /// <summary>Slots and quantities come as two lists side by side; null when a quantity is no whole number.</summary>
    private static List<Vends.Wish>? Read(IFormCollection form)
    {
        var slots = form["slot"];
        var quantities = form["quantity"];
        var wishes = new List<Vends.Wish>();
        for (var i = 0; i < slots.Count; i++)
        {
            var text = i < quantities.Count ? quantities[i] : quantities.Count == 1 ? quantities[0] : "1";
            if (string.IsNullOrWhiteSpace(text)) continue;
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var quantity)) return null;
            if (quantity != 0) wishes.Add(new Vends.Wish(slots[i] ?? "", quantity));
        }

        return wishes;
    }

    private static RazorComponentResult<MachinePage> Refused(MachineView view, PurchaseError error, IReadOnlyList<Vends.Wish> wishes) =>
        Pages.Show<MachinePage>(
            view with
            {
                Error = error,
                Chosen = wishes.DistinctBy(w => w.Slot).ToDictionary(w => w.Slot, w => w.Quantity, StringComparer.Ordinal),
            },
            error is PurchaseError.PaymentUnavailable
                ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status422UnprocessableEntity);

    private static PurchaseError ErrorOf(string code) => code switch
    {
        "cart_empty" => PurchaseError.NothingChosen,
        "quantity_invalid" or "slot_unknown" or "amount_invalid" => PurchaseError.BadQuantity,
        "sold_out" => PurchaseError.SoldOut,
        "journal_full" or "shutting_down" => PurchaseError.PaymentUnavailable,
        "machine_busy" => PurchaseError.MachineBusy,
        "debt_open" => PurchaseError.DebtOpen,
        "spend_limit" => PurchaseError.SpendLimit,
        "card_needs_customer" or "hold_closed" => PurchaseError.CardRefused,
        "machine_offline" or "not_connected_yet" => PurchaseError.MachineOffline,
        "machine_faulted" or "reader_disabled" => PurchaseError.MachineFaulted,
        "out_of_service" or "retired" => PurchaseError.OutOfService,
        _ => PurchaseError.NotReady,
    };
}
