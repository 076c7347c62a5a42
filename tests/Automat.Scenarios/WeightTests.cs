using System.Globalization;
using System.Net;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Catalog;
using Automat.Server.Machines;
using Automat.Server.Notifications.Mail;
using Automat.Server.Orders;
using Automat.Server.Reports;
using Automat.Server.Storefront;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>Goods by weight: decimals for them alone, priced exactly, from the catalogue over the pay page to the stock.</summary>
public sealed class WeightTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S3-07")]
    [Trait("Accepts", "S3-10")]
    public async Task A_quarter_of_a_kilo_is_ordered_paid_handed_over_and_counted_to_the_gram()
    {
        var cheese = await CheeseAsync("quarter-1");
        using var shopper = new Shopper(app);
        var page = $"/shop/products/{cheese}";

        var added = await shopper.Browser.SendAsync($"{page}?{Wish.LanguageKey}=de", $"/shop/cart/add?{Wish.LanguageKey}=de", ("number", cheese), ("quantity", "0,25"));
        await shopper.ChooseAsync("quarter-1");
        var cart = await shopper.Browser.OpenAsync($"/shop/cart?{Wish.LanguageKey}=en");
        var session = Provider.SessionIn(new Uri((await shopper.CheckOutAsync()).Location!));
        var state = await app.Provider.StateAsync();
        var line = state.GetProperty("checkout_sessions").EnumerateArray().Single(s => s.GetProperty("id").GetString() == session);
        var held = await Shopper.ShelfAsync(app, "quarter-1");
        await app.Provider.PayAsync(session);
        await shopper.UntilAsync(session, OrderState.Paid);
        var (order, address) = await shopper.OrderOfAsync(session);
        var paid = await shopper.Browser.OpenAsync(address);
        using var staff = await StaffAsync();
        var desk = await staff.OpenAsync($"/panel/orders/{order.Id}");
        await staff.SendAsync($"/panel/orders/{order.Id}", $"/panel/orders/{order.Id}/hand-over");
        await shopper.UntilAsync(session, OrderState.Collected);
        var receipt = await shopper.Browser.OpenAsync(address.Replace("/orders/", "/receipts/", StringComparison.Ordinal));
        var vend = await app.VendAsync(session, VendStatus.Committed);

        Assert.Equal(303, added.Status);
        Assert.Contains("0.250\u00a0kg × €12.90/kg = €3.23", cart.Text, StringComparison.Ordinal);
        Assert.Equal(323, line.GetProperty("amount_total").GetInt64());
        Assert.Equal((5_000, 250), held);
        Assert.Contains("0.250\u00a0kg × €12.90/kg", paid.Text, StringComparison.Ordinal);
        Assert.Contains("0.250\u00a0kg", desk.Text, StringComparison.Ordinal);
        Assert.Contains("0.250\u00a0kg × €12.90/kg", receipt.Text, StringComparison.Ordinal);
        Assert.Equal((323L, 250, true), (vend.Delivered, vend.Lines[0].Quantity, vend.Lines[0].IsByWeight));
        Assert.Equal((4_750, 0), await Shopper.ShelfAsync(app, "quarter-1"));
        var mail = await app.QueryAsync(db => db.Set<Mail>().AsNoTracking().Where(m => m.Subject.Contains(order.Number))
            .OrderBy(m => m.CreatedAt).Select(m => m.Text).FirstAsync());
        Assert.Contains("0.250\u00a0kg × €12.90/kg = €3.23", mail, StringComparison.Ordinal);
        var days = await TestApp.EventuallyAsync(
            () => app.QueryAsync(db => db.Set<ProductDay>().AsNoTracking().Where(d => d.ProductId == vend.Lines[0].Product).ToListAsync()),
            found => found.Count > 0);
        Assert.Equal([(1L, 250L, 323L, 153L)], days.Select(d => (d.Pieces, d.Grams, d.Gross, d.Cost))); // 0.250 × 6.10 = 1.525
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S3-09")]
    public async Task Called_off_the_grams_are_there_again_and_the_money_goes_back()
    {
        var cheese = await CheeseAsync("back-1");
        using var shopper = new Shopper(app);
        await AddAsync(shopper, cheese, "0.5");
        await shopper.ChooseAsync("back-1");
        var session = Provider.SessionIn(new Uri((await shopper.CheckOutAsync()).Location!));
        await app.Provider.PayAsync(session);
        await shopper.UntilAsync(session, OrderState.Paid);
        var (_, page) = await shopper.OrderOfAsync(session);

        var given = await shopper.Browser.SendAsync(page, $"{page}/cancel");
        var repeated = await shopper.Browser.SendAsync(page, page.Replace("/orders/", "/shop/repeat/", StringComparison.Ordinal));

        Assert.Equal((303, 303), (given.Status, repeated.Status));
        Assert.Equal((5_000, 0), await Shopper.ShelfAsync(app, "back-1"));
        Assert.Equal(645, (await app.PaidBackAsync(await app.VendAsync(session, VendStatus.Cancelled))).Amount);
        Assert.Contains("0.500\u00a0kg", (await shopper.Browser.OpenAsync("/shop/cart")).Text, StringComparison.Ordinal);
        await app.VerifyBooksAsync();
    }

    [Theory]
    [Trait("Accepts", "S0-10")]
    [InlineData("0.2505", "en", "three decimals")]
    [InlineData("1,250", "en", "could mean thousands")]
    [InlineData("1.250", "de", "Tausender")]
    [InlineData("-1", "en", "plain number")]
    [InlineData("NaN", "en", "plain number")]
    [InlineData("1e3", "en", "plain number")]
    [InlineData("", "en", "plain number")]
    [InlineData("0", "en", "More than 0")]
    [InlineData("0.05", "en", "At least 0.100\u00a0kg")]
    [InlineData("0.15", "es", "Solo en pasos de 0,100\u00a0kg")]
    [InlineData("3", "en", "At most 2.000\u00a0kg")]
    public async Task What_cannot_be_weighed_out_is_said_beside_the_field(string typed, string language, string sentence)
    {
        var cheese = await CheeseAsync("wrong-1", least: 100, most: 2_000, step: 100);
        using var shopper = new Shopper(app);

        var answer = await AddAsync(shopper, cheese, typed, language);

        Assert.Equal(422, answer.Status);
        Assert.Contains(sentence, answer.Text, StringComparison.Ordinal);
        Assert.Contains("aria-invalid=\"true\"", answer.Text, StringComparison.Ordinal);
        Assert.Contains("Your cart is empty", (await shopper.Browser.OpenAsync($"/shop/cart?{Wish.LanguageKey}=en")).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Accepts", "S0-10")]
    public async Task A_part_of_a_piece_is_refused_clearly_and_a_weight_in_the_cart_is_checked_as_well()
    {
        var cheese = await CheeseAsync("part-1");
        await app.SetUpAsync("insert into slots (machine_id, code, organization_id, product_id, price, capacity, stock, reserved) "
            + "select 'part-1', 'B1', organization_id, id, 150, 10, 5, 0 from products where number = 1");
        using var shopper = new Shopper(app);
        var part = await AddAsync(shopper, "1", "1.5");
        await AddAsync(shopper, cheese, "0.5");
        var number = int.Parse(cheese, CultureInfo.InvariantCulture);
        var product = await app.QueryAsync(db => db.Set<Product>().Where(p => p.Number == number).Select(p => p.Id).SingleAsync());

        var none = await shopper.Browser.SendAsync("/shop/cart", "/shop/cart", ("product", $"{product}"), ("quantity", "0"));
        var more = await shopper.Browser.SendAsync("/shop/cart", "/shop/cart", ("product", $"{product}"), ("quantity", "0.75"), ("place", "part-1"));
        var much = await AddAsync(shopper, cheese, "4.5");

        Assert.Equal(422, part.Status);
        Assert.Contains("whole numbers only", part.Text, StringComparison.Ordinal);
        Assert.Equal((422, 303, 422), (none.Status, more.Status, much.Status));
        Assert.Contains("More than 0", none.Text, StringComparison.Ordinal);
        Assert.Contains("not as much of it", much.Text, StringComparison.Ordinal);
        Assert.Equal("part-1:968", await shopper.SeenAsync()); // 0.750 × 12.90 = 9.675
    }

    [Fact]
    [Trait("Accepts", "S2-15")]
    public async Task Only_a_counter_takes_goods_by_weight_and_what_a_product_is_counted_in_stays()
    {
        var cheese = await CheeseAsync("only-1");
        await app.GivenMachineAsync("robot-w", "robot");
        var number = int.Parse(cheese, CultureInfo.InvariantCulture);
        object Slots(int product) => new { slots = new[] { new { code = "A1", product, price = 1_290, capacity = 9_000, par_level = 0, stock = 0 } } };

        var put = await app.CallAsync(HttpMethod.Put, "/api/v1/machines/robot-w/slots", Slots(number));
        var draft = await app.CallAsync(HttpMethod.Put, "/api/v1/machines/robot-w/planogram/draft", new { slots = new[] { new { code = "A1", product = number } } });
        var changed = await app.CallAsync(HttpMethod.Patch, $"/api/v1/products/{cheese}", new { measure = "piece" });
        var piece = await app.CallAsync(HttpMethod.Patch, "/api/v1/products/1", new { least_quantity = 5 });
        var shown = await app.CallAsync(HttpMethod.Get, $"/api/v1/products?cursor={number - 1}&limit=1");
        using var staff = await StaffAsync();
        var export = await staff.OpenAsync("/panel/products?format=csv&q=Mountain");
        var seen = await staff.OpenAsync("/panel/machines/only-1");
        var counter = await staff.OpenAsync("/m/only-1");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.OK), (put.Status, draft.Status));
        Assert.Contains("sold by weight", put.Body.ToString(), StringComparison.Ordinal);
        Assert.Contains("sold by weight", draft.Body.GetProperty("errors").ToString(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity), (changed.Status, piece.Status));
        var item = shown.Body.GetProperty("items")[0];
        Assert.Equal(("weight", 1_290), (item.GetProperty("measure").GetString(), item.GetProperty("price").GetInt32()));
        Assert.Contains(",weight,,,", export.Text, StringComparison.Ordinal);
        Assert.Contains("5.000\u00a0kg", seen.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Mountain cheese", counter.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Accepts", "S3-05")]
    public async Task Kilograms_are_received_counted_and_filled_in_the_readers_language()
    {
        var cheese = await CheeseAsync("fill-w");
        using var staff = await StaffAsync();
        await staff.SendAsync("/panel/stock/places", "/panel/stock/places/add", ("name", "Cold room"), ("kind", "warehouse"));
        var place = await app.QueryAsync(db => db.Set<Server.Stock.StockPlace>().OrderByDescending(p => p.Id).Select(p => p.Id).FirstAsync());

        async Task<int> MoveAsync(string quantity) => (await staff.SendAsync(
            "/panel/stock", $"/panel/stock/move?{Wish.LanguageKey}=de", ("kind", "receive"), ("place", $"{place}"), ("product", cheese), ("quantity", quantity))).Status;
        var statuses = (await MoveAsync("12,5"), await MoveAsync("1.250"));
        var visit = await staff.SendAsync(
            "/panel/restock/visit/fill-w", $"/panel/restock/visit/fill-w?{Wish.LanguageKey}=de",
            ("key", $"{Guid.CreateVersion7()}"), ("slot", "A1"), ("found_A1", "4,8"), ("filled_A1", "2,25"), ("place", $"{place}"));
        var stock = await staff.OpenAsync($"/panel/stock?place={place}&{Wish.LanguageKey}=en");
        var moves = await staff.OpenAsync($"/panel/stock/movements?machine=fill-w&{Wish.LanguageKey}=en");

        Assert.Equal((303, 422), statuses);
        Assert.Equal(303, visit.Status);
        Assert.Equal((7_050, 0), await Shopper.ShelfAsync(app, "fill-w"));
        Assert.Contains("10.250\u00a0kg", stock.Text, StringComparison.Ordinal);
        Assert.Contains("−0.200\u00a0kg", moves.Text, StringComparison.Ordinal);
        Assert.Contains("+2.250\u00a0kg", moves.Text, StringComparison.Ordinal);
    }

    /// <summary>A counter with five kilograms of cheese at 12.90 a kilogram; the cheese's number.</summary>
    private async Task<string> CheeseAsync(string counter, int? least = null, int? most = null, int? step = null)
    {
        var known = await app.QueryAsync(db => db.Set<Machine>().AnyAsync(m => m.Id == MachineId.Parse(counter)));
        if (!known) await app.GivenMachineAsync(counter, "pickup");
        var (status, body, _) = await app.CallAsync(HttpMethod.Post, "/api/v1/products", new
        {
            name = "Mountain cheese",
            category = "By weight",
            price = 1_290,
            tax_basis_points = 700,
            cost = 610,
            measure = "weight",
            least_quantity = least,
            most_quantity = most,
            quantity_step = step,
        });
        Assert.True(status is HttpStatusCode.Created, body.ToString());
        var number = body.GetProperty("number").GetInt32();
        (status, body, _) = await app.CallAsync(HttpMethod.Put, $"/api/v1/machines/{counter}/slots", new
        {
            slots = new[] { new { code = "A1", product = number, price = 1_290, capacity = 10_000, par_level = 8_000, stock = 5_000 } },
        });
        Assert.True(status is HttpStatusCode.OK, body.ToString());
        return number.ToString(CultureInfo.InvariantCulture);
    }

    private static Task<Visitor.Answer> AddAsync(Shopper shopper, string number, string quantity, string language = "en") => shopper.Browser.SendAsync(
        $"/shop/products/{number}", $"/shop/cart/add?{Wish.LanguageKey}={language}", ("number", number), ("quantity", quantity));

    private async Task<Visitor> StaffAsync()
    {
        var staff = new Visitor(app);
        await staff.SignInAsync(Staff.Operator, TestApp.Password);
        return staff;
    }
}
