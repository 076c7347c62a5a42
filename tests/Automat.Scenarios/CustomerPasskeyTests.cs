using System.Text.Json;
using Automat.Server.Customers;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>What a browser sends as a passkey may be anything; whose passkeys there are is told to their owner and goes with them.</summary>
public sealed class CustomerPasskeyTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("no json")]
    [InlineData("""{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"QQ"}}""")]
    public async Task Nonsense_is_refused_with_and_without_an_offer_and_lets_nobody_in(string credential)
    {
        using var stranger = new Visitor(app);
        foreach (var asks in new[] { false, true })
        {
            if (asks) Assert.Equal(200, (await stranger.SendAsync("/me/sign-in", "/me/sign-in/passkey/options")).Status);
            Assert.Equal(422, (await stranger.SendAsync("/me/sign-in", "/me/sign-in/passkey", ("credential", credential))).Status);
        }

        using var member = await Member.JoinAsync(app, $"nonsense-{Guid.CreateVersion7():N}@customers.example");
        foreach (var asks in new[] { false, true })
        {
            if (asks) Assert.Equal(200, (await member.Browser.SendAsync("/me/account", "/me/account/passkeys/options")).Status);
            var added = await member.Browser.SendAsync(
                "/me/account", "/me/account/passkeys", ("password", Member.Password), ("credential", credential), ("name", "Thumb"));
            Assert.Equal(422, added.Status);
        }

        Assert.Equal(303, (await member.Browser.SendAsync("/me/account", "/me/account/passkeys/remove", ("passkey", credential))).Status);
        Assert.StartsWith("/me/sign-in", (await stranger.OpenAsync("/me/account")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passkeys_are_in_their_owners_download_and_go_with_the_account()
    {
        using var member = await Member.JoinAsync(app, "thumbs@customers.example");
        var owner = await app.QueryAsync(db => db.Set<Customer>().SingleAsync(c => c.Email == member.Email));
        await app.SetUpAsync(
            $"""
             insert into customer_passkeys (credential_id, organization_id, customer_id, name, public_key, sign_count, is_backup_eligible,
                 is_backed_up, transports, created_at)
             values ('\x0102', '{owner.OrganizationId}', '{owner.Id}', 'Left thumb', '\x03', 1, true, true, '{"{}"}', now())
             """);

        var told = JsonDocument.Parse((await member.Browser.SendAsync("/me/account", "/me/account/export")).Text).RootElement;
        var passkey = told.GetProperty("customer_account").EnumerateArray().Single().GetProperty("passkeys").EnumerateArray().Single();
        Assert.Equal("Left thumb", passkey.GetProperty("name").GetString());
        await member.Browser.SendAsync("/me/account", "/me/account/erase", ("password", Member.Password));

        Assert.False(await app.QueryAsync(db => db.Set<CustomerPasskey>().AnyAsync(p => p.CustomerId == owner.Id)));
    }
}
