using System.Text.RegularExpressions;
using Automat.Domain.Vends;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>Buying from the running product as customers do: every page is the real one, every machine speaks its protocol.</summary>
public sealed partial class PurchaseTests(RunningShop shop) : IClassFixture<RunningShop>
{
    [Fact, Trait("Accepts", "S4-04"), Trait("Accepts", "S1-05")]
    public async Task Credits_are_chosen_paid_played_and_on_the_receipt()
    {
        await using var customer = await shop.ComeAsync();
        var page = customer.Page;
        await page.GotoAsync("/");
        await customer.LooksAtAsync("list");
        await customer.FollowsAsync("Galaxy Cabinet");
        await customer.ReadsAsync("Galaxy Cabinet");
        await customer.LooksAtAsync("cabinet");
        await customer.ChoosesCreditsAsync("2 credits", "Pay and play");
        await customer.LooksAtAsync("pay");

        await customer.PaysAsync();

        await customer.ReadsAsync("Game on!");
        await Expect(page.Locator(".credits")).ToContainTextAsync("2 credits");
        await customer.LooksAtAsync("playing");
        await customer.FollowsAsync("Receipt");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "Game credit 2 × €1.00 €2.00" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "Total €2.00" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "Includes 19 % tax on €1.68 €0.32" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Card · paid")).ToBeVisibleAsync();
        await customer.LooksAtAsync("receipt");
        customer.HasNoComplaints();
    }

    [Fact, Trait("Accepts", "S0-10"), Trait("Accepts", "S0-14")]
    public async Task A_cart_is_paid_and_collected_with_the_code_on_the_page()
    {
        await using var customer = await shop.ComeAsync();
        var page = customer.Page;
        await page.GotoAsync("/m/robot-1");
        await page.GetByRole(AriaRole.Spinbutton, new() { Name = "Quantity of Candy" }).FillAsync("2");
        await page.GetByRole(AriaRole.Button, new() { Name = "One Chips more" }).ClickAsync();
        await Expect(page.Locator("[data-total-amount]")).ToHaveTextAsync("€5.00");
        await customer.LooksAtAsync("robot");
        await customer.ClicksAsync("Go to payment");
        await customer.LooksAtAsync("pay-cart");

        await customer.PaysAsync();

        await customer.ReadsAsync("Here is your code");
        var code = await page.Locator(".code > [aria-hidden]").InnerTextAsync();
        Assert.Matches(FourDigits(), code);
        Assert.True(await shop.App.QueryAsync(db => db.Set<Vend>().AnyAsync(v => v.Code == code && v.Amount.Amount == 500)));
        await customer.LooksAtAsync("code");
        await customer.ReadsAsync("Enjoy!");
        await customer.LooksAtAsync("collected");
        customer.HasNoComplaints();
    }

