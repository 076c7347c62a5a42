using System.Text.RegularExpressions;
using Automat.Server.Customers;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>A customer's account moves to another address: only with the password, and only once that address has confirmed it.</summary>
public sealed partial class CustomerAddressTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private const string Form = "/me/account";

    private readonly TestApp app = shared.App;

    [Fact]
    public async Task An_account_moves_by_a_mailed_link_and_takes_what_was_kept_under_the_former_address_along()
    {
        await app.GivenMachineAsync("moves-1", "pickup");
        await app.SetUpAsync("update slots set stock = 50, capacity = 50 where machine_id = 'moves-1'");
        using var member = await Member.JoinAsync(app, "former@customers.example");
        using var later = new Member(app, "later@customers.example");
        var session = await member.Shopper.OrderAsync("moves-1");
        await app.Provider.PayAsync(session);
        await member.Shopper.UntilAsync(session, Server.Orders.OrderState.Paid);
        var order = await member.Shopper.OrderOfAsync(session);
        await app.SetUpAsync($"update purchases set email = 'Former@Customers.Example' where id = '{order.Order.PurchaseId}'");
        await member.Browser.SendAsync("/me/forgot", "/me/forgot", ("email", member.Email));
        var forgotten = await member.LinkAsync();

        foreach (var (email, password) in new[] { ("nonsense", Member.Password), (member.Email, Member.Password), (later.Email, "not the password") })
            Assert.Equal(422, (await AskAsync(member, email, password)).Status);
        Assert.Empty(await later.MailsAsync());
        Assert.Equal("/me/account?done=email-sent", (await AskAsync(member, "LATER@customers.example", Member.Password)).Location);
        var link = await LinkAsync(later);
        Assert.Contains(member.Email, (await member.Browser.OpenAsync(Form)).Text, StringComparison.Ordinal);
        // It neither makes an account nor sets a password.
        Assert.Equal(410, (await later.Browser.OpenAsync(link.Replace("/me/email", "/me/password", StringComparison.Ordinal))).Status);
        Assert.Equal(200, (await later.Browser.OpenAsync(link)).Status);
        Assert.Equal("/me/account?done=email", (await ConfirmAsync(later, link)).Location);

        Assert.Equal(410, (await later.Browser.OpenAsync(link)).Status);
        Assert.Equal(410, (await member.Browser.OpenAsync(forgotten)).Status);
        Assert.Equal(422, await SigningInAsync(member.Email));
        Assert.Equal(303, (await later.SignInAsync()).Status);
        Assert.Contains("Your account has a new address", (await member.MailsAsync()).ConvertAll(m => m.Subject));
        Assert.Contains(order.Order.Number, (await later.Browser.OpenAsync("/me/orders")).Text, StringComparison.Ordinal);
        Assert.Equal(later.Email, await EmailOfAsync(order.Order.PurchaseId.ToString()));
    }

    [Fact]
    public async Task An_address_with_an_account_of_its_own_is_told_and_whoever_asked_is_not()
    {
        using var other = await Member.JoinAsync(app, "has-one@customers.example");
        using var member = await Member.JoinAsync(app, "wants-it@customers.example");
        using var free = new Member(app, "free@customers.example");

        var taken = await AskAsync(member, other.Email, Member.Password);
        var possible = await AskAsync(member, free.Email, Member.Password);

        Assert.Equal((possible.Status, possible.Location), (taken.Status, taken.Location));
        Assert.DoesNotContain("token=", (await other.MailsAsync())[^1].Text, StringComparison.Ordinal);
        // Somebody joins with the address before the link is followed.
        var link = await LinkAsync(free);
        using var faster = await Member.JoinAsync(app, free.Email);
        Assert.Equal(410, (await ConfirmAsync(member, link)).Status);
        Assert.Equal((303, 303), (await SigningInAsync(faster.Email), await SigningInAsync(member.Email)));
        Assert.Equal(1, await app.QueryAsync(db => db.Set<Customer>().CountAsync(c => c.Email == free.Email)));
    }

    private async Task<int> SigningInAsync(string email)
    {
        using var anew = new Member(app, email);
        return (await anew.SignInAsync()).Status;
    }

    private static Task<Visitor.Answer> AskAsync(Member member, string email, string password) =>
        member.Browser.SendAsync(Form, "/me/account/email", ("email", email), ("password", password));

    private static Task<Visitor.Answer> ConfirmAsync(Member member, string link) =>
        member.Browser.SendAsync("/me/register", "/me/email", ("token", link.Split("token=")[1]));

    private static async Task<string> LinkAsync(Member member) => Link().Match((await member.MailsAsync())[^1].Text).Value;

    private async Task<string?> EmailOfAsync(string purchase)
    {
        var id = new Automat.Domain.Id<Server.Payments.Purchase>(Guid.Parse(purchase));
        return await app.QueryAsync(db => db.Set<Server.Payments.Purchase>().Where(p => p.Id == id).Select(p => p.Email).SingleAsync());
    }

    [GeneratedRegex(@"/me/email\?token=[\w-]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
