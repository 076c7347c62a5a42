using System.Text.RegularExpressions;
using Automat.Server.Orders;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>Ordering ahead in a real browser: on a phone and at a desk, in three languages, and without scripts.</summary>
public sealed partial class ShopPagesTests(StaffedShop shop) : IClassFixture<StaffedShop>
{
    [Fact, Trait("Accepts", "S3-06"), Trait("Accepts", "S3-07"), Trait("Accepts", "S3-08"), Trait("Accepts", "S3-09")]
    public async Task An_order_is_chosen_paid_and_collected_at_the_counter()
    {
        await CounterAsync("front-desk");
        await using var customer = await shop.CustomerComesAsync(new Habits());
        var page = customer.Page;
        await page.GotoAsync("/shop");
        await customer.LooksAtAsync("shop");
        await page.GotoAsync("/shop/products/1");
        await customer.LooksAtAsync("shop-product");
        await page.GetByLabel("Quantity").FillAsync("2");
        await customer.ClicksAsync("Add");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("is in your cart");
        await customer.FollowsAsync("To the cart");
        await page.GetByRole(AriaRole.Radio, new() { NameRegex = CounterName() }).CheckAsync();
        await page.Locator(".cart-update button").ClickAsync();
        await customer.LooksAtAsync("shop-cart");
        await customer.ClicksAsync("Go to payment");
        await customer.PaysAsync();
        await customer.ReadsAsync("Thank you, we are on it");
        await customer.LooksAtAsync("order-paid");
        var order = await shop.App.QueryAsync(db => db.Set<Order>().AsNoTracking().OrderByDescending(o => o.CreatedAt).FirstAsync());
        await using var admin = await shop.AdministratorComesAsync();
        await admin.OpensAsync("/panel/orders", "orders");
        await admin.OpensAsync($"/panel/orders/{order.Id}", "order-desk");
        await admin.LeavesAsync(() => admin.ClicksAsync("It is put together"));
        await customer.ReadsAsync("Your order is ready");
        await admin.Page.Locator("summary").Filter(new() { HasText = "Handed over" }).ClickAsync();
        await admin.LooksAtAsync("order-sure");
        await admin.LeavesAsync(() => admin.Page.Locator("dialog").GetByRole(AriaRole.Button, new() { Name = "Handed over" }).ClickAsync());
        await admin.ReadsNoticeAsync("Handed over. The sale is booked.");
        await customer.ReadsAsync("Enjoy!");
        await customer.LooksAtAsync("order-collected");
        customer.HasNoComplaints();
        admin.HasNoComplaints();
    }

    [Theory]
    [InlineData("de-DE", 1280, "Hinzufügen", "Zur Zahlung", "Danke, wir sind schon dabei")]
    [InlineData("es-ES", 360, "Añadir", "Ir al pago", "Gracias, ya estamos en ello")]
    public async Task Without_scripts_one_orders_as_well(string locale, int width, string add, string pay, string paid)
    {
        await CounterAsync("front-desk");
        await using var customer = await shop.CustomerComesAsync(new Habits { Locale = locale, JavaScript = false, Screen = (width, 844) });
        var page = customer.Page;
        await page.GotoAsync("/shop/products/1");
        await customer.ClicksAsync(add);
        await page.GotoAsync("/shop/cart");
        await page.Locator("input[name=place][value='front-desk']").CheckAsync();
        await customer.ClicksAsync(pay);
        // The place was chosen only now: the total is shown before anybody pays.
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await customer.LooksAtAsync("cart-without-scripts");
        await customer.ClicksAsync(pay);

        await customer.PaysAsync();

        await customer.ReadsAsync(paid);
        await Expect(page.Locator(".code > [aria-hidden]")).ToHaveTextAsync(FourDigits());
        customer.HasNoComplaints("422");
    }

