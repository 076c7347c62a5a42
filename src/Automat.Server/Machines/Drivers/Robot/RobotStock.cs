using System.Globalization;
using System.Text.Json;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Notifications.Channels;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Robot;

/// <summary>What existing admin pages send to count stock: numbers, or numbers as text. A name in it means nothing.</summary>
/// <param name="ProductId">The product's number.</param>
/// <param name="Inventory">How many can be sold.</param>
/// <param name="Price">The price in major units.</param>
internal sealed record UpdateInventoryRequest(JsonElement ProductId, JsonElement Inventory, JsonElement Price);

/// <summary>What existing clients send to add a product.</summary>
/// <param name="NewProductName">Its name.</param>
/// <param name="NewProductPrice">Its price in major units; a number, or a number as text.</param>
internal sealed record NewProductRequest(string? NewProductName, JsonElement NewProductPrice);

/// <summary>What existing clients send to remove a product.</summary>
/// <param name="ProductId">The product's number.</param>
internal sealed record RemoveProductRequest(JsonElement ProductId);

/// <summary>The stock pages of a robot's existing web shop. Who did it is whoever is signed in.</summary>
internal sealed class RobotStock(AutomatDb db, RobotShop shop, ChannelOutbox channels, IActorNames names, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/get-products", async (string? machine, RobotStock stock, CancellationToken ct) =>
            Results.Json((await stock.InAsync(await stock.RobotAsync(machine, ct), ct)).Select(p => new { id = p.Number, name = p.Name })))
            .RequirePermission(Permission.CatalogRead).WithName("GetProducts");
        routes.MapGet("/api/get-inventory/{product:int}", async (int product, string? machine, RobotStock stock, CancellationToken ct) =>
            await stock.InventoryAsync(await stock.RobotAsync(machine, ct), product, ct))
            .RequirePermission(Permission.CatalogRead).WithName("GetInventory");
        routes.MapMethods("/api/update-inventory", ["POST", "PUT"], async (
            UpdateInventoryRequest request, string? machine, HttpContext context, RobotStock stock, CancellationToken ct) =>
            await stock.UpdateAsync(request, await stock.RobotAsync(machine, ct), context, ct))
            .RequirePermission(Permission.CatalogWrite).DisableAntiforgery().WithName("UpdateInventory");
        routes.MapPost("/api/add-product", async (
            NewProductRequest request, string? machine, HttpContext context, RobotStock stock, CancellationToken ct) =>
            await stock.AddAsync(request, await stock.RobotAsync(machine, ct), context, ct))
            .RequirePermission(Permission.CatalogWrite).DisableAntiforgery().WithName("AddProduct");
        routes.MapPost("/api/remove-product", async (
            RemoveProductRequest request, string? machine, HttpContext context, RobotStock stock, CancellationToken ct) =>
            await stock.RemoveAsync(request, await stock.RobotAsync(machine, ct), context, ct))
            .RequirePermission(Permission.CatalogWrite).DisableAntiforgery().WithName("RemoveProduct");
    }

    private Task<Machine> RobotAsync(string? name, CancellationToken ct) => shop.RobotAsync(name, ct);

    private async Task<IResult> InventoryAsync(Machine robot, int number, CancellationToken ct)
    {
        var product = await FindAsync(robot, number, ct) ?? throw new RuleException("product_unknown", "Product not found");
        var slots = await db.Set<Slot>().AsNoTracking().Where(s => s.MachineId == robot.Id && s.ProductId == product.Id)
            .OrderBy(s => s.Code).ToListAsync(ct);
        return Results.Json(new
        {
            inventory = slots.Sum(s => s.Available ?? 0),
            price = new Money(slots[0].Price, robot.Currency).ToMajor(),
        });
    }

    private async Task<IResult> UpdateAsync(UpdateInventoryRequest request, Machine robot, HttpContext context, CancellationToken ct)
    {
        var number = Whole(request.ProductId) ?? throw new RuleException("product_unknown", "Product not found");
        var pieces = Whole(request.Inventory) ?? throw new RuleException("stock_invalid", "inventory is a whole number.");
        var price = PriceOf(request.Price, robot.Currency);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var product = await FindAsync(robot, number, ct) ?? throw new RuleException("product_unknown", "Product not found");
        await CountStock.SetAsync(db, robot.Id, product.Id, pieces, price.Amount, ct, context.User.PersonOf()?.ToString());
        Note(context, robot, "stock.set", product);
        await TellAsync(context, robot, who => string.Create(
            CultureInfo.InvariantCulture,
            $"{who} updated inventory for product {product.Name} to {Price(price)}, inventory: {pieces}"), ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Results.Json(new { success = true });
    }

    private async Task<IResult> AddAsync(NewProductRequest request, Machine robot, HttpContext context, CancellationToken ct)
    {
        var price = PriceOf(request.NewProductPrice, robot.Currency);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var product = await AddProduct.AddAsync(db, robot.OrganizationId, request.NewProductName, price, clock.GetUtcNow(), ct);
        await CountStock.AddSlotAsync(db, robot, product, ct);
        Note(context, robot, "stock.product_added", product);
        await TellAsync(context, robot, _ => string.Create(
            CultureInfo.InvariantCulture,
            $"Added new product: {product.Name} (ID: {product.Number}) with price {Price(price)} and inventory 0"), ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Results.Json(new
        {
            image_url = product.Picture,
            inventory = 0,
            name = product.Name,
            price = request.NewProductPrice, // as it was sent
            product_id = product.Number,
            success = true,
        });
    }

    private async Task<IResult> RemoveAsync(RemoveProductRequest request, Machine robot, HttpContext context, CancellationToken ct)
    {
        if (request.ProductId.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null || Whole(request.ProductId) is not { } number)
            return Results.Json(new { error = "Product ID is required", success = false }, statusCode: 400);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await FindAsync(robot, number, ct) is not { } product)
            return Results.Json(new { error = "Product not found", success = false }, statusCode: 404);
        try
        {
            await CountStock.RemoveAsync(db, robot.Id, product.Id, ct, context.User.PersonOf()?.ToString());
        }
        catch (RuleException rule) when (rule.Code == "stock_promised")
        {
            return Results.Json(new { error = rule.Message, success = false }, statusCode: 409);
        }

        Note(context, robot, "stock.product_removed", product);
        await TellAsync(context, robot, _ => string.Create(
            CultureInfo.InvariantCulture, $"Removed product: {product.Name} (ID: {product.Number})"), ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Results.Json(new { success = true });
    }

    private void Note(HttpContext context, Machine robot, string action, Product product)
    {
        // A robot of another organisation is not the caller's to touch.
        if (context.User.OrganizationOf() != robot.OrganizationId) throw new RuleException("machine_unknown", "There is no such robot.");
        db.Note(robot.OrganizationId, action, "stock",
            string.Create(CultureInfo.InvariantCulture, $"{robot.Id.Value}/{product.Number}"));
    }

    /// <summary>As existing channels know it; who it was only where people may be named.</summary>
    private async Task TellAsync(HttpContext context, Machine robot, Func<string, string> say, CancellationToken ct)
    {
        var id = context.User.PersonOf()?.ToString();
        var known = id is null ? null : (await names.OfAsync([id], ct)).GetValueOrDefault(id);
        await channels.AddAsync(
            robot.OrganizationId, ChannelTopic.Stock, manners => say(manners.NamesPeople && known is not null ? known : "Staff"), ct);
    }

    private static string Price(Money price) => new Storefront.Amount(price.Amount, price.Currency.Code).Format(CultureInfo.GetCultureInfo("en"));

    private async Task<List<Product>> InAsync(Machine robot, CancellationToken ct) => await (
        from product in db.Set<Product>().AsNoTracking()
        where db.Set<Slot>().Any(s => s.MachineId == robot.Id && s.ProductId == product.Id)
        orderby product.Number
        select product).ToListAsync(ct);

    private async Task<Product?> FindAsync(Machine robot, int number, CancellationToken ct) =>
        (await InAsync(robot, ct)).Find(p => p.Number == number);

    private static Money PriceOf(JsonElement element, Currency currency)
    {
        var text = element.ValueKind is JsonValueKind.String ? element.GetString() : element.ValueKind is JsonValueKind.Number ? element.GetRawText() : "";
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var price)
            ? Money.FromMajor(price, currency)
            : throw new RuleException("price_invalid", "price is a number such as 1.50.");
    }

    private static int? Whole(JsonElement element)
    {
        var text = element.ValueKind is JsonValueKind.String ? element.GetString() : element.ValueKind is JsonValueKind.Number ? element.GetRawText() : "";
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
