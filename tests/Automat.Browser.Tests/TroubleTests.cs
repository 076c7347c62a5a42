using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Automat.Mqtt.Client;
using Automat.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>What customers see when the cabinet goes away before, during and after they paid.</summary>
public sealed class TroubleTests(RunningShop shop) : IClassFixture<RunningShop>
{
    private const string StripeKey = "sk_test_of_the_browser_tests";

    [Fact, Trait("Accepts", "S4-04")]
    public async Task An_absent_cabinet_says_so_before_anybody_pays()
    {
        await using var app = await TestApp.StartAsync();
        await using var customer = await shop.ComeAsync(other: app);
        var page = customer.Page;
        await page.GotoAsync("/");
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Galaxy Cabinet" })).ToContainTextAsync("Offline");
        await page.GotoAsync("/m/cab001");

        await Expect(page.Locator(".badge")).ToHaveTextAsync("Offline");
        await Expect(page.Locator("main button")).ToHaveCountAsync(0);
        await Expect(page.GetByText("so we do not sell")).ToBeVisibleAsync();
        await customer.LooksAtAsync("offline");
        customer.HasNoComplaints();
    }

    [Fact]
    public async Task A_cabinet_that_left_while_somebody_chose_costs_nothing()
    {
        await using var app = await TestApp.StartAsync();
        await using var customer = await shop.ComeAsync(other: app);
        await using (await CabinetAsync(app)) await customer.Page.GotoAsync("/m/cab001");

        await customer.ClicksAsync("Pay and play");

        await Expect(customer.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("We have just lost touch with the machine. Nothing was charged.");
        await customer.LooksAtAsync("left");
        customer.HasNoComplaints(expected: "422");
    }

    [Fact, Trait("Accepts", "S4-04")]
    public async Task Paid_while_the_cabinet_was_away_and_it_stays_away_the_money_is_back_and_the_page_says_why()
    {
        await using var app = await TestApp.StartAsync();
        await SetAsync(app, """{"take_within": 4}""");
        await using var customer = await shop.ComeAsync(other: app);
        await using (await CabinetAsync(app)) await ChooseAsync(customer);

        await customer.PaysAsync();

        await customer.ReadsAsync("Paid – the machine is next");
        await customer.LooksAtAsync("waiting");
        await customer.ReadsAsync("Your money is back");
        await Expect(customer.Page.Locator(".why")).ToHaveTextAsync("The machine lost its connection.");
        await Expect(customer.Page.Locator(".explain")).ToContainTextAsync("€2.00");
        await customer.LooksAtAsync("refunded");
        await customer.FollowsAsync("Receipt");
        await Expect(customer.Page.GetByText("Card · refunded")).ToBeVisibleAsync();
        await Expect(customer.Page.GetByText("tax on")).ToHaveCountAsync(0);
        await customer.LooksAtAsync("receipt-refunded");
        customer.HasNoComplaints();
    }

    [Fact, Trait("Accepts", "S4-04")]
    public async Task Paid_while_the_cabinet_was_away_and_it_comes_back_the_page_moves_on_within_a_second_or_two()
    {
        await using var app = await TestApp.StartAsync();
        await using var customer = await shop.ComeAsync(other: app);
        await using (await CabinetAsync(app)) await ChooseAsync(customer);
        await customer.PaysAsync();
        await customer.ReadsAsync("Paid – the machine is next");
        await customer.Page.EvaluateAsync("window.stillHere = true");

        await using var cabinet = await CabinetAsync(app);

        await Expect(customer.Headline).ToHaveTextAsync("Game on!", new() { Timeout = 10_000 });
        Assert.True(await customer.Page.EvaluateAsync<bool>("window.stillHere === true"), "The page was loaded again.");
        customer.HasNoComplaints();
    }

    [Fact, Trait("Accepts", "S4-04")]
    public async Task Without_JavaScript_the_page_loads_itself_again_until_the_game_is_on()
    {
        await using var app = await TestApp.StartAsync();
        await using var customer = await shop.ComeAsync(new Habits { JavaScript = false }, app);
        await using (await CabinetAsync(app)) await ChooseAsync(customer);
        await customer.PaysAsync();
        await customer.ReadsAsync("Paid – the machine is next");
        await customer.LooksAtAsync("waiting-without-javascript");
        await customer.FollowsAsync("Refresh");
        await customer.ReadsAsync("Paid – the machine is next");

        await using var cabinet = await CabinetAsync(app);

        await customer.ReadsAsync("Game on!");
        await customer.FollowsAsync("Receipt");
        await Expect(customer.Page.GetByText("Card · paid")).ToBeVisibleAsync();
        customer.HasNoComplaints();
    }

    [Fact, Trait("Accepts", "S4-04")]
    public async Task Whoever_pays_more_than_whole_credits_reads_what_goes_back()
    {
        await using var app = await TestApp.StartAsync(("Stripe:SecretKey", StripeKey));
        await using var cabinet = await CabinetAsync(app);
        await using var customer = await shop.ComeAsync(other: app);
        await customer.Page.GotoAsync(await PayPageAsync(app, cents: 250));

        await customer.PaysAsync();

        await customer.ReadsAsync("Game on!");
        await Expect(customer.Page.Locator(".credits")).ToContainTextAsync("2 credits");
        await Expect(customer.Page.Locator(".change")).ToContainTextAsync("€0.50");
        await customer.LooksAtAsync("playing-with-change");
        await customer.FollowsAsync("Receipt");
        await Expect(customer.Page.GetByRole(AriaRole.Row, new() { Name = "Total €2.00" })).ToBeVisibleAsync();
        await Expect(customer.Page.GetByText("Card · €2.50 · partly refunded")).ToBeVisibleAsync();
        await Expect(customer.Page.GetByText("More was paid than the price.")).ToBeVisibleAsync();
        await customer.LooksAtAsync("receipt-with-change");
        customer.HasNoComplaints();
    }

    /// <summary>A pay page that somebody with the operator's account made elsewhere.</summary>
    private static async Task<string> PayPageAsync(TestApp app, int cents)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Post, new Uri(app.Sandbox, "/v1/checkout/sessions"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["mode"] = "payment",
                ["success_url"] = $"{new Uri(app.Http, "/vends/")}{{CHECKOUT_SESSION_ID}}",
                ["metadata[machine_id]"] = "cab001",
                ["line_items[0][quantity]"] = "1",
                ["line_items[0][price_data][currency]"] = "eur",
                ["line_items[0][price_data][unit_amount]"] = cents.ToString(CultureInfo.InvariantCulture),
                ["line_items[0][price_data][product_data][name]"] = "Credits",
            }),
        };
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", StripeKey);
        using var answer = await app.Client.SendAsync(ask);
        using var session = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return session.RootElement.GetProperty("url").GetString()!;
    }

    private static async Task ChooseAsync(Customer customer)
    {
        await customer.Page.GotoAsync("/m/cab001");
        await customer.ChoosesCreditsAsync("2 credits", "Pay and play");
    }

    /// <summary>A cabinet of old: takes its pulses, says nothing.</summary>
    private static async Task<MqttClient> CabinetAsync(TestApp app)
    {
        var cabinet = new MqttClient(new MqttClientOptions
        {
            Port = app.MqttPort,
            UserName = "cab001",
            Password = TestApp.MachineSecret,
            ClientId = "cabinet",
        });
        await cabinet.ConnectAsync();
        await cabinet.SubscribeAsync("arcade/machine/cab001/coinpulse");
        return cabinet;
    }

    private static async Task SetAsync(TestApp app, string settings)
    {
        await using var connection = await app.Database.SuperuserConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "update machines set settings = $1::jsonb where id = 'cab001'";
        command.Parameters.AddWithValue(settings);
        await command.ExecuteNonQueryAsync();
    }
}
