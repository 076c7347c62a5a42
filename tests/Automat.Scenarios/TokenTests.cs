using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Automat.Server.People;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>Programs come in with tokens, or sign somebody in.</summary>
public sealed partial class TokenTests
{
    [Fact]
    [Trait("Accepts", "S1-17")]
    public async Task A_token_does_what_its_scopes_say_until_it_is_revoked()
    {
        await using var app = await TestApp.StartAsync();
        using var person = new Visitor(app);
        await person.SignInAsync("operator@demo.automat", TestApp.Password);

        var made = await person.SendAsync("/panel/tokens", "/panel/tokens",
            ("name", "Cash desk"), ("days", "30"), ("scope", "catalog.read"));

        var key = Key().Match(made.Text).Value;
        Assert.DoesNotContain(key, (await person.OpenAsync("/panel/tokens")).Text, StringComparison.Ordinal);
        var stored = await app.QueryAsync(db => db.Set<ApiToken>().AsNoTracking().SingleAsync(t => t.Name == "Cash desk"));
        Assert.Equal(32, stored.Hash.Length);
        foreach (var bearer in new[] { true, false })
        {
            Assert.Equal(200, await CallAsync(app, HttpMethod.Get, "/api/get-products", key, bearer));
            Assert.Equal(403, await CallAsync(app, HttpMethod.Post, "/api/update-inventory", key, bearer));
            Assert.Equal(401, await CallAsync(app, HttpMethod.Get, "/api/get-products", key + "x", bearer));
        }

        Assert.NotNull((await app.QueryAsync(db => db.Set<ApiToken>().AsNoTracking().SingleAsync(t => t.Name == "Cash desk"))).LastUsedAt);
        await person.SendAsync("/panel/tokens", "/panel/tokens/revoke", ("token", stored.Id.ToString()));
        Assert.Equal(401, await CallAsync(app, HttpMethod.Get, "/api/get-products", key, bearer: true));
    }

    [Fact]
    [Trait("Accepts", "S1-17")]
    public async Task A_token_never_does_more_than_its_person_and_ends_in_time()
    {
        await using var app = await TestApp.StartAsync();
        using var auditor = new Visitor(app);
        await auditor.SignInAsync("auditor@demo.automat", TestApp.Password);
        Assert.Equal(422, (await auditor.SendAsync("/panel/tokens", "/panel/tokens",
            ("name", "Too much"), ("days", "30"), ("scope", "catalog.write"))).Status);
        Assert.Equal(422, (await auditor.SendAsync("/panel/tokens", "/panel/tokens",
            ("name", "Not mine"), ("days", "30"), ("scope", "catalog.read"), ("kind", "service"))).Status);
        var key = Key().Match((await auditor.SendAsync("/panel/tokens", "/panel/tokens",
            ("name", "Reader"), ("days", "30"), ("scope", "catalog.read"))).Text).Value;
        Assert.Equal(200, await CallAsync(app, HttpMethod.Get, "/api/get-products", key, bearer: true));

        await app.SetUpAsync("update memberships m set disabled_at = now() from people p where p.id = m.person_id and user_name = 'auditor@demo.automat'");
        Assert.Equal(401, await CallAsync(app, HttpMethod.Get, "/api/get-products", key, bearer: true));
        await app.SetUpAsync("update memberships set disabled_at = null; update api_tokens set expires_at = now() where name = 'Reader'");
        Assert.Equal(401, await CallAsync(app, HttpMethod.Get, "/api/get-products", key, bearer: true));
    }

    [Fact]
    [Trait("Accepts", "S1-17")]
    public async Task A_token_that_asks_too_often_waits()
    {
        await using var app = await TestApp.StartAsync(("Automat:RateLimits:Factor", "1"));
        var statuses = new List<int>();
        HttpResponseMessage? refused = null;
        for (var i = 0; i < 1_500 && refused is null; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/robot-status");
            request.Headers.Add("X-API-Key", TestApp.ApiKey);
            var answer = await app.Client.SendAsync(request);
            if ((int)answer.StatusCode == 429) refused = answer;
            else statuses.Add((int)answer.StatusCode);
        }

        Assert.NotNull(refused);
        Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.InRange(statuses.Count, 600, 1_499);
        Assert.All(statuses, status => Assert.Equal(200, status));
    }

    [Fact]
    [Trait("Accepts", "S1-17")]
    public async Task Signing_in_by_program_gives_tokens_that_renew_and_end_with_the_session()
    {
        await using var app = await TestApp.StartAsync();
        var wrong = await app.Client.PostAsJsonAsync("/api/v1/sign-in", new { email = "operator@demo.automat", password = "wrong password" });
        Assert.Equal(401, (int)wrong.StatusCode);
        Assert.Contains("sign_in_failed", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var first = await TokensAsync(app, "/api/v1/sign-in", new { email = "operator@demo.automat", password = TestApp.Password });
        Assert.Equal(200, await CallAsync(app, HttpMethod.Get, "/api/get-products", first.Access, bearer: true));
        var second = await TokensAsync(app, "/api/v1/sign-in/refresh", new { refresh_token = first.Refresh });
        Assert.Equal(200, await CallAsync(app, HttpMethod.Get, "/api/get-products", second.Access, bearer: true));
        Assert.Equal(401, (int)(await app.Client.PostAsJsonAsync("/api/v1/sign-in/refresh", new { refresh_token = second.Access })).StatusCode);

        Assert.Equal(204, await CallAsync(app, HttpMethod.Post, "/api/v1/sign-out", second.Access, bearer: true));
        Assert.Equal(401, await CallAsync(app, HttpMethod.Get, "/api/get-products", first.Access, bearer: true));
        Assert.Equal(401, (int)(await app.Client.PostAsJsonAsync("/api/v1/sign-in/refresh", new { refresh_token = second.Refresh })).StatusCode);
    }

    [Fact]
    [Trait("Accepts", "S3-14")]
    public async Task Over_https_every_cookie_is_bound_to_this_host()
    {
        await using var app = await TestApp.StartAsync(("Automat:PublicUrl", "https://shop.example"));
        using var answer = await app.Client.PostAsJsonAsync("/api/admin-login", new { username = "admin1", password = TestApp.Password });
        using var page = await app.Client.GetAsync(new Uri("/sign-in", UriKind.Relative));

        Assert.All(answer.Headers.GetValues("Set-Cookie").Concat(page.Headers.GetValues("Set-Cookie")), cookie =>
        {
            Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
            Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        });
    }

    private static async Task<(string Access, string Refresh)> TokensAsync(TestApp app, string path, object body)
    {
        using var answer = await app.Client.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        var tokens = JsonDocument.Parse(text).RootElement;
        return (tokens.GetProperty("access_token").GetString()!, tokens.GetProperty("refresh_token").GetString()!);
    }

    private static async Task<int> CallAsync(TestApp app, HttpMethod method, string path, string key, bool bearer)
    {
        using var client = new HttpClient { BaseAddress = app.Http };
        using var request = new HttpRequestMessage(method, path);
        if (bearer) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        else request.Headers.Add("X-API-Key", key);
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    [GeneratedRegex("amt_[\\w-]{43}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();
}
