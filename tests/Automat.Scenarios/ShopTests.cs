using System.Net;
using Automat.Server.Shop;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>Browsing and the cart: what can be had where, kept for a browser, and paid at the price that was seen.</summary>
public sealed class ShopTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S3-06")]
    public async Task The_shop_is_browsed_by_shelf_and_word_and_says_where_what_can_be_had()
    {
        await app.GivenMachineAsync("browse-1", "pickup");
        using var shopper = new Shopper(app);

        var all = await shopper.Browser.OpenAsync("/shop");
        var name = await app.QueryAsync(db => db.Set<Server.Catalog.Product>().Where(p => p.Number == 1).Select(p => p.Name).SingleAsync());
        var category = await app.QueryAsync(db => db.Set<Server.Catalog.Product>().Where(p => p.Number == 1).Select(p => p.Category).SingleAsync());
        var shelf = await shopper.Browser.OpenAsync($"/shop?category={Uri.EscapeDataString(category)}&q={Uri.EscapeDataString(name[..3])}");
        var none = await shopper.Browser.OpenAsync("/shop?q=nothing+of+that+name");
        var product = await shopper.Browser.OpenAsync("/shop/products/1");

        Assert.Contains("/shop/products/1\"", all.Text, StringComparison.Ordinal);
        Assert.Contains("/shop/products/1\"", shelf.Text, StringComparison.Ordinal);
        Assert.Contains("Nothing found", none.Text, StringComparison.Ordinal);
        Assert.Contains("Machine browse-1", product.Text, StringComparison.Ordinal);
        Assert.Contains("5 available", product.Text, StringComparison.Ordinal);
        Assert.Contains("tax", product.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await shopper.Browser.OpenAsync("/shop/products/987654")).Status);
    }

    [Fact]
    [Trait("Accepts", "S3-07")]
    public async Task A_cart_is_filled_changed_and_found_again_by_its_cookie_alone()
    {
        await app.GivenMachineAsync("cart-1", "pickup");
        using var shopper = new Shopper(app);
        await shopper.AddAsync(1, 2);
        await shopper.AddAsync(1, 1);
        await shopper.ChooseAsync("cart-1");
        var cookie = shopper.Browser.Cookies.GetCookies(app.Http)["automat_cart"]!;

        using var reopened = new Visitor(app);
        reopened.Cookies.Add(new Cookie(cookie.Name, cookie.Value, "/", app.Http.Host));
        var found = await reopened.OpenAsync("/shop/cart");
        using var stranger = new Visitor(app);
        stranger.Cookies.Add(new Cookie(cookie.Name, cookie.Value[..^1] + (cookie.Value[^1] == 'A' ? 'B' : 'A'), "/", app.Http.Host));
        var nothing = await stranger.OpenAsync("/shop/cart");

        Assert.True(cookie.HttpOnly);
        Assert.Contains("cart-1:450", found.Text, StringComparison.Ordinal);
        Assert.Contains("Your cart is empty", nothing.Text, StringComparison.Ordinal);
        var stored = await app.QueryAsync(db => db.Set<Cart>().AsNoTracking().ToListAsync());
        Assert.Contains(stored, c => c.TokenHash.AsSpan().SequenceEqual(Server.Vends.Selling.HashOf(cookie.Value)) && c.Pieces == 3);
        var product = stored.Single(c => c.TokenHash.AsSpan().SequenceEqual(Server.Vends.Selling.HashOf(cookie.Value))).Items[0].Product;
        Assert.Equal(422, (await reopened.SendAsync("/shop/cart", "/shop/cart", ("product", product.ToString()), ("quantity", "1.5"))).Status);
        Assert.Equal(303, (await reopened.SendAsync("/shop/cart", "/shop/cart", ("remove", product.ToString()))).Status);
        Assert.Contains("Your cart is empty", (await reopened.OpenAsync("/shop/cart")).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Accepts", "S0-10")]
    public async Task Nobody_pays_another_total_than_the_page_said_and_more_than_there_is_cannot_be_paid()
    {
        await app.GivenMachineAsync("price-1", "pickup");
        await app.GivenMachineAsync("price-2", "pickup");
        using var shopper = new Shopper(app);
        await shopper.AddAsync(1, 2);
        await shopper.ChooseAsync("price-1");
        var before = await shopper.SeenAsync();
        await app.SetUpAsync("update slots set price = 175 where machine_id = 'price-1'");

        var changed = await shopper.CheckOutAsync(before);
        var again = await shopper.CheckOutAsync();
        await app.SetUpAsync("update slots set price = 500 where machine_id = 'price-1'");
        var session = Provider.SessionIn(new Uri(again.Location!));
        await app.Provider.PayAsync(session);
        var paid = await app.VendAsync(session, Domain.Vends.VendStatus.Reserved);
        using var late = new Shopper(app);
        await late.AddAsync(1, 4);
        await late.ChooseAsync("price-1");
        var tooMany = await late.CheckOutAsync();

        Assert.Equal("price-1:300", before);
        Assert.Equal(422, changed.Status);
        Assert.Contains("Look at the total once more", changed.Text, StringComparison.Ordinal);
        Assert.Equal((303, 350), (again.Status, paid.Amount.Amount));
        Assert.Equal(422, tooMany.Status);
        Assert.Contains("only 3 at this place", tooMany.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_robot_that_is_away_takes_no_order_and_says_so_before_anybody_pays()
    {
        using var shopper = new Shopper(app);
        await app.GivenMachineAsync("away-1", "pickup");
        await shopper.AddAsync(1, 1);
        await shopper.ChooseAsync("robot-1");

        var answer = await shopper.CheckOutAsync();

        Assert.Equal(422, answer.Status);
        Assert.Contains("takes no orders at the moment", answer.Text, StringComparison.Ordinal);
    }
}