    [Theory]
    [InlineData("en-GB", 1280, ColorScheme.Light, "Weight in kg", "Add", "At most three decimals", "0.25", "0.250\u00a0kg × €12.90/kg = €3.23")]
    [InlineData("de-DE", 390, ColorScheme.Dark, "Gewicht in kg", "Hinzufügen", "Höchstens drei Nachkommastellen", "0,25", "0,250\u00a0kg × 12,90\u00a0€/kg = 3,23\u00a0€")]
    [InlineData("es-ES", 390, ColorScheme.Light, "Peso en kg", "Añadir", "Tres decimales como máximo", "0,25", "0,250\u00a0kg × 12,90\u00a0€/kg = 3,23\u00a0€")]
    public async Task Cheese_is_weighed_out_in_every_language(
        string locale, int width, ColorScheme light, string field, string add, string wrong, string typed, string line)
    {
        await CounterAsync("front-desk");
        var number = await CheeseAsync();
        await using var customer = await shop.CustomerComesAsync(new Habits { Locale = locale, Light = light, Screen = (width, 844) });
        var page = customer.Page;
        await page.GotoAsync($"/shop/products/{number}");
        await page.GetByLabel(field).FillAsync("0.2505");
        await customer.ClicksAsync(add);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(wrong);
        await customer.LooksAtAsync("shop-weight-wrong");
        await page.GetByLabel(field).FillAsync(typed);
        await customer.ClicksAsync(add);
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Mountain cheese" })).ToBeVisibleAsync();
        await page.GotoAsync("/shop/cart");
        await page.Locator("input[name=place]").First.CheckAsync();
        await page.Locator(".cart-update button").ClickAsync();

        await Expect(page.Locator(".cart-lines")).ToContainTextAsync(line);
        await customer.LooksAtAsync("shop-cart-weight");
        await page.GotoAsync($"/shop/products/{number}");
        await customer.LooksAtAsync("shop-product-weight");
        customer.HasNoComplaints("422");
    }

    [Theory]
    [InlineData("de-DE", ColorScheme.Dark)]
    [InlineData("es-ES", ColorScheme.Light)]
    public async Task Every_page_can_be_used_by_night_and_on_a_small_phone(string locale, ColorScheme light)
    {
        await CounterAsync("front-desk");
        await using var customer = await shop.CustomerComesAsync(new Habits { Locale = locale, Light = light, Screen = (320, 844) });
        foreach (var path in new[] { "/shop", "/shop?q=xyz", "/shop/products/1", "/shop/cart" })
        {
            await customer.Page.GotoAsync(path);
            await customer.LooksAtAsync("small-" + path.Split('/', '?')[^1]);
        }

        customer.HasNoComplaints();
    }

    private async Task CounterAsync(string id)
    {
        var known = await shop.App.QueryAsync(db => db.Set<Automat.Server.Machines.Machine>().AsNoTracking()
            .Where(m => m.Driver == "pickup").CountAsync());
        if (known == 0) await shop.App.GivenMachineAsync(id, "pickup");
        await shop.App.SetUpAsync($"update slots set stock = 10 where machine_id = '{id}'");
    }

    /// <summary>Mountain cheese at the front desk, by weight; its number.</summary>
    private async Task<int> CheeseAsync()
    {
        const string Name = "Mountain cheese";
        var known = await shop.App.QueryAsync(db => db.Set<Automat.Server.Catalog.Product>().AsNoTracking()
            .Where(p => p.Name == Name && p.ArchivedAt == null).Select(p => (int?)p.Number).FirstOrDefaultAsync());
        if (known is { } there && await shop.App.SetUpAsync("update slots set stock = 5000 where code = 'W1'") > 0) return there;
        var number = known ?? (await shop.App.CallAsync(
            HttpMethod.Post, "/api/v1/products",
            new { name = Name, category = "By weight", price = 1_290, tax_basis_points = 700, measure = "weight" })).Body.GetProperty("number").GetInt32();
        await shop.App.SetUpAsync(
            "insert into slots (machine_id, code, organization_id, product_id, price, capacity, stock, reserved) select m.id, 'W1', p.organization_id, "
            + $"p.id, 1290, 10000, 5000, 0 from products p, machines m where p.number = {number} and m.driver = 'pickup' limit 1");
        return number;
    }

    [GeneratedRegex("Machine front-desk")]
    private static partial Regex CounterName();

    [GeneratedRegex("^[0-9]{4}$")]
    private static partial Regex FourDigits();
}
