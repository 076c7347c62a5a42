using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>What existing web shops of a robot send and read, byte for byte.</summary>
public sealed class RobotContractTests(RobotContractTests.Shop shop) : IClassFixture<RobotContractTests.Shop>
{
    private const string Sold = """{"error":"Not enough inventory for product """;

    /// <summary>One server with a robot for all tests of the class: none of them changes what another looks at.</summary>
    public sealed class Shop : IAsyncLifetime
    {
        public TestApp App { get; private set; } = null!;

        public TestRobot Robot { get; private set; } = null!;

        public RobotBuyer Buyer { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            App = await TestApp.StartAsync();
            Buyer = new RobotBuyer(App);
            Robot = await TestRobot.ConnectAsync(App);
        }

        public async ValueTask DisposeAsync()
        {
            Robot.Dispose();
            Buyer.Dispose();
            await App.DisposeAsync();
        }
    }

    [Fact]
    [Trait("Accepts", "S0-04")]
    public async Task Products_have_the_keys_and_types_the_shop_reads()
    {
        using var answer = await shop.Buyer.Browser.GetAsync("/api/products");
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.StartsWith(
            """[{"id":1,"image_url":"/images/products/candy.svg","inventory":""", body, StringComparison.Ordinal);
        Assert.DoesNotContain(": ", body, StringComparison.Ordinal);
        var products = JsonDocument.Parse(body).RootElement.EnumerateArray().ToList();
        Assert.Equal([1, 2, 3, 4, 6, 17, 18, 19], products.Select(p => p.GetProperty("id").GetInt32()));
        Assert.Equal(1.5m, products[0].GetProperty("price").GetDecimal());
        Assert.Equal("Candy", products[0].GetProperty("name").GetString());
        Assert.All(products, product =>
        {
            Assert.Equal(
                ["id", "image_url", "inventory", "name", "price"], product.EnumerateObject().Select(p => p.Name));
            Assert.True(product.GetProperty("inventory").TryGetInt32(out _));
            Assert.Equal(JsonValueKind.Number, product.GetProperty("price").ValueKind);
        });
        using var picture = await shop.Buyer.Browser.GetAsync(products[0].GetProperty("image_url").GetString());
        Assert.True(picture.IsSuccessStatusCode);
    }