    [Fact]
    public async Task A_declined_card_is_told_on_the_pay_page_and_another_one_pays()
    {
        await using var customer = await shop.ComeAsync(new Habits { Screen = (1280, 900) });
        await customer.Page.GotoAsync("/m/cab001");
        await customer.ChoosesCreditsAsync("1 credit", "Pay and play");
        await customer.PaysAsync("4000 0000 0000 0002");
        await Expect(customer.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Your card was declined.");
        await customer.LooksAtAsync("declined");

        await customer.PaysAsync();

        await customer.ReadsAsync("Game on!");
        customer.HasNoComplaints(expected: "402");
    }

    [Fact]
    public async Task Giving_up_on_the_pay_page_leads_back_to_the_machine()
    {
        await using var customer = await shop.ComeAsync();
        await customer.Page.GotoAsync("/m/cab001");
        await customer.ChoosesCreditsAsync("5 credits", "Pay and play");

        await customer.ClicksAsync("Cancel");

        await customer.ReadsAsync("Galaxy Cabinet");
        await Expect(customer.Page).ToHaveURLAsync(new Uri(shop.App.Http, "/m/cab001").ToString());
        customer.HasNoComplaints();
    }

    [Theory]
    [InlineData("de-DE", ColorScheme.Dark, 390, "2 Credits", "Bezahlen und spielen", "Viel Spaß beim Spielen!", "Beleg", "Karte · bezahlt")]
    [InlineData("es-ES", ColorScheme.Light, 1280, "2 créditos", "Pagar y jugar", "¡A jugar!", "Recibo", "Tarjeta · pagado")]
    public async Task Customers_buy_in_their_language_and_light(
        string locale, ColorScheme light, int width, string offer, string pay, string played, string receipt, string paid)
    {
        await using var customer = await shop.ComeAsync(new Habits { Locale = locale, Light = light, Screen = (width, 844) });
        await customer.Page.GotoAsync("/");
        await customer.LooksAtAsync("list");
        await customer.Page.GetByRole(AriaRole.Link, new() { Name = "Galaxy Cabinet" }).ClickAsync();
        await customer.LooksAtAsync("cabinet");
        await customer.ChoosesCreditsAsync(offer, pay);
        await customer.LooksAtAsync("pay");

        await customer.PaysAsync();

        await customer.ReadsAsync(played);
        await customer.LooksAtAsync("playing");
        await customer.FollowsAsync(receipt);
        await Expect(customer.Page.GetByText(paid)).ToBeVisibleAsync();
        await customer.LooksAtAsync("receipt");
        customer.HasNoComplaints();
    }

    [Fact]
    public async Task A_keyboard_is_enough()
    {
        await using var customer = await shop.ComeAsync(new Habits { Screen = (1280, 844) });
        var page = customer.Page;
        await page.GotoAsync("/");
        await customer.TabsToAsync(page.GetByRole(AriaRole.Link, new() { Name = "Galaxy Cabinet" }));
        await page.Keyboard.PressAsync("Enter");
        await customer.ReadsAsync("Galaxy Cabinet");
        await customer.TabsToAsync(page.GetByRole(AriaRole.Radio, new() { Name = "1 credit" }));
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.GetByRole(AriaRole.Radio, new() { Name = "2 credits" })).ToBeCheckedAsync();
        await customer.TabsToAsync(page.GetByRole(AriaRole.Button, new() { Name = "Pay and play" }));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByLabel("Card number")).ToBeVisibleAsync();
        await customer.TabsToAsync(page.GetByLabel("Card number"));

        await page.Keyboard.PressAsync("Enter");

        await customer.ReadsAsync("Game on!");
        await customer.TabsToAsync(page.GetByRole(AriaRole.Link, new() { Name = "Receipt" }));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("Card · paid")).ToBeVisibleAsync();
        customer.HasNoComplaints();
    }

    [Fact]
    public async Task A_machine_nobody_connected_yet_says_so_and_shows_what_it_will_sell()
    {
        await shop.App.SetUpAsync(
            "insert into machines select (jsonb_populate_record(m, jsonb_build_object('id', 'later-1', 'name', 'Later Wall', "
            + "'driver', 'of-tomorrow'))).* from machines m where id = 'snack-1' on conflict do nothing");
        await using var customer = await shop.ComeAsync();
        await customer.Page.GotoAsync("/m/later-1");

        await customer.ReadsAsync("Later Wall");
        await Expect(customer.Page.GetByText("Not connected yet")).ToBeVisibleAsync();
        await Expect(customer.Page.Locator("main button")).ToHaveCountAsync(0);
        await customer.LooksAtAsync("later-1");
        customer.HasNoComplaints();
    }

    [Theory]
    [InlineData("/m/nobody")]
    [InlineData("/vends/nothing")]
    [InlineData("/receipts/nothing")]
    [InlineData("/no/such/page")]
    public async Task What_is_not_there_is_said_plainly(string address)
    {
        await using var customer = await shop.ComeAsync();
        await customer.Page.GotoAsync(address);

        await customer.ReadsAsync("This window is empty");
        await customer.LooksAtAsync("missing");
        customer.HasNoComplaints(expected: "404");
    }

    [GeneratedRegex("^[0-9]{4}$")]
    private static partial Regex FourDigits();
}
