using System.Text.RegularExpressions;
using Automat.Server.People;
using Automat.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>Signing in, the second step, getting a password back, joining: with a browser that knows no JavaScript.</summary>
public sealed partial class SignInPagesTests : IAsyncLifetime
{
    private const string Good = "four brave otters sing";

    private TestApp app = null!;

    public async ValueTask InitializeAsync() => app = await TestApp.StartAsync();

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    [Fact]
    [Trait("Accepts", "S2-17")]
    [Trait("Accepts", "S3-14")]
    public async Task Signing_in_leads_back_to_the_page_that_was_asked_for_and_out_again()
    {
        using var visitor = new Visitor(app);
        Assert.Equal("/sign-in?return_url=%2Fpanel%2Ftokens", (await visitor.OpenAsync("/panel/tokens")).Location);

        var signedIn = await visitor.SignInAsync("operator@demo.automat", TestApp.Password, "/panel/tokens");

        Assert.Equal((303, "/panel/tokens"), (signedIn.Status, signedIn.Location));
        Assert.Contains("operator@demo.automat", (await visitor.OpenAsync("/panel")).Text, StringComparison.Ordinal);
        Assert.Equal(403, (await visitor.OpenAsync("/panel/people")).Status);
        await visitor.SendAsync("/panel", "/sign-out");
        Assert.Equal(302, (await visitor.OpenAsync("/panel")).Status);
    }