    [Fact]
    [Trait("Accepts", "S0-10")]
    public async Task A_cart_with_its_zeros_opens_a_pay_page()
    {
        var (status, body) = await RobotBuyer.ReadAsync(
            shop.Buyer.AskAsync(new Dictionary<string, object> { ["1"] = 1, ["2"] = 0, ["3"] = "1" }));
        Assert.Equal(200, status);
        Assert.StartsWith($$"""{"url":"{{shop.App.Sandbox}}c/pay/cs_test_""", body, StringComparison.Ordinal);
        Assert.Equal(["url"], JsonDocument.Parse(body).RootElement.EnumerateObject().Select(p => p.Name));
        var session = await shop.Buyer.SandboxAsync(HttpMethod.Get, "state");
        Assert.Contains("\"amount_total\":325", session.GetRawText(), StringComparison.Ordinal); // cents, never floats
        Assert.Contains(
            $"{shop.App.Http}pages/paymentCode.html?session_id={{CHECKOUT_SESSION_ID}}", session.GetRawText(),
            StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Accepts", "S0-trap-V10")]
    [InlineData("""{"items":{"18":99}}""", Sold + """18"}""")]
    [InlineData("""{"items":{"4":11}}""", Sold + """4"}""")]
    [InlineData("""{"items":{"1":2147483647}}""", Sold + """1"}""")]
    [InlineData("""{"items":{"4711":1}}""", """{"error":"Product not found"}""")]
    [InlineData("""{"items":{"toString":1}}""", """{"error":"Product not found"}""")]
    [InlineData("""{"items":{"8":1}}""", """{"error":"Product not found"}""")]
    [InlineData("""{"items":{}}""", """{"error":"The cart is empty."}""")]
    [InlineData("""{"items":{"1":0,"2":0}}""", """{"error":"The cart is empty."}""")]
    [InlineData("""{}""", """{"error":"The cart is empty."}""")]
    [InlineData("""{"items":null}""", """{"error":"The cart is empty."}""")]
    [InlineData("""{"items":{"1":-1}}""", """{"error":"Quantity of product 1 is negative."}""")]
    [InlineData("""{"items":{"1":1,"2":-5}}""", """{"error":"Quantity of product 2 is negative."}""")]
    [InlineData("""{"items":{"1":1.5}}""", """{"error":"Quantities are whole numbers."}""")]
    [InlineData("""{"items":{"1":1e30}}""", """{"error":"Quantities are whole numbers."}""")]
    [InlineData("""{"items":{"1":"two"}}""", """{"error":"Quantities are whole numbers."}""")]
    [InlineData("""{"items":{"1":[1]}}""", """{"error":"Quantities are whole numbers."}""")]
    [InlineData("""{"items":{"1":1},"machine":"robot-9"}""", """{"error":"There is no such robot."}""")]
    public async Task A_cart_that_cannot_be_sold_is_refused_with_a_sentence(string cart, string error) =>
        Assert.Equal((400, error), await RobotBuyer.ReadAsync(shop.Buyer.Browser.PostAsync(
            "/api/create-checkout-session", new StringContent(cart, Encoding.UTF8, "application/json"))));

    [Theory]
    [InlineData("{", "application/json", 400)]
    [InlineData("[]", "application/json", 400)]
    [InlineData("", "application/json", 400)]
    [InlineData("""{"items":[1]}""", "application/json", 400)]
    [InlineData("items=1", "text/plain", 415)]
    public async Task What_is_no_cart_at_all_is_a_problem_and_no_stack_trace(string cart, string type, int status)
    {
        var (got, body) = await RobotBuyer.ReadAsync(shop.Buyer.Browser.PostAsync(
            "/api/create-checkout-session", new StringContent(cart, Encoding.UTF8, type)));
        Assert.Equal(status, got);
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
        Assert.True(JsonDocument.Parse(body).RootElement.TryGetProperty("code", out _));
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/create-checkout-session")
        {
            Content = new StringContent(new string(' ', 2_000_000), Encoding.UTF8, "application/json"),
        };
        request.Headers.ExpectContinue = true; // so that the refusal is read before the line is cut
        var (status, _) = await RobotBuyer.ReadAsync(shop.Buyer.Browser.SendAsync(request));
        Assert.Equal(413, status);
    }

    [Fact]
    [Trait("Accepts", "S0-16")]
    public async Task A_command_of_staff_reaches_the_robot_as_one_exact_frame()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        Assert.Equal(
            (200, """{"command":"Hello from frontend!","status":"sent"}"""),
            await RobotBuyer.ReadAsync(StaffCommandAsync(buyer, "Hello from frontend!")));
        byte[] expected = [0, 0, 0, 0x14, .. "Hello from frontend!"u8];
        Assert.Equal(expected, await robot.ReadFrameAsync(TimeSpan.FromSeconds(60)));

        using (var login = await buyer.Browser.PostAsJsonAsync(
            "/api/admin-login", new { username = "admin1", password = TestApp.Password }))
        {
            login.EnsureSuccessStatusCode();
        }

        Assert.Equal(
            (200, """{"command":"a","status":"sent"}"""),
            await RobotBuyer.ReadAsync(CommandAsync(buyer, " W+s+a ")));
        Assert.Equal("a", await robot.ReadAsync());
        Assert.Equal(
            (200, """{"command":"{\"x\":\"a+b\"}","status":"sent"}"""),
            await RobotBuyer.ReadAsync(CommandAsync(buyer, """{"x":"a+b"}""")));
        Assert.Equal("""{"x":"a+b"}""", await robot.ReadAsync());
        Assert.Equal(
            (200, """{"command":"Grüß Gott €","status":"sent"}"""),
            await RobotBuyer.ReadAsync(CommandAsync(buyer, "Grüß Gott €")));
        Assert.Equal("Grüß Gott €", await robot.ReadAsync());
        Assert.Equal(
            (400, """{"error":"Command became empty after sanitization"}"""),
            await RobotBuyer.ReadAsync(CommandAsync(buyer, "w+S+ArrowUp+arrowdown")));

        robot.Dispose();
        await RobotLineTests.GoneAsync(buyer);
        Assert.Equal(
            (503, """{"command":"Hello","status":"robot_disconnected"}"""),
            await RobotBuyer.ReadAsync(CommandAsync(buyer, "Hello")));
        Assert.Equal(
            (503, """{"error":"Pick-up Robot cannot sell right now."}"""),
            await RobotBuyer.ReadAsync(buyer.AskAsync(new Dictionary<string, int> { ["1"] = 1 })));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"command":null}""")]
    [InlineData("""{"command":5}""")]
    [InlineData("""{"command":["a"]}""")]
    [InlineData("""{"command":""}""")]
    [InlineData("""{"command":"   "}""")]
    public async Task A_command_that_is_no_text_is_refused(string body) => Assert.Equal(
        (400, """{"error":"Missing required string field: command"}"""),
        await RobotBuyer.ReadAsync(shop.Buyer.Browser.PostAsync(
            "/api/robot-command", new StringContent(body, Encoding.UTF8, "application/json"))));

    [Fact]
    [Trait("Accepts", "S0-trap-V1")]
    [Trait("Accepts", "M13")]
    public async Task Nobody_opens_the_robot_with_a_code_of_their_own_making()
    {
        using var stranger = new RobotBuyer(shop.App);
        var session = await shop.Buyer.BuyAsync(new Dictionary<string, int> { ["2"] = 1 });
        var real = await shop.Buyer.FrameOfAsync(session);
        Assert.Equal(real, await shop.Robot.ReadAsync());
        string[] attempts =
        [
            """{"type":"customer_queue","email":"","code":"1234"}""", real,
            """{"type":"customer_queue","email":""}""", """{"type":"customer_queue","code":1234}""",
            """{ "code":"1234", "type":"customer_queue" }""",
        ];
        foreach (var attempt in attempts)
        {
            var (status, body) = await RobotBuyer.ReadAsync(CommandAsync(stranger, attempt));
            Assert.Equal(403, status);
            Assert.DoesNotContain("\"sent\"", body, StringComparison.Ordinal);
        }

        foreach (var attempt in new[] { "Hello from frontend!", "w", """{"type":"open"}""", "{\"type\":\"customer_queue\"" })
        {
            Assert.Equal(401, (await RobotBuyer.ReadAsync(CommandAsync(stranger, attempt))).Status);
        }

        await shop.Robot.ExpectSilenceAsync(TimeSpan.FromMilliseconds(400));

        // The browser that was shown the code may confirm its own message, as often as it likes, and no other.
        await shop.Buyer.Browser.GetAsync($"/api/get-code?session_id={session}");
        for (var i = 0; i < 2; i++)
        {
            var (status, body) = await RobotBuyer.ReadAsync(CommandAsync(shop.Buyer, real));
            Assert.Equal(200, status);
            using var json = JsonDocument.Parse(body);
            Assert.Equal(["command", "status"], json.RootElement.EnumerateObject().Select(p => p.Name));
            Assert.Equal(real, json.RootElement.GetProperty("command").GetString());
            Assert.Equal("sent", json.RootElement.GetProperty("status").GetString());
        }

        var own = JsonDocument.Parse(real).RootElement.GetProperty("code").GetString()!;
        var other = real.Replace(own, own == "1234" ? "4321" : "1234", StringComparison.Ordinal);
        Assert.Equal(403, (await RobotBuyer.ReadAsync(CommandAsync(shop.Buyer, other))).Status);
        await shop.Robot.ExpectSilenceAsync(TimeSpan.FromMilliseconds(400));
    }

    [Fact]
    [Trait("Accepts", "S0-17")]
    public async Task A_message_is_kept_and_echoed()
    {
        Assert.Equal(
            (200, """{"reply":"Thank you for your message: The lid <b>sticks</b> & 'jams'"}"""),
            await RobotBuyer.ReadAsync(shop.Buyer.Browser.PostAsJsonAsync(
                "/api/message", new { text = "The lid <b>sticks</b> & 'jams'" })));
        Assert.Equal(422, (await RobotBuyer.ReadAsync(
            shop.Buyer.Browser.PostAsJsonAsync("/api/message", new { text = "" }))).Status);
        Assert.Equal(422, (await RobotBuyer.ReadAsync(
            shop.Buyer.Browser.PostAsJsonAsync("/api/message", new { text = new string('x', 4_001) }))).Status);
    }

    internal static Task<HttpResponseMessage> CommandAsync(RobotBuyer buyer, string command) =>
        buyer.Browser.PostAsJsonAsync("/api/robot-command", new { command });

    private static Task<HttpResponseMessage> StaffCommandAsync(RobotBuyer buyer, string command) =>
        buyer.AsStaffAsync(HttpMethod.Post, "/api/robot-command", new { command });
}
