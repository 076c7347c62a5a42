using System.Net;
using System.Text.RegularExpressions;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>What a customer's browser gets: the machines, the order, the progress, the receipt.</summary>
public sealed partial class CustomerPagesTests(RobotContractTests.Shop shop) : IClassFixture<RobotContractTests.Shop>
{
    [Fact]
    public async Task The_list_and_the_machines_say_before_paying_what_can_be_bought()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        var offline = await PageAsync(buyer, "/m/robot-1");
        Assert.DoesNotContain("<form", offline, StringComparison.Ordinal);
        using var robot = await TestRobot.ConnectAsync(app);

        var list = await PageAsync(buyer, "/");
        foreach (var machine in new[] { "cab001", "robot-1", "snack-1", "fridge-1" })
        {
            Assert.Contains($"/m/{machine}", list, StringComparison.Ordinal);
        }

        var online = await PageAsync(buyer, "/m/robot-1");
        Assert.Contains("action=\"/m/robot-1/checkout\"", online, StringComparison.Ordinal);
        Assert.Contains("Candy", online, StringComparison.Ordinal);
        Assert.Contains("€1.50", online, StringComparison.Ordinal);
        Assert.Contains("/images/products/candy.svg", online, StringComparison.Ordinal);
        foreach (var machine in new[] { "snack-1", "fridge-1" })
        {
            Assert.DoesNotContain("<form", await PageAsync(buyer, $"/m/{machine}"), StringComparison.Ordinal);
        }

