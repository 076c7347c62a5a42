using System.Text.RegularExpressions;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>Chips in a customer's account: proved by a code or by the address, topped up by card, seen by nobody else.</summary>
public sealed partial class OwnChipTests(AskingApp shared) : IClassFixture<AskingApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    public async Task A_code_from_staff_takes_a_chip_into_one_account_once()
    {
        var chip = await app.GivenChipAsync(250);
        using var staff = new Visitor(app);
        await staff.SignInAsync(Staff.Operator, TestApp.Password);
        using var member = await Member.JoinAsync(app, "chips@customers.example");
        using var other = await Member.JoinAsync(app, "no-chips@customers.example");
        Assert.Contains("In nobody's account", (await staff.OpenAsync($"/panel/chips/{chip.Id}/link")).Text, StringComparison.Ordinal);
        var code = Code().Match((await staff.SendAsync($"/panel/chips/{chip.Id}/link", $"/panel/chips/{chip.Id}/link")).Text).Value;

        Assert.Equal(422, (await member.Browser.SendAsync("/me/chips", "/me/chips", ("code", "AAAA-BBBB-CCCC-DDDD"))).Status);
        var linked = await member.Browser.SendAsync("/me/chips", "/me/chips", ("code", code.Replace("-", " ", StringComparison.Ordinal).ToLowerInvariant()));
        var again = await other.Browser.SendAsync("/me/chips", "/me/chips", ("code", code));
        var mine = await member.Browser.OpenAsync("/me/chips");

        Assert.Equal(("/me/chips?done=linked", 422), (linked.Location, again.Status));
        Assert.Contains("2.50", mine.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(chip.Id.ToString(), (await other.Browser.OpenAsync("/me/chips")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await member.Browser.OpenAsync($"/me/chips/{chip.Id}/statement")).Status);
        Assert.Equal(404, (await other.Browser.OpenAsync($"/me/chips/{chip.Id}/statement")).Status);
        Assert.Equal(404, (await other.Browser.SendAsync("/me/chips", $"/me/chips/{chip.Id}/top-up", ("amount", "5"))).Status);
        Assert.Equal(404, (await other.Browser.SendAsync("/me/chips", $"/me/chips/{chip.Id}/take")).Status);
        await other.Browser.SendAsync("/me/chips", $"/me/chips/{chip.Id}/unlink");
        Assert.Equal(200, (await member.Browser.OpenAsync($"/me/chips/{chip.Id}/statement")).Status);
        await member.Browser.SendAsync("/me/chips", $"/me/chips/{chip.Id}/unlink");
        Assert.Equal(404, (await member.Browser.OpenAsync($"/me/chips/{chip.Id}/statement")).Status);
    }

    [Fact]
    [Trait("Accepts", "S2-01")]
    public async Task A_chip_handed_out_to_the_address_is_offered_topped_up_by_card_and_followed_when_it_is_replaced()
    {
        var chip = await app.GivenChipAsync(100);
        await app.SetUpAsync(
            $"insert into chip_holders (chip_id, organization_id, name, email) select id, organization_id, 'Mia', 'Holder@customers.example' from chips where id = '{chip.Id}'");
        using var member = await Member.JoinAsync(app, "holder@customers.example");
        Assert.Equal(303, (await member.Browser.SendAsync("/me/chips", $"/me/chips/{chip.Id}/take")).Status);

        Assert.Equal(422, (await member.Browser.SendAsync("/me/chips", $"/me/chips/{chip.Id}/top-up", ("amount", "nothing"))).Status);
        var key = Guid.CreateVersion7().ToString();
        var first = await member.Browser.SendAsync("/me/chips", $"/me/chips/{chip.Id}/top-up", ("amount", "20"), ("key", key));
        var twice = await member.Browser.SendAsync("/me/chips", $"/me/chips/{chip.Id}/top-up", ("amount", "20"), ("key", key));
        await app.Provider.PayAsync(Provider.SessionIn(new Uri(first.Location!)));
        await TestApp.EventuallyAsync(() => app.CreditAsync(chip), credit => credit == 2_100);

        Assert.Equal(first.Location, twice.Location);
        var replaced = await app.CallWithKeyAsync($"/api/v1/chips/{chip.Id}/replacement", new { uid = "04A1B2C3D4E5F6" }, Guid.CreateVersion7().ToString());
        Assert.Equal(System.Net.HttpStatusCode.Created, replaced.Status);
        var now = await member.Browser.OpenAsync("/me/chips");
        Assert.Contains("21.00", now.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(chip.Id.ToString(), now.Text, StringComparison.Ordinal);
        await app.SettledAsync();
    }

    [GeneratedRegex("[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();
}
