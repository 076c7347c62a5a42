using System.Text.RegularExpressions;
using Automat.Domain.Vends;
using Automat.Server.Payments;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>A customer's kept card: set up on the provider's page, opens doors, and is let go of by the provider.</summary>
[Trait("Accepts", "S1-17")]
public sealed partial class OwnCardTests(FridgeApp fridge) : IClassFixture<FridgeApp>
{
    private TestApp App => fridge.App;

    [Fact]
    public async Task A_kept_card_opens_a_door_is_replaced_and_given_up_at_the_provider()
    {
        using var member = await Member.JoinAsync(App, "card@customers.example");
        var before = await GivenUpAsync();
        var session = await SetUpAsync(member);
        var back = await member.Browser.OpenAsync($"/me/card?session={session}");
        Assert.Equal("/me/card?done=saved", back.Location);
        Assert.Contains("Visa •••• 4242", (await member.Browser.OpenAsync("/me/card")).Text, StringComparison.Ordinal);

        var page = $"/m/{FridgeApp.Fridge}";
        var wish = Wish().Match((await member.Browser.OpenAsync(page)).Text).Groups["wish"].Value;
        var opened = await member.Browser.SendAsync(page, $"{page}/checkout", ("card", "kept"), ("wish", wish));
        Assert.Equal((303, $"/vends/{wish}"), (opened.Status, opened.Location));
        var hash = Server.Vends.Selling.HashOf(wish);
        var vend = (await TestApp.EventuallyAsync(
            () => App.QueryAsync(db => db.Set<Vend>().AsNoTracking().SingleOrDefaultAsync(v => db.Set<Purchase>().Any(p => p.TokenHash == hash && p.VendId == v.Id))),
            v => v?.Status is VendStatus.Delivering))!;
        await fridge.CloseAsync(vend);

        var second = await SetUpAsync(member, "5555555555554444"); // and the browser does not come back
        await TestApp.EventuallyAsync(async () => (await member.Browser.OpenAsync("/me/card")).Text, text => text.Contains("4444", StringComparison.Ordinal));
        await TestApp.EventuallyAsync(GivenUpAsync, gone => gone == before + 1);
        Assert.Equal("/me/card?done=removed", (await member.Browser.SendAsync("/me/card", "/me/card/remove")).Location);
        await TestApp.EventuallyAsync(GivenUpAsync, gone => gone == before + 2);

        await member.Browser.OpenAsync($"/me/card?session={second}");
        Assert.Contains("No card is kept", (await member.Browser.OpenAsync("/me/card")).Text, StringComparison.Ordinal);
        await fridge.AgreeAsync();
    }

    [Fact]
    public async Task Nobody_takes_another_customers_card_and_a_deleted_account_gives_its_card_up()
    {
        using var member = await Member.JoinAsync(App, "owner@customers.example");
        using var thief = await Member.JoinAsync(App, "thief@customers.example");
        var session = await SetUpAsync(member);
        await thief.Browser.OpenAsync($"/me/card?session={session}");
        Assert.Contains("No card is kept", (await thief.Browser.OpenAsync("/me/card")).Text, StringComparison.Ordinal);
        await member.Browser.OpenAsync($"/me/card?session={session}");
        var before = await GivenUpAsync();

        await member.Browser.SendAsync("/me/account", "/me/account/erase", ("password", Member.Password));

        await TestApp.EventuallyAsync(GivenUpAsync, gone => gone == before + 1);
    }

    private async Task<string> SetUpAsync(Member member, string card = "4242424242424242")
    {
        var session = Provider.SessionIn(new Uri((await member.Browser.SendAsync("/me/card", "/me/card")).Location!));
        await App.Provider.ControlAsync($"checkout/sessions/{session}/pay", new { email = member.Email, method = "card", card });
        return session;
    }

    /// <summary>How many cards the provider has let go of.</summary>
    private async Task<int> GivenUpAsync() => (await App.Provider.StateAsync()).GetProperty("events").EnumerateArray()
        .Count(e => e.GetProperty("type").GetString() == "payment_method.detached");

    [GeneratedRegex("name=\"wish\" value=\"(?<wish>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Wish();
}
