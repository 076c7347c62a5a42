using System.Net.Http.Json;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>The stock pages of a robot's existing web shop: answered as they know it, but for nobody who is not signed in.</summary>
public sealed class ExistingStockClientTests
{
    [Fact]
    [Trait("Accepts", "S0-07")]
    [Trait("Accepts", "S0-09")]
    [Trait("Accepts", "S0-trap-V4")]
    public async Task Stock_is_read_counted_and_told_as_existing_pages_do()
    {
        await using var app = await TestApp.StartAsync();
        using var stranger = new RobotBuyer(app);
        using var admin = new RobotBuyer(app);
        await admin.Browser.PostAsJsonAsync("/api/admin-login", new { username = "admin1", password = TestApp.Password });

        foreach (var (method, path) in new[]
        {
            ("GET", "/api/get-products"), ("GET", "/api/get-inventory/1"), ("GET", "/api/get-actions"), ("GET", "/api/robot-status"),
            ("POST", "/api/update-inventory"), ("PUT", "/api/update-inventory"), ("POST", "/api/add-product"), ("POST", "/api/remove-product"),
        })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            Assert.Equal(401, (await RobotBuyer.ReadAsync(stranger.Browser.SendAsync(request))).Status);
        }

        var (_, products) = await RobotBuyer.ReadAsync(admin.Browser.GetAsync("/api/get-products"));
        Assert.StartsWith("""[{"id":1,"name":"Candy"},{"id":2,"name":"Chips"}""", products, StringComparison.Ordinal);
        Assert.Equal((200, """{"inventory":10,"price":1.5}"""), await InventoryAsync(admin, 1));

        var update = new { product_id = "1", inventory = "37", price = "1.15", username = "somebody else" };
        Assert.Equal((200, """{"success":true}"""), await PostAsync(admin, "/api/update-inventory", update));

        Assert.Equal((200, """{"inventory":37,"price":1.15}"""), await InventoryAsync(admin, 1));
        var (_, actions) = await RobotBuyer.ReadAsync(admin.Browser.GetAsync("/api/get-actions"));
        Assert.Matches("""^\[\{"action_time":"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d","type_name":"Set Inventory","username":"admin1"\}\]$""", actions);
    }

    [Theory]
    [Trait("Accepts", "S0-07")]
    [InlineData("""{"product_id":"99","inventory":"1","price":"1"}""", 404)]
    [InlineData("""{"product_id":"1","inventory":"abc","price":"1"}""", 422)]
    [InlineData("""{"product_id":"1","inventory":"-1","price":"1"}""", 422)]
    [InlineData("""{"product_id":"1","inventory":"1","price":""}""", 422)]
    [InlineData("""{"product_id":"1","inventory":"1","price":"1.155"}""", 422)]
    [InlineData("""{"product_id":"1","inventory":"1","price":0}""", 422)]
    public async Task What_makes_no_sense_is_refused_and_changes_nothing(string body, int status)
    {
        await using var app = await TestApp.StartAsync();
        using var admin = new RobotBuyer(app);
        await admin.Browser.PostAsJsonAsync("/api/admin-login", new { username = "admin1", password = TestApp.Password });

        var answer = await RobotBuyer.ReadAsync(admin.Browser.PostAsync(
            "/api/update-inventory", new StringContent(body, System.Text.Encoding.UTF8, "application/json")));

        Assert.Equal(status, answer.Status);
        Assert.Equal((200, """{"inventory":10,"price":1.5}"""), await InventoryAsync(admin, 1));
        Assert.Equal((200, "[]"), await RobotBuyer.ReadAsync(admin.Browser.GetAsync("/api/get-actions")));
    }

    [Fact]
    [Trait("Accepts", "S0-07")]
    public async Task A_product_comes_and_goes()
    {
        await using var app = await TestApp.StartAsync();
        using var admin = new RobotBuyer(app);
        await admin.Browser.PostAsJsonAsync("/api/admin-login", new { username = "admin1", password = TestApp.Password });

        Assert.Equal(
            (200, """{"image_url":"/images/default.jpg","inventory":0,"name":"Wafers","price":"0.75","product_id":23,"success":true}"""),
            await PostAsync(admin, "/api/add-product", new { new_product_name = "Wafers", new_product_price = "0.75" }));
        Assert.Equal((200, """{"inventory":0,"price":0.75}"""), await InventoryAsync(admin, 23));
        Assert.Equal((200, """{"success":true}"""), await PostAsync(admin, "/api/remove-product", new { product_id = 23 }));
        Assert.Equal((404, """{"error":"Product not found","success":false}"""), await PostAsync(admin, "/api/remove-product", new { product_id = 23 }));
        Assert.Equal((400, """{"error":"Product ID is required","success":false}"""), await PostAsync(admin, "/api/remove-product", new { }));
    }

    private static Task<(int Status, string Body)> InventoryAsync(RobotBuyer who, int product) =>
        RobotBuyer.ReadAsync(who.Browser.GetAsync($"/api/get-inventory/{product}"));

    private static Task<(int Status, string Body)> PostAsync(RobotBuyer who, string path, object body) =>
        RobotBuyer.ReadAsync(who.Browser.PostAsJsonAsync(path, body));
}
