using System.Text.RegularExpressions;
using Automat.Server.Notifications.Mail;
using Automat.Server.People;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>A second organisation, from its beginning by the platform's administrator to its own first machine.</summary>
public sealed partial class OrganizationTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private const string Page = "/panel/organizations";
    private const string Good = "four brave otters sing";

    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S2-20")]
    public async Task It_is_added_its_administrator_joins_and_sees_nothing_of_the_first()
    {
        using var platform = await AdministratorAsync();

        var added = await AddAsync(platform, "Second House", "usd", "ana@example.org");

        Assert.Equal((303, $"{Page}?done=added"), (added.Status, added.Location));
        Assert.Contains("Second House", (await platform.OpenAsync(Page)).Text, StringComparison.Ordinal);
        Assert.Equal("tenant.crossed,organization.added", await ActionsAsync("Second House"));

        using var ana = new Visitor(app);
        var link = await LinkToAsync("ana@example.org");
        var joined = await ana.SendAsync(
            link, link, ("first_name", "Ana"), ("last_name", "Alba"), ("password", Good));
        Assert.Equal((303, "/panel"), (joined.Status, joined.Location));
        await SetUpAsync(ana);

        var home = await ana.OpenAsync("/panel");
        Assert.Contains("Second House", home.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Demo Automat", home.Text, StringComparison.Ordinal);
        var people = await ana.OpenAsync("/panel/people");
        Assert.Contains("Ana Alba", people.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("demo.automat", people.Text, StringComparison.Ordinal);
        var log = await ana.OpenAsync("/panel/audit");
        Assert.Contains("invitation.accepted", log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("machine/cab001", log.Text, StringComparison.Ordinal);
        Assert.Equal(403, (await ana.OpenAsync(Page)).Status);
    }

    [Theory]
    [InlineData("", "EUR", "a@example.org", "A name has 1 to 200 characters.")]
    [InlineData("demo AUTOMAT", "EUR", "a@example.org", "There is an organisation of that name already.")]
    [InlineData("Third", "EURO", "a@example.org", "There is no such currency.")]
    [InlineData("Third", "", "a@example.org", "There is no such currency.")]
    [InlineData("Third", "EUR", "nobody", "That is no usable e-mail address.")]
    public async Task What_cannot_be_is_said_beside_its_field_and_nothing_is_added(string name, string currency, string email, string said)
    {
        using var platform = await AdministratorAsync();

        var refused = await AddAsync(platform, name, currency, email);

        Assert.Equal(422, refused.Status);
        Assert.Contains(said, refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Third", (await platform.OpenAsync(Page)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Accepts", "S2-17")]
    [InlineData("operator@demo.automat")]
    [InlineData("auditor@demo.automat")]
    public async Task Nobody_else_sees_or_adds_one(string name)
    {
        using var somebody = new Visitor(app);
        await somebody.SignInAsync(name, TestApp.Password);

        Assert.Equal(403, (await somebody.OpenAsync(Page)).Status);
        var token = await somebody.SendAsync("/panel", Page, ("name", "Mine"), ("currency", "EUR"), ("administrator_email", "me@example.org"));
        Assert.Equal(403, token.Status);
        var (status, _, _) = await app.CallAsync(HttpMethod.Get, "/api/v1/organizations");
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, status);
    }

    private static Task<Visitor.Answer> AddAsync(Visitor somebody, string name, string currency, string email) =>
        somebody.SendAsync(Page, Page, ("name", name), ("currency", currency), ("administrator_email", email));

    private static Task<Visitor.Answer> PostponeAsync(Visitor administrator) =>
        administrator.SendAsync("/account/authenticator", "/account/authenticator/postpone");

    /// <summary>Sets up the second step, without which an administrator does nothing.</summary>
    private static async Task SetUpAsync(Visitor visitor)
    {
        var secret = Secret().Match((await visitor.OpenAsync("/account/authenticator")).Text).Groups["secret"].Value
            .Replace(" ", "", StringComparison.Ordinal);
        var code = Totp.CodeOf(secret, Totp.StepOf(TimeProvider.System.GetUtcNow()));
        Assert.Equal(200, (await visitor.SendAsync("/account/authenticator", "/account/authenticator", ("code", code))).Status);
    }

    private async Task<Visitor> AdministratorAsync()
    {
        var platform = new Visitor(app);
        await platform.SignInAsync("admin@demo.automat", TestApp.Password);
        await PostponeAsync(platform);
        return platform;
    }

    private async Task<string> LinkToAsync(string address)
    {
        var text = await app.QueryAsync(db => db.Set<Mail>().IgnoreQueryFilters().Where(m => m.Recipient == address).Select(m => m.Text).SingleAsync());
        return Link().Match(text).Value;
    }

    /// <summary>What the new organisation's log and the platform's say of its beginning.</summary>
    private async Task<string> ActionsAsync(string name)
    {
        await using var superuser = await app.Database.SuperuserConnectionAsync();
        await using var command = new NpgsqlCommand(
            "select (select action from audit_events where organization_id = '00000000-0000-0000-0000-000000000000' "
            + "and action = 'tenant.crossed' and reason = 'a new organisation' limit 1) || ',' || (select action from audit_events a "
            + $"join organizations o on o.id = a.organization_id and o.name = '{name}' where a.action = 'organization.added')",
            superuser);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    [GeneratedRegex("/invitations/[A-Za-z0-9_-]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex("class=\"secret\">(?<secret>[A-Z2-7 ]+)<", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();
}