    [Theory]
    [Trait("Accepts", "S3-14")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    public async Task Signing_in_leads_nowhere_else(string elsewhere)
    {
        using var visitor = new Visitor(app);

        var signedIn = await visitor.SignInAsync("operator@demo.automat", TestApp.Password, elsewhere);

        Assert.Equal("/panel", signedIn.Location);
    }

    [Fact]
    [Trait("Accepts", "S0-trap-V13")]
    public async Task Unknown_wrong_and_locked_look_the_same()
    {
        using var visitor = new Visitor(app);
        var unknown = await visitor.SignInAsync("nobody@demo.automat", "some wrong password");
        var wrong = await visitor.SignInAsync("operator@demo.automat", "some wrong password");
        for (var i = 0; i < 8; i++) await visitor.SignInAsync("auditor@demo.automat", "guess number " + i);
        var locked = await visitor.SignInAsync("auditor@demo.automat", TestApp.Password);

        Assert.Equal(422, unknown.Status);
        Assert.Equal(422, wrong.Status);
        Assert.Equal(422, locked.Status);
        const string Words = "Name and password do not match, or the account is locked for a few minutes.";
        Assert.All([unknown, wrong, locked], answer => Assert.Contains(Words, answer.Text, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Accepts", "S3-14")]
    public async Task A_form_of_another_site_changes_nothing()
    {
        using var visitor = new Visitor(app);
        await visitor.SignInAsync("operator@demo.automat", TestApp.Password);

        Assert.Equal(400, (await visitor.PostAsync("/account/sessions/end-all")).Status);
        Assert.Equal(400, (await visitor.PostAsync("/sign-out", ("__RequestVerificationToken", "forged"))).Status);
        Assert.Equal(200, (await visitor.OpenAsync("/panel")).Status);
    }

    [Fact]
    [Trait("Accepts", "S2-18")]
    [Trait("Accepts", "S3-01")]
    public async Task An_invited_administrator_sets_up_the_second_step_before_anything_else_opens()
    {
        using var admin = new Visitor(app);
        await PostponedAsync(admin);
        await admin.SendAsync("/panel/people", "/panel/people/invite", ("email", "new@example.com"), ("role", "Admin"));
        var link = Link().Match((await admin.OpenAsync("/panel/outbox")).Text).Value;
        using var joiner = new Visitor(app);

        var weak = await joiner.SendAsync(link, link, ("first_name", "Nora"), ("last_name", "Newman"), ("password", "Passw0rd123!"));
        Assert.Equal(422, weak.Status);
        Assert.Contains("one of the passwords that are tried first", weak.Text, StringComparison.Ordinal);
        var joined = await joiner.SendAsync(link, link, ("first_name", "Nora"), ("last_name", "Newman"), ("password", Good));
        Assert.Equal(303, joined.Status);
        using var late = new Visitor(app);
        Assert.Equal(410, (await late.OpenAsync(link)).Status);

        foreach (var path in new[] { "/account", "/account/data", "/panel", "/panel/people", "/panel/tokens" })
            Assert.Equal("/account/authenticator", (await joiner.OpenAsync(path)).Location);
        Assert.Equal(409, (await joiner.SendAsync("/account/authenticator", "/account/authenticator/postpone")).Status);

        var codes = await SetUpAsync(joiner);
        Assert.Equal(10, codes.Count);
        Assert.Equal(200, (await joiner.OpenAsync("/panel")).Status);
    }

    [Fact]
    [Trait("Accepts", "S2-18")]
    public async Task Codes_of_the_app_and_recovery_codes_count_once()
    {
        using var first = new Visitor(app);
        await first.SignInAsync("operator@demo.automat", TestApp.Password);
        var codes = await SetUpAsync(first);
        Assert.Equal(0, await app.QueryAsync(db => db.Set<RecoveryCode>().CountAsync(c => c.Hash.Length != 32)));
        var used = Totp.CodeOf(await SecretAsync(), Totp.StepOf(TimeProvider.System.GetUtcNow()));

        using var second = new Visitor(app);
        var halfway = await second.SignInAsync("operator@demo.automat", TestApp.Password);
        Assert.StartsWith("/sign-in/code", halfway.Location, StringComparison.Ordinal);
        Assert.Equal(302, (await second.OpenAsync("/panel")).Status);
        Assert.Equal(422, (await second.SendAsync("/sign-in/code", "/sign-in/code", ("code", used))).Status);
        Assert.Equal(303, (await second.SendAsync("/sign-in/recovery", "/sign-in/recovery", ("code", codes[0].ToLowerInvariant()))).Status);
        Assert.Equal(200, (await second.OpenAsync("/panel")).Status);

        using var third = new Visitor(app);
        await third.SignInAsync("operator@demo.automat", TestApp.Password);
        Assert.Equal(422, (await third.SendAsync("/sign-in/recovery", "/sign-in/recovery", ("code", codes[0]))).Status);
    }

    [Fact]
    [Trait("Accepts", "S2-18")]
    public async Task A_remembered_device_is_not_asked_again_until_all_is_signed_out()
    {
        using var visitor = new Visitor(app);
        await visitor.SignInAsync("operator@demo.automat", TestApp.Password);
        await SetUpAsync(visitor);
        await visitor.SendAsync("/panel", "/sign-out");
        await app.SetUpAsync("update people set last_code_step = 0");
        await visitor.SignInAsync("operator@demo.automat", TestApp.Password);
        var code = Totp.CodeOf(await SecretAsync(), Totp.StepOf(TimeProvider.System.GetUtcNow()));
        Assert.Equal(303, (await visitor.SendAsync("/sign-in/code", "/sign-in/code", ("code", code), ("remember", "true"))).Status);
        await visitor.SendAsync("/panel", "/sign-out");

        Assert.Equal("/panel", (await visitor.SignInAsync("operator@demo.automat", TestApp.Password)).Location);

        await visitor.SendAsync("/account", "/account/sessions/end-all");
        await visitor.SendAsync("/panel", "/sign-out");
        Assert.StartsWith("/sign-in/code", (await visitor.SignInAsync("operator@demo.automat", TestApp.Password)).Location, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Accepts", "S3-01")]
    public async Task A_password_comes_back_by_mail_once_and_signs_everybody_out()
    {
        using var here = new Visitor(app);
        await here.SignInAsync("operator@demo.automat", TestApp.Password);
        using var lost = new Visitor(app);
        var unknown = await lost.SendAsync("/sign-in/forgot", "/sign-in/forgot", ("email", "nobody@example.com"));
        var known = await lost.SendAsync("/sign-in/forgot", "/sign-in/forgot", ("email", "operator@demo.automat"));
        Assert.Equal(Token().Replace(unknown.Text, ""), Token().Replace(known.Text, ""));

        using var admin = new Visitor(app);
        await PostponedAsync(admin);
        var link = ResetLink().Match((await admin.OpenAsync("/panel/outbox")).Text);
        (string, string)[] fields = [("person", link.Groups["person"].Value), ("token", link.Groups["token"].Value)];
        Assert.Equal(422, (await lost.SendAsync(link.Value, "/sign-in/reset", [.. fields, ("password", "short")])).Status);
        Assert.Equal(303, (await lost.SendAsync(link.Value, "/sign-in/reset", [.. fields, ("password", Good)])).Status);
        Assert.Equal(410, (await lost.SendAsync(link.Value, "/sign-in/reset", [.. fields, ("password", Good + "!")])).Status);

        Assert.Equal(302, (await here.OpenAsync("/panel")).Status);
        Assert.Equal(303, (await lost.SignInAsync("operator@demo.automat", Good)).Status);
    }

    [Fact]
    [Trait("Accepts", "S2-17")]
    [Trait("Accepts", "S3-01")]
    public async Task A_changed_role_and_a_switched_off_person_count_with_the_next_click()
    {
        using var admin = new Visitor(app);
        await PostponedAsync(admin);
        using var other = new Visitor(app);
        await other.SignInAsync("operator@demo.automat", TestApp.Password);
        var id = await app.QueryAsync(db => db.Set<Person>().Where(p => p.UserName == "operator@demo.automat").Select(p => p.Id).SingleAsync());
        Assert.Equal(403, (await other.OpenAsync("/panel/people")).Status);

        await admin.SendAsync("/panel/people", "/panel/people/role", ("person", id.ToString()), ("role", "Auditor"));
        Assert.Equal(200, (await other.OpenAsync("/panel/people")).Status);

        await admin.SendAsync("/panel/people", "/panel/people/disable", ("person", id.ToString()));
        Assert.NotEqual(200, (await other.OpenAsync("/panel")).Status);
    }

    [Fact]
    [Trait("Accepts", "S3-01")]
    public async Task The_last_administrator_stays_one_and_danger_wants_a_fresh_proof()
    {
        using var admin = new Visitor(app);
        await PostponedAsync(admin);
        var ids = await app.QueryAsync(db => db.Set<Membership>().Where(m => m.Role == Role.Admin).Select(m => m.PersonId).ToListAsync());
        Assert.Equal(2, ids.Count);
        var self = await app.QueryAsync(db => db.Set<Person>().Where(p => p.UserName == "admin@demo.automat").Select(p => p.Id).SingleAsync());
        var other = ids.Single(i => i != self).ToString();
        Assert.Equal(303, (await admin.SendAsync("/panel/people", "/panel/people/role", ("person", other), ("role", "Operator"))).Status);
        Assert.Equal(409, (await admin.SendAsync("/panel/people", "/panel/people/disable", ("person", self.ToString()))).Status);

        await app.SetUpAsync("update sessions set proved_at = proved_at - interval '6 minutes'");
        var stale = await admin.SendAsync("/panel/people", "/panel/people/disable", ("person", other));
        Assert.Equal("/re-authenticate?return_url=%2Fpanel%2Fpeople", stale.Location);
        Assert.Equal(422, (await admin.SendAsync(stale.Location!, "/re-authenticate", ("password", "not it at all"))).Status);
        Assert.Equal("/panel/people", (await admin.SendAsync(
            stale.Location!, "/re-authenticate", ("return_url", "/panel/people"), ("password", TestApp.Password))).Location);
        Assert.Contains("done=changed", (await admin.SendAsync("/panel/people", "/panel/people/disable", ("person", other))).Location, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Accepts", "S3-01")]
    public async Task Somebody_of_two_organisations_switches_between_them()
    {
        await app.SetUpAsync(
            "insert into organizations (id, name, currency, created_at) values ('00000000-0000-7000-8000-000000000002', 'Second Shop', 'EUR', now()); "
            + "insert into memberships (organization_id, person_id, role, created_at) "
            + "select '00000000-0000-7000-8000-000000000002', id, 'Auditor', now() from people where user_name = 'operator@demo.automat'");
        using var visitor = new Visitor(app);
        await visitor.SignInAsync("operator@demo.automat", TestApp.Password);
        Assert.Equal(403, (await visitor.OpenAsync("/panel/people")).Status);

        await visitor.SendAsync("/panel", "/panel/organization", ("organization", "00000000-0000-7000-8000-000000000002"));

        Assert.Equal(200, (await visitor.OpenAsync("/panel/people")).Status);
        Assert.DoesNotContain("admin@demo.automat", (await visitor.OpenAsync("/panel/people")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await visitor.SendAsync("/panel", "/panel/organization", ("organization", Guid.CreateVersion7().ToString()))).Status);
    }

    private static async Task PostponedAsync(Visitor admin)
    {
        await admin.SignInAsync("admin@demo.automat", TestApp.Password);
        await admin.SendAsync("/account/authenticator", "/account/authenticator/postpone");
    }

    private async Task<IReadOnlyList<string>> SetUpAsync(Visitor visitor)
    {
        var secret = Secret().Match((await visitor.OpenAsync("/account/authenticator")).Text).Groups["secret"].Value
            .Replace(" ", "", StringComparison.Ordinal);
        var code = Totp.CodeOf(secret, Totp.StepOf(TimeProvider.System.GetUtcNow()));
        var done = await visitor.SendAsync("/account/authenticator", "/account/authenticator", ("code", code));
        Assert.Equal(200, done.Status);
        return [.. RecoveryCodes().Matches(done.Text).Select(m => m.Value)];
    }

    /// <summary>The one authenticator's secret, which the table does not tell.</summary>
    private async Task<string> SecretAsync()
    {
        var kept = await app.QueryAsync(db => db.Set<IdentityUserToken<Guid>>().SingleAsync(t => t.Name == "AuthenticatorKey"));
        await using var scope = app.Services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var secret = await people.GetAuthenticatorKeyAsync((await people.FindByIdAsync(kept.UserId.ToString()))!);
        Assert.DoesNotContain(secret!, kept.Value!, StringComparison.Ordinal);
        return secret!;
    }

    [GeneratedRegex("/invitations/[\\w-]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex("/sign-in/reset\\?person=(?<person>[\\w-]+)&token=(?<token>[\\w-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ResetLink();

    [GeneratedRegex("class=\"secret\">(?<secret>[A-Z2-7 ]+)<", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();

    [GeneratedRegex("[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RecoveryCodes();

    [GeneratedRegex("value=\"CfDJ8[^\"]+\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
