using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Automat.Server;
using Automat.Server.Messages;
using Automat.Server.Platform;
using Automat.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace Automat.Scenarios;

/// <summary>Somebody's own front end at the root, and an existing one that goes its ways, page by page and call by call.</summary>
public sealed class ExistingFrontEndTests(ExistingFrontEndTests.OwnPages own) : IClassFixture<ExistingFrontEndTests.OwnPages>
{
    /// <summary>A shop of a robot whose pages lie in a folder.</summary>
    public sealed class OwnPages : IAsyncLifetime
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("automat-pages-");
        private readonly DirectoryInfo elsewhere = Directory.CreateTempSubdirectory("automat-elsewhere-");

        public TestApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await WriteAsync("index.html", "<!doctype html><title>Own shop</title><div id=app>first page</div>");
            foreach (var page in new[] { "paymentCode", "paymentError", "reportIssue", "adminLogin", "adminDashboard", "setInventory", "setPath", "viewActions" })
                await WriteAsync($"pages/{page}.html", $"<!doctype html><title>{page}</title>");
            await WriteAsync("assets/index-4f3a9c1b.js", "console.log('own')");
            await WriteAsync("images/candy.jpeg", "picture");
            await WriteAsync(".env", "SECRET=1");
            await WriteAsync(".git/config", "secret");
            await File.WriteAllTextAsync(Path.Combine(elsewhere.FullName, "secret.txt"), "secret");
            File.CreateSymbolicLink(Path.Combine(folder.FullName, "leak.txt"), Path.Combine(elsewhere.FullName, "secret.txt"));
            Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "leaks"), elsewhere.FullName);
            App = await TestApp.StartAsync(("Automat:Storefront:StaticRoot", folder.FullName));
        }

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            folder.Delete(recursive: true);
            elsewhere.Delete(recursive: true);
        }

        private async Task WriteAsync(string name, string text)
        {
            var path = Path.Combine(folder.FullName, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text);
        }
    }

    private readonly TestApp app = own.App;

    [Theory]
    [Trait("Accepts", "S0-01")]
    [Trait("Accepts", "S0-19")]
    [InlineData("/", "text/html", 200, "first page")]
    [InlineData("/index.html", "text/html", 200, "first page")]
    [InlineData("/some/way/of/theirs", "text/html", 200, "first page")]
    [InlineData("/pages/paymentCode.html?session_id=cs_1", "text/html", 200, "paymentCode")]
    [InlineData("/assets/index-4f3a9c1b.js", "*/*", 200, "own")]
    [InlineData("/images/favicon.svg", "*/*", 200, "svg")] // ours, where theirs has none
    [InlineData("/m/snack-1", "text/html", 200, "Snack Wall")]
    [InlineData("/shop", "text/html", 200, "Shop")]
    [InlineData("/panel", "text/html", 302, "")]
    [InlineData("/api/products", "*/*", 200, "Candy")]
    [InlineData("/api/nothing", "application/json", 404, "code")]
    [InlineData("/api/nothing", "text/html", 404, "")]
    [InlineData("/some/way/of/theirs", "application/json", 404, "code")]
    [InlineData("/missing.png", "text/html", 404, "")]
    [InlineData("/.env", "text/html", 404, "")]
    [InlineData("/.git/config", "text/html", 404, "")]
    [InlineData("/leak.txt", "text/html", 404, "")]
    [InlineData("/leaks/secret.txt", "text/html", 404, "")]
    [InlineData("/..%2f..%2fetc/passwd", "text/html", 404, "")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd", "text/html", 200, "first page")] // a browser's own dots are gone before it asks
    public async Task The_folder_is_served_beside_everything_the_server_answers_and_nothing_outside_of_it(
        string path, string accept, int status, string contains)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await app.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(contains, text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("root:", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_are_asked_for_anew_and_hashed_files_kept()
    {
        using var page = await app.Client.GetAsync("/pages/paymentCode.html");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/pages/paymentCode.html");
        again.Headers.IfNoneMatch.Add(page.Headers.ETag!);
        using var same = await app.Client.SendAsync(again);
        using var script = await app.Client.GetAsync("/assets/index-4f3a9c1b.js");
        using var head = await app.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/"));

        Assert.True(page.Headers.CacheControl!.NoCache);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(TimeSpan.FromDays(365), script.Headers.CacheControl!.MaxAge);
        Assert.Equal("text/javascript", script.Content.Headers.ContentType!.MediaType);
        Assert.Contains("default-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_or_has_no_first_page_keeps_the_server_from_starting()
    {
        var empty = Directory.CreateTempSubdirectory("automat-empty-");
        foreach (var (folder, says) in new[] { ("/nowhere/at/all", "there is no folder"), (empty.FullName, "has no index.html") })
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Automat:Storefront:StaticRoot"] = folder,
                ["Automat:Demo"] = "true",
            });

            var refused = await Assert.ThrowsAsync<SettingsException>(() => AutomatServer.StartAsync(builder, default));

            Assert.StartsWith("Automat__Storefront__StaticRoot", refused.Message, StringComparison.Ordinal);
            Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        }

        empty.Delete();
    }

    [Fact]
    [Trait("Accepts", "S0-01")]
    [Trait("Accepts", "S0-10")]
    [Trait("Accepts", "S0-14")]
    [Trait("Accepts", "S0-15")]
    [Trait("Accepts", "M6")]
    public async Task The_existing_shop_sells_page_by_page_with_one_request_for_the_code()
    {
        using var robot = await TestRobot.ConnectAsync(app);
        using var browser = Browser();
        Assert.Contains("first page", await browser.GetStringAsync("/index.html"), StringComparison.Ordinal);
        var products = await browser.GetFromJsonAsync<JsonElement>("/api/products");
        // Every product is in the cart, those nobody wants with nothing.
        var cart = products.EnumerateArray().ToDictionary(p => $"{p.GetProperty("id").GetInt32()}", p => p.GetProperty("id").GetInt32() is 1 or 3 ? 1 : 0);
        var pay = await ReadAsync(browser.PostAsJsonAsync("/api/create-checkout-session", new { items = cart }));
        var session = Provider.SessionIn(new Uri(pay.GetProperty("url").GetString()!));

        // The browser is back before the provider has told anything: one request, which waits.
        await app.Provider.MisbehaveAsync(new { webhooks = new { drop_next = 10 } });
        using var buyer = new RobotBuyer(app);
        await buyer.PayAsync(session);
        Assert.Contains("paymentCode", await browser.GetStringAsync($"/pages/paymentCode.html?session_id={session}"), StringComparison.Ordinal);
        var code = await ReadAsync(browser.GetAsync($"/api/get-code?session_id={session}"));
        await app.Provider.MisbehaveAsync(new { });
        var (number, email) = (code.GetProperty("code").GetString()!, code.GetProperty("email").GetString()!);
        Assert.Matches("^[0-9]{4}$", number);
        var command = $$"""{"type":"customer_queue","email":"{{email}}","code":"{{number}}"}""";
        for (var tab = 0; tab < 2; tab++)
        {
            var told = await ReadAsync(browser.PostAsJsonAsync("/api/robot-command", new { command }));
            Assert.Equal((command, "sent"), (told.GetProperty("command").GetString(), told.GetProperty("status").GetString()));
        }

        Assert.Equal(command, await robot.ReadAsync());
        await robot.ExpectSilenceAsync(TimeSpan.FromMilliseconds(300)); // told twice, served once
        Assert.Equal(number, (await app.VendOfAsync(session))!.Code);
    }

    [Fact]
    [Trait("Accepts", "S0-06")]
    [Trait("Accepts", "S0-07")]
    [Trait("Accepts", "S0-08")]
    [Trait("Accepts", "S0-09")]
    [Trait("Accepts", "S0-17")]
    public async Task The_existing_pages_of_staff_work_with_the_cookie_alone_and_reports_arrive()
    {
        using var browser = Browser();
        using (var before = await browser.GetAsync("/api/is-admin-active?username=admin1"))
        {
            Assert.Equal(HttpStatusCode.NotFound, before.StatusCode);
            Assert.Equal("""{"active":false}""", (await before.Content.ReadAsStringAsync()).Trim());
        }

        var wrong = await ReadAsync(browser.PostAsJsonAsync("/api/admin-login", new { username = "admin1", password = "no" }));
        Assert.False(wrong.GetProperty("success").GetBoolean());
        var login = await ReadAsync(browser.PostAsJsonAsync("/api/admin-login", new { username = "admin1", password = TestApp.Password }));
        Assert.True(login.GetProperty("success").GetBoolean());
        Assert.Equal("admin1", login.GetProperty("username").GetString());
        Assert.Contains("adminDashboard", await browser.GetStringAsync("/pages/adminDashboard.html"), StringComparison.Ordinal);
        Assert.True((await ReadAsync(browser.GetAsync("/api/is-admin-active?username=admin1"))).GetProperty("active").GetBoolean());

        Assert.Contains("setInventory", await browser.GetStringAsync("/pages/setInventory.html"), StringComparison.Ordinal);
        await ReadAsync(browser.GetAsync("/api/is-admin-active?username=admin1"));
        var first = (await ReadAsync(browser.GetAsync("/api/get-products")))[1].GetProperty("id").GetInt32();
        await ReadAsync(browser.GetAsync($"/api/get-inventory/{first}"));
        Assert.True((await ReadAsync(browser.PostAsJsonAsync("/api/update-activity", new { username = "admin1" }))).GetProperty("success").GetBoolean());
        Assert.True((await ReadAsync(browser.PostAsJsonAsync(
            "/api/update-inventory", new { product_id = $"{first}", inventory = "9", price = "1.25", username = "admin1" }))).GetProperty("success").GetBoolean());
        var now = await ReadAsync(browser.GetAsync($"/api/get-inventory/{first}"));
        Assert.Equal((9, 1.25m), (now.GetProperty("inventory").GetInt32(), now.GetProperty("price").GetDecimal()));

        Assert.Contains("viewActions", await browser.GetStringAsync("/pages/viewActions.html"), StringComparison.Ordinal);
        var act = (await ReadAsync(browser.GetAsync("/api/get-actions")))[0];
        Assert.Equal(("admin1", "Set Inventory"), (act.GetProperty("username").GetString(), act.GetProperty("type_name").GetString()));

        var reply = await ReadAsync(browser.PostAsJsonAsync("/api/message", new { text = "The lid sticks" }));
        Assert.Equal("Thank you for your message: The lid sticks", reply.GetProperty("reply").GetString());
        Assert.Equal(1, await app.QueryAsync(db => db.Set<CustomerMessage>().CountAsync(m => m.Text == "The lid sticks")));
    }

    private HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = app.Http };

    private static async Task<JsonElement> ReadAsync(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }
}
