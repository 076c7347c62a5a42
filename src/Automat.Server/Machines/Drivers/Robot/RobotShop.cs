using System.Text.Json;
using Automat.Domain;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Robot;

/// <summary>A cart as existing shops send it: product number to quantity, zeros included.</summary>
/// <param name="Items">The quantities; numbers, or numbers as text.</param>
/// <param name="Machine">The robot; the first one when absent.</param>
internal sealed record CheckoutSessionRequest(Dictionary<string, JsonElement>? Items, string? Machine);

/// <summary>What existing web shops of a robot ask for: products, a pay page, the code. Answers are as those shops know them.</summary>
internal sealed class RobotShop(
    AutomatDb db, Tenant tenant, MachineDirectory machines, MachinePrices prices, Selling selling, PublicAddress address)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/products", async (string? machine, RobotShop shop, CancellationToken ct) =>
            Results.Json(await shop.ProductsAsync(machine, ct))).IsPublic("the shop's windows").WithName("RobotProducts");
        routes.MapPost("/api/create-checkout-session", CheckoutAsync).IsPublic("customers have no account").DisableAntiforgery()
            .RequireRateLimiting(RateLimits.Buying).WithName("RobotCheckout");
    }

    /// <summary>The robot a shop means: the one it names, else the first; for staff, of their own organisation.</summary>
    /// <exception cref="RuleException"><c>machine_unknown</c>.</exception>
    public async Task<Machine> RobotAsync(string? name, CancellationToken ct)
    {
        var robots = await machines.OfDriverAsync(RobotDriver.DriverName, ct);
        var robot = robots
            .Where(r => !tenant.HasEntered || r.OrganizationId == tenant.Organization)
            .FirstOrDefault(r => name is null || r.Id.Value == name)
            ?? throw new RuleException("machine_unknown", "There is no such robot.");
        tenant.Enter(robot.OrganizationId);
        return robot;
    }

    private async Task<IReadOnlyList<object>> ProductsAsync(string? name, CancellationToken ct)
    {
        var robot = await RobotAsync(name, ct);
        var slots = await SlotsAsync(robot, ct);
        var asked = await prices.AtAsync(robot, ct);
        return [.. slots.GroupBy(s => s.Product.Number).OrderBy(g => g.Key).Select(g => new
        {
            id = g.Key,
            image_url = g.First().Product.Picture,
            inventory = g.Sum(s => s.Slot.Available ?? Selling.MostPieces),
            name = g.First().Product.Name,
            price = new Money(asked.Of(g.First().Slot), robot.Currency).ToMajor(),
        })];
    }

    private async Task<List<(Slot Slot, Product Product)>> SlotsAsync(Machine robot, CancellationToken ct)
    {
        var rows = await (from slot in db.Set<Slot>().AsNoTracking()
                          join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                          where slot.MachineId == robot.Id
                          orderby slot.Code
                          select new { slot, product }).ToListAsync(ct);
        return rows.ConvertAll(r => (r.slot, r.product));
    }

    private static async Task<IResult> CheckoutAsync(
        CheckoutSessionRequest request, RobotShop shop, HttpContext context, CancellationToken ct)
    {
        try
        {
            return Results.Json(new { url = await shop.OpenAsync(request, context.Request, ct) });
        }
        catch (RuleException rule)
        {
            // Existing shops show the text of "error"; 503 for what passes by itself.
            var busy = rule.Code is "machine_offline" or "machine_busy" or "journal_full" or "shutting_down";
            return Results.Json(new { error = rule.Message }, statusCode: busy ? 503 : 400);
        }
        catch (ProviderException)
        {
            return Results.Json(new { error = "Payment is not available right now. Nothing was charged." }, statusCode: 503);
        }
    }

    private async Task<string> OpenAsync(CheckoutSessionRequest request, HttpRequest http, CancellationToken ct)
    {
        if (request.Items is not { Count: > 0 and <= 500 } items)
        {
            throw new RuleException("cart_empty", "The cart is empty.");
        }

        var robot = await RobotAsync(request.Machine, ct);
        var slots = await SlotsAsync(robot, ct);
        var wishes = new List<Wish>();
        foreach (var (number, element) in items)
        {
            var quantity = QuantityOf(element);
            if (quantity == 0) continue;
            if (quantity < 0) throw new RuleException("quantity_invalid", $"Quantity of product {number} is negative.");
            wishes.AddRange(Spread(slots, number, quantity));
        }

        if (wishes.Count == 0) throw new RuleException("cart_empty", "The cart is empty.");
        var home = address.For(http);
        var opened = await selling.OpenAsync(
            robot.Id, wishes,
            new ReturnAddresses(
                $"{home}/pages/paymentCode.html?session_id={{CHECKOUT_SESSION_ID}}", $"{home}/pages/paymentError.html"),
            ct);
        return opened.Url;
    }

    /// <summary>Takes the pieces from as many slots of the product as needed.</summary>
    private static List<Wish> Spread(List<(Slot Slot, Product Product)> slots, string number, int quantity)
    {
        var of = slots.Where(s => s.Product.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) == number)
            .ToList();
        if (of.Count == 0) throw new RuleException("product_unknown", "Product not found");
        var wishes = new List<Wish>();
        foreach (var (slot, _) in of)
        {
            var take = Math.Min(quantity, slot.Available ?? quantity);
            if (take > 0) wishes.Add(new Wish(slot.Code, take));
            quantity -= Math.Max(take, 0);
        }

        return quantity == 0
            ? wishes
            : throw new RuleException("sold_out", $"Not enough inventory for product {number}");
    }

    private static int QuantityOf(JsonElement element)
    {
        if (element.ValueKind is JsonValueKind.Number && element.TryGetInt32(out var number)) return number;
        return element.ValueKind is JsonValueKind.String && int.TryParse(
            element.GetString(), System.Globalization.NumberStyles.AllowLeadingSign,
            System.Globalization.CultureInfo.InvariantCulture, out var text)
            ? text
            : throw new RuleException("quantity_invalid", "Quantities are whole numbers.");
    }
}
