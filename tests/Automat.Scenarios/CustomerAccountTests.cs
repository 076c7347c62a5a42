using System.Text.Json;
using Automat.Server.Customers;
using Automat.Server.Orders;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>Customers' accounts: joined by a mailed link, never staff, with one's orders and cart, and gone without a trace.</summary>
public sealed class CustomerAccountTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    public async Task Whoever_registers_from_an_orders_page_is_there_again_once_the_address_is_confirmed()
    {
        await app.GivenMachineAsync("back-again", "pickup");
        using var member = new Member(app, "back-again@customers.example");
        var session = await member.Shopper.OrderAsync("back-again");
        var (_, page) = await member.Shopper.OrderOfAsync(session);
        var signIn = await member.Browser.OpenAsync($"/me/sign-in?return_url={Uri.EscapeDataString(page)}");
        await member.Browser.SendAsync("/me/register", "/me/register", ("email", member.Email), ("return_url", page));
        var link = await member.LinkAsync();
        var joined = await member.ChooseAsync(link);
        using var other = new Member(app, "elsewhere@customers.example");
        await other.Browser.SendAsync("/me/register", "/me/register", ("email", other.Email), ("return_url", "//evil.example/"));
        var elsewhere = await other.ChooseAsync(await other.LinkAsync());

        Assert.Contains($"/me/register?return_url={Uri.EscapeDataString(page)}", signIn.Text, StringComparison.Ordinal);
        Assert.Equal((303, page), (joined.Status, joined.Location));
        Assert.DoesNotContain(page, (await member.MailsAsync())[^1].Text, StringComparison.Ordinal);
        Assert.Equal("/me/account?done=registered", elsewhere.Location);
    }

    [Fact]
    public async Task An_account_is_made_by_a_mailed_link_and_no_answer_tells_who_has_one()
    {
        using var known = await Member.JoinAsync(app, "known@customers.example");
        using var stranger = new Member(app, "stranger@customers.example");

        var joinKnown = await stranger.Browser.SendAsync("/me/register", "/me/register", ("email", "KNOWN@customers.example"));
        var joinNew = await stranger.Browser.SendAsync("/me/register", "/me/register", ("email", "Stranger@Customers.Example"));
        var forgotKnown = await stranger.Browser.SendAsync("/me/forgot", "/me/forgot", ("email", known.Email));
        var forgotNobody = await stranger.Browser.SendAsync("/me/forgot", "/me/forgot", ("email", "nobody@customers.example"));

        Assert.Equal(Said(joinKnown), Said(joinNew));
        Assert.Equal(Said(forgotKnown), Said(forgotNobody));
        Assert.Equal(422, (await stranger.Browser.SendAsync("/me/register", "/me/register", ("email", "no address"))).Status);
        Assert.Equal(["Confirm your address", "You have an account already", "Choose a new password"], (await known.MailsAsync()).ConvertAll(m => m.Subject));
        Assert.Empty(await app.QueryAsync(db => db.Set<Server.Notifications.Mail.Mail>().Where(m => m.Recipient == "nobody@customers.example").ToListAsync()));

        var link = await stranger.LinkAsync();
        Assert.Equal(422, (await stranger.ChooseAsync(link, "short")).Status);
        Assert.Equal(422, (await stranger.ChooseAsync(link, "P@ssw0rd2024!")).Status);
        Assert.Equal(303, (await stranger.ChooseAsync(link)).Status);
        Assert.Equal(410, (await stranger.Browser.OpenAsync(link)).Status);
        Assert.Contains("stranger@customers.example", (await stranger.Browser.OpenAsync("/me/account")).Text, StringComparison.Ordinal);

        static string Said(Visitor.Answer answer) =>
            System.Text.RegularExpressions.Regex.Replace(answer.Text, "value=\"[^\"]*\"", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1))
            + answer.Status;
    }

    [Fact]
    public async Task Signing_in_takes_the_password_guessing_locks_and_a_new_password_ends_every_session()
    {
        using var member = await Member.JoinAsync(app, "guessed@customers.example");
        using var elsewhere = new Member(app, member.Email);
        Assert.Equal("/me", (await elsewhere.SignInAsync()).Location);
        await elsewhere.Browser.SendAsync("/me/account", "/me/sign-out");
        Assert.StartsWith("/me/sign-in", (await elsewhere.Browser.OpenAsync("/me/orders")).Location, StringComparison.Ordinal);

        for (var i = 0; i < 8; i++) Assert.Equal(422, (await elsewhere.SignInAsync("not the password")).Status);
        var locked = await elsewhere.SignInAsync();
        using var nobody = new Member(app, "never@customers.example");
        Assert.Equal((422, 422), (locked.Status, (await nobody.SignInAsync()).Status));

        await elsewhere.Browser.SendAsync("/me/forgot", "/me/forgot", ("email", member.Email));
        var reset = await elsewhere.ChooseAsync(await elsewhere.LinkAsync(), "another long sentence of words");
        Assert.Equal("/me/account?done=password", reset.Location);
        Assert.StartsWith("/me/sign-in", (await member.Browser.OpenAsync("/me/account")).Location, StringComparison.Ordinal);
        Assert.Equal(422, (await member.SignInAsync()).Status);
        Assert.Equal(303, (await member.SignInAsync("another long sentence of words")).Status);
    }

    [Fact]
    public async Task A_customer_is_never_staff_and_staff_are_no_customers()
    {
        using var member = await Member.JoinAsync(app, "curious@customers.example");
        using var staff = new Visitor(app);
        using var disguised = new Member(app, "operator@demo.automat");
        await staff.SignInAsync("operator@demo.automat", TestApp.Password);

        foreach (var path in new[] { "/panel", "/panel/machines", "/panel/chips", "/panel/orders", "/panel/audit", "/account" })
            Assert.StartsWith("/sign-in", (await member.Browser.OpenAsync(path)).Location, StringComparison.Ordinal);
        Assert.Equal(401, (await member.Browser.OpenAsync("/api/v1/machines")).Status);
        Assert.Equal(422, (await member.Browser.SignInAsync(member.Email, Member.Password)).Status);
        Assert.StartsWith("/me/sign-in", (await staff.OpenAsync("/me/orders")).Location, StringComparison.Ordinal);
        Assert.Equal(422, (await disguised.SignInAsync(TestApp.Password)).Status);
        Assert.Equal(200, (await staff.OpenAsync("/panel")).Status);
    }

    [Fact]
    [Trait("Accepts", "S3-07")]
    public async Task What_was_in_the_cart_before_signing_in_comes_along_and_is_the_same_in_every_browser()
    {
        await app.GivenMachineAsync("mine-cart", "pickup");
        using var member = await Member.JoinAsync(app, "cart@customers.example");
        await member.Shopper.AddAsync(1, 1);
        using var other = new Member(app, member.Email);
        await other.Shopper.AddAsync(1, 2);
        await other.Shopper.ChooseAsync("mine-cart");

        await other.SignInAsync();
        var together = await other.Shopper.SeenAsync();
        var here = await member.Browser.OpenAsync("/shop/cart");
        await other.Browser.SendAsync("/me/account", "/me/sign-out");
        var signedOut = await other.Browser.OpenAsync("/shop/cart");

        Assert.Equal("mine-cart:450", together);
        Assert.Contains("mine-cart:450", here.Text, StringComparison.Ordinal);
        Assert.Contains("Your cart is empty", signedOut.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Accepts", "S3-09")]
    public async Task Orders_paid_with_the_address_are_in_the_account_and_others_are_added_by_their_link()
    {
        await app.GivenMachineAsync("mine-1", "pickup");
        using var guest = new Shopper(app);
        var byAddress = await PaidAsync(guest);
        using var other = await Member.JoinAsync(app, "other@customers.example");
        using var member = await Member.JoinAsync(app, Provider.CustomerEmail);

        var mine = await member.Browser.OpenAsync("/me/orders");
        var others = await other.Browser.OpenAsync("/me/orders");
        Assert.Contains(byAddress.Order.Number, mine.Text, StringComparison.Ordinal);
        Assert.Contains(byAddress.Page, mine.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(byAddress.Order.Number, others.Text, StringComparison.Ordinal);

        var signedIn = await PaidAsync(other.Shopper);
        await member.Browser.SendAsync(byAddress.Page, signedIn.Page.Replace("/orders/", "/me/orders/keep/", StringComparison.Ordinal));
        Assert.Contains(signedIn.Order.Number, (await other.Browser.OpenAsync("/me/orders")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(signedIn.Order.Number, (await member.Browser.OpenAsync("/me/orders")).Text, StringComparison.Ordinal);

        await app.SetUpAsync($"update orders set customer_id = null where number = '{signedIn.Order.Number}'; update purchases set email = 'x@y.example'");
        Assert.Contains("Add to my account", (await other.Browser.OpenAsync(signedIn.Page)).Text, StringComparison.Ordinal);
        var kept = await other.Browser.SendAsync(signedIn.Page, signedIn.Page.Replace("/orders/", "/me/orders/keep/", StringComparison.Ordinal));
        Assert.Equal("/me/orders?done=kept", kept.Location);
        Assert.Contains(signedIn.Order.Number, (await other.Browser.OpenAsync("/me/orders")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await other.Browser.SendAsync(signedIn.Page, "/me/orders/keep/nothing")).Status);

        Assert.Equal("/shop/cart", (await other.Browser.SendAsync("/me/orders", signedIn.Page.Replace("/orders/", "/shop/repeat/", StringComparison.Ordinal))).Location);
    }

    [Fact]
    public async Task Whoever_deletes_the_account_is_named_nowhere_and_the_orders_stay()
    {
        await app.GivenMachineAsync("gone-1", "pickup");
        using var member = await Member.JoinAsync(app, "leaves@customers.example");
        var order = await PaidAsync(member.Shopper);
        await app.SetUpAsync($"update purchases set email = '{member.Email}' where id = '{order.Order.PurchaseId}'");
        await member.Browser.SendAsync("/me/account", "/me/account", ("name", "Mia Muster"), ("mails_ready", "true"));

        var told = JsonDocument.Parse((await member.Browser.SendAsync("/me/account", "/me/account/export")).Text).RootElement;
        var account = told.GetProperty("customer_account").EnumerateArray().Single();
        Assert.Equal(("Mia Muster", false), (account.GetProperty("name").GetString(), account.GetProperty("mails_collected").GetBoolean()));
        Assert.NotEmpty(told.GetProperty("purchases").EnumerateArray());
        Assert.Equal(422, (await member.Browser.SendAsync("/me/account", "/me/account/erase", ("password", "wrong"))).Status);
        var erased = await member.Browser.SendAsync("/me/account", "/me/account/erase", ("password", Member.Password));

        Assert.Equal("/me/sign-in?done=erased", erased.Location);
        Assert.Empty(await NamingAsync(member.Email));
        Assert.Empty(await NamingAsync("Mia Muster"));
        Assert.Equal(422, (await member.SignInAsync()).Status);
        Assert.StartsWith("/me/sign-in", (await member.Browser.OpenAsync("/me/account")).Location, StringComparison.Ordinal);
        Assert.Null((await app.QueryAsync(db => db.Set<Order>().AsNoTracking().SingleAsync(o => o.Id == order.Order.Id))).CustomerId);
        Assert.Empty(await app.QueryAsync(db => db.Set<CustomerSession>().AsNoTracking()
            .Where(s => !db.Set<Customer>().Any(c => c.Id == s.CustomerId)).ToListAsync()));
        await app.VerifyBooksAsync();
    }

    private async Task<(Order Order, string Page)> PaidAsync(Shopper shopper)
    {
        var place = (await app.QueryAsync(db => db.Set<Server.Machines.Machine>().AsNoTracking().Where(m => m.Driver == "pickup")
            .OrderByDescending(m => m.CreatedAt).FirstAsync())).Id;
        await app.SetUpAsync($"update slots set stock = 50, capacity = 50 where machine_id = '{place}'");
        var session = await shopper.OrderAsync(place.Value);
        await app.Provider.PayAsync(session);
        await shopper.UntilAsync(session, OrderState.Paid);
        return await shopper.OrderOfAsync(session);
    }

    /// <summary>The tables in which any row names this text.</summary>
    private async Task<List<string>> NamingAsync(string text)
    {
        await using var connection = await app.Database.SuperuserConnectionAsync();
        await using var list = new NpgsqlCommand(
            "select coalesce(array_agg(relname::text), '{}') from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace", connection);
        var naming = new List<string>();
        foreach (var table in (string[])(await list.ExecuteScalarAsync())!)
        {
            await using var look = new NpgsqlCommand($"select exists (select from \"{table}\" t where t::text ilike $1)", connection);
            look.Parameters.AddWithValue($"%{text}%");
            if ((bool)(await look.ExecuteScalarAsync())!) naming.Add(table);
        }

        return naming;
    }
}