        await buyer.ChangeAsync("update slots set stock = 0 where machine_id = 'robot-1' and code = 'A1'");
        var soldOut = await PageAsync(buyer, "/m/robot-1");
        Assert.DoesNotContain("value=\"A1\"", soldOut, StringComparison.Ordinal);
        Assert.Contains("Candy", soldOut, StringComparison.Ordinal);
        Assert.Contains("Sold out", soldOut, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_order_leads_to_the_pay_page_then_to_the_code_then_to_the_receipt()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        using var ordered = await OrderAsync(buyer, ("A1", "2"), ("A2", "0"));
        Assert.Equal(HttpStatusCode.SeeOther, ordered.StatusCode);
        Assert.StartsWith($"{app.Sandbox}c/pay/cs_test_", ordered.Headers.Location!.ToString(), StringComparison.Ordinal);
        var session = ordered.Headers.Location.Segments[^1];
        var token = await TokenAsync(buyer, session);
        Assert.Contains("data-stage=\"AwaitingPayment\"", await PageAsync(buyer, $"/vends/{token}"), StringComparison.Ordinal);

        using var events = await buyer.Browser.GetAsync(
            $"/vends/{token}/events", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", events.Content.Headers.ContentType!.MediaType);
        using var live = new StreamReader(await events.Content.ReadAsStreamAsync());
        await UntilAsync(live, "AwaitingPayment");
        await buyer.PayAsync(session);
        await UntilAsync(live, "CodeReady");
        var code = (await buyer.SaleAsync(session)).Code!;
        Assert.Contains("data-stage=\"CodeReady\"", await PageAsync(buyer, $"/vends/{session}"), StringComparison.Ordinal);
        Assert.Contains(code, DigitsOf(await PageAsync(buyer, $"/vends/{token}")), StringComparison.Ordinal);
        using (var back = await buyer.Browser.GetAsync($"/pages/paymentCode.html?session_id={session}"))
        {
            Assert.Equal($"/vends/{session}", back.Headers.Location!.ToString());
        }

        await robot.ReadAsync();
        await robot.SayAsync($$"""{"type":"delivered","code":"{{code}}"}""");
        await UntilAsync(live, "Delivered");
        Assert.DoesNotContain("data-stage", await live.ReadToEndAsync(), StringComparison.Ordinal); // it ends by itself

        var receipt = await PageAsync(buyer, $"/receipts/{token}");
        Assert.Contains("Candy", receipt, StringComparison.Ordinal);
        Assert.Contains("€3.00", receipt, StringComparison.Ordinal);
        Assert.Contains("19", receipt, StringComparison.Ordinal);
        Assert.Contains("€0.48", receipt, StringComparison.Ordinal); // 19 % in 3.00
        Assert.Contains("class=\"proof\"", receipt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_delivery_says_why_and_the_receipt_shows_the_refund()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        using var ordered = await OrderAsync(buyer, ("A1", "1"));
        var session = ordered.Headers.Location!.Segments[^1];
        var token = await TokenAsync(buyer, session);
        await buyer.PayAsync(session);
        await robot.ReadAsync();
        await robot.SayAsync($$"""{"type":"failed","code":"{{(await buyer.SaleAsync(session)).Code}}"}""");
        await buyer.RefundAsync(session);

        var page = await PageAsync(buyer, $"/vends/{token}");
        Assert.Contains("data-stage=\"Refunded\"", page, StringComparison.Ordinal);
        Assert.Contains("data-final", page, StringComparison.Ordinal);
        var receipt = await PageAsync(buyer, $"/receipts/{token}");
        Assert.Matches("(?s)<dt>Refund</dt>.*€1[.]50", receipt);
        Assert.DoesNotContain("class=\"tax\"", receipt, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Accepts", "S0-trap-V10")]
    [InlineData("A1", "0")]
    [InlineData("A1", "-1")]
    [InlineData("A1", "11")]
    [InlineData("A1", "99999999999999999999")]
    [InlineData("A1", "1.5")]
    [InlineData("Z9", "1")]
    [InlineData("<script>", "1")]
    public async Task A_refused_order_comes_back_as_the_page_with_the_reason(string slot, string quantity)
    {
        var app = shop.App;
        using var buyer = new RobotBuyer(app);
        using var answer = await OrderAsync(buyer, (slot, quantity));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("id=\"refusal\"", page, StringComparison.Ordinal);
        Assert.Contains("action=\"/m/robot-1/checkout\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_without_its_forgery_token_comes_back_as_the_page()
    {
        var app = shop.App;
        using var buyer = new RobotBuyer(app);
        using var answer = await buyer.Browser.PostAsync("/m/robot-1/checkout", new FormUrlEncodedContent(
            [new("slot", "A1"), new("quantity", "1")]));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("id=\"refusal\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/vends/AAAAAAAAAAAAAAAAAAAAAA", "text/html")]
    [InlineData("/vends/cs_test_nobody", "text/html")]
    [InlineData("/vends/AAAAAAAAAAAAAAAAAAAAAA/events", "text/event-stream")]
    [InlineData("/receipts/AAAAAAAAAAAAAAAAAAAAAA", "text/html")]
    [InlineData("/receipts/cs_test_nobody", "text/html")]
    [InlineData("/m/nobody", "text/html")]
    [InlineData("/m/nobody/qr.svg", "image/svg+xml")]
    [InlineData("/m/a%2Fb%23", "text/html")]
    [InlineData("/nothing/here", "text/html")]
    [InlineData("/nothing/here", "application/json")]
    [InlineData("/images/../appsettings.json", "application/json")]
    public async Task What_is_not_there_is_not_found(string path, string accept)
    {
        var app = shop.App;
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(accept);
        using var answer = await app.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        CheckHeaders(answer);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    [InlineData("es")]
    public async Task Pages_speak_the_language_asked_for(string language)
    {
        var app = shop.App;
        using var buyer = new RobotBuyer(app);
        foreach (var path in new[] { "/", "/m/robot-1", "/m/snack-1", "/m/cab001" })
        {
            Assert.Contains(
                $"<html lang=\"{language}\"", await PageAsync(buyer, $"{path}?lang={language}"), StringComparison.Ordinal);
        }

        if (language == "de")
        {
            Assert.Matches("1,50.€", WebUtility.HtmlDecode(await PageAsync(buyer, "/m/robot-1?lang=de")));
        }
    }

    [Fact]
    public async Task Every_page_forbids_what_it_does_not_need_and_loads_nothing_from_elsewhere()
    {
        var app = shop.App;
        using var buyer = new RobotBuyer(app);
        foreach (var path in new[] { "/", "/m/robot-1", "/m/cab001", "/m/fridge-1", "/nothing" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Accept.ParseAdd("text/html");
            using var answer = await buyer.Browser.SendAsync(request);
            CheckHeaders(answer);
            var page = await answer.Content.ReadAsStringAsync();
            foreach (Match loaded in Loads().Matches(page))
            {
                Assert.Matches("^(/[^/]|#|data:)", loaded.Groups[1].Value + " ");
            }

            Assert.DoesNotMatch("<script(?![^>]* src=)|\\son[a-z]+=|\\sstyle=", page);
        }
    }

    [Fact]
    public async Task The_code_to_print_on_a_machine_is_a_picture()
    {
        var app = shop.App;
        var svg = await app.Client.GetStringAsync("/m/robot-1/qr.svg");
        Assert.Contains("<svg", svg, StringComparison.Ordinal);
        var png = await app.Client.GetByteArrayAsync("/m/robot-1/qr.png");
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], png[..4]);
    }

    private static void CheckHeaders(HttpResponseMessage answer)
    {
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.False(answer.Headers.Contains("Server"));
    }

    private static async Task<string> PageAsync(RobotBuyer buyer, string path)
    {
        using var answer = await buyer.Browser.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        CheckHeaders(answer);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<HttpResponseMessage> OrderAsync(
        RobotBuyer buyer, params (string Slot, string Quantity)[] wishes)
    {
        var token = Forgery().Match(await buyer.Browser.GetStringAsync("/m/robot-1")).Groups[1].Value;
        List<KeyValuePair<string, string>> form = [new("__RequestVerificationToken", token)];
        foreach (var (slot, quantity) in wishes)
        {
            form.Add(new("slot", slot));
            form.Add(new("quantity", quantity));
        }

        return await buyer.Browser.PostAsync("/m/robot-1/checkout", new FormUrlEncodedContent(form));
    }

    /// <summary>The secret of the customer's link, as the provider was told to send the customer back to it.</summary>
    private static async Task<string> TokenAsync(RobotBuyer buyer, string session)
    {
        var state = (await buyer.SandboxAsync(HttpMethod.Get, "state")).GetRawText();
        Assert.Contains(session, state, StringComparison.Ordinal);
        return Link().Match(state).Groups[1].Value;
    }

    private static async Task UntilAsync(StreamReader live, string stage)
    {
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await live.ReadLineAsync(over.Token) is { } line)
        {
            if (line.Contains($"data-stage=\"{stage}\"", StringComparison.Ordinal)) return;
        }

        Assert.Fail($"The events ended before {stage}.");
    }

    private static string DigitsOf(string page) => Tags().Replace(page, "").Replace(" ", "", StringComparison.Ordinal);

    [GeneratedRegex("<[^>]*>|\\s")]
    private static partial Regex Tags();

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex Forgery();

    [GeneratedRegex("/vends/([A-Za-z0-9_-]{22})")]
    private static partial Regex Link();

    [GeneratedRegex("<(?:script|img|link|iframe|source|use)[^>]* (?:src|href)=\"([^\"]*)\"")]
    private static partial Regex Loads();
}
