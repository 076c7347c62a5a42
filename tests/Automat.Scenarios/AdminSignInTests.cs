using System.Diagnostics;
using System.Net.Http.Json;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>The sign-in existing admin pages use, and what it must not give away.</summary>
public sealed class AdminSignInTests
{
    private const string Wrong = """{"success":false}""";

    [Fact]
    [Trait("Accepts", "S0-06")]
    [Trait("Accepts", "S0-08")]
    [Trait("Accepts", "S0-trap-V4")]
    [Trait("Accepts", "S0-trap-V13")]
    public async Task Signing_in_stays_active_and_ends_as_existing_pages_know_it()
    {
        await using var app = await TestApp.StartAsync();
        using var admin = new RobotBuyer(app);
        using var stranger = new RobotBuyer(app);
        Assert.Equal((404, """{"active":false}"""), await ActiveAsync(admin, "admin1"));
        Assert.Equal(401, (await RobotBuyer.ReadAsync(TouchAsync(admin))).Status);

        using (var login = await LoginAsync(admin, "admin1", TestApp.Password))
        {
            Assert.Equal(
                """{"first_name":"Demo","last_name":"Administrator","success":true,"username":"admin1"}""",
                (await login.Content.ReadAsStringAsync()).TrimEnd());
            var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal((200, """{"active":true}"""), await ActiveAsync(admin, "admin1"));
        Assert.Equal((404, """{"active":false}"""), await ActiveAsync(admin, "somebody-else"));
        Assert.Equal((404, """{"active":false}"""), await ActiveAsync(admin, ""));
        Assert.Equal((404, """{"active":false}"""), await ActiveAsync(stranger, "admin1"));

        await admin.ChangeAsync("update people set last_seen_at = now() - interval '3 minutes'");
        Assert.Equal((200, """{"active":false}"""), await ActiveAsync(admin, "admin1"));
        Assert.Equal((200, """{"success":true}"""), await RobotBuyer.ReadAsync(TouchAsync(admin)));
        Assert.Equal((200, """{"active":true}"""), await ActiveAsync(admin, "admin1"));

        // Logging out ends the activity; it used to prolong it. A stranger's logout does nothing to anybody.
        Assert.Equal((200, """{"success":true}"""), await LogoutAsync(stranger));
        Assert.Equal((200, """{"active":true}"""), await ActiveAsync(admin, "admin1"));
        Assert.Equal((200, """{"success":true}"""), await LogoutAsync(admin));
        Assert.Equal((404, """{"active":false}"""), await ActiveAsync(admin, "admin1"));
        Assert.Equal(401, (await RobotBuyer.ReadAsync(TouchAsync(admin))).Status);
    }

    [Fact]
    [Trait("Accepts", "S0-trap-V13")]
    [Trait("Accepts", "S0-18")]
    public async Task A_wrong_name_and_a_wrong_password_look_and_last_the_same()
    {
        await using var app = await TestApp.StartAsync();
        using var guest = new RobotBuyer(app);
        await LoginAsync(guest, "warm", "up");
        var (known, unknown) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var i = 0; i < 4; i++)
        {
            var since = Stopwatch.GetTimestamp();
            Assert.Equal((200, Wrong), await RobotBuyer.ReadAsync(LoginAsync(guest, "nobody" + i, "wrong password")));
            unknown = Min(unknown, Stopwatch.GetElapsedTime(since));
            since = Stopwatch.GetTimestamp();
            Assert.Equal((200, Wrong), await RobotBuyer.ReadAsync(LoginAsync(guest, "admin1", "wrong password")));
            known = Min(known, Stopwatch.GetElapsedTime(since));
        }

        // Hashing is what takes the time; without it an unknown name would be answered in a tenth of it.
        Assert.True(unknown > known / 3, $"{unknown} for an unknown name, {known} for a known one");
        foreach (var body in new[] { "{}", """{"username":"admin1"}""", """{"username":null,"password":null}""" })
        {
            Assert.Equal((200, Wrong), await RobotBuyer.ReadAsync(guest.Browser.PostAsync(
                "/api/admin-login", new StringContent(body, System.Text.Encoding.UTF8, "application/json"))));
        }
    }

    [Fact]
    [Trait("Accepts", "S0-trap-V13")]
    public async Task Guessing_locks_the_name_and_nobody_can_tell()
    {
        await using var app = await TestApp.StartAsync();
        using var guest = new RobotBuyer(app);
        for (var i = 0; i < 8; i++) await LoginAsync(guest, "admin1", "guess number " + i);

        Assert.Equal((200, Wrong), await RobotBuyer.ReadAsync(LoginAsync(guest, "admin1", TestApp.Password)));
        var (_, other) = await RobotBuyer.ReadAsync(LoginAsync(guest, "admin@demo.automat", TestApp.Password));
        Assert.Contains("\"success\":true", other, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Accepts", "S0-trap-V13")]
    public async Task Guessing_quickly_is_slowed_down()
    {
        await using var app = await TestApp.StartAsync(("Automat:RateLimits:Factor", "1"));
        using var guest = new RobotBuyer(app);
        // All at once: ten hashes one after the other can take as long as the limit needs to forget one of them.
        var answers = await Task.WhenAll(Enumerable.Range(0, 11).Select(i =>
            i < 10 ? LoginAsync(guest, "nobody" + i, "guess") : LoginAsync(guest, "admin1", TestApp.Password)));

        Assert.Equal(10, answers.Count(a => (int)a.StatusCode == 200));
        using var refused = Assert.Single(answers, a => (int)a.StatusCode == 429);
        Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.Contains("too_many_requests", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static Task<HttpResponseMessage> LoginAsync(RobotBuyer who, string username, string password) =>
        who.Browser.PostAsJsonAsync("/api/admin-login", new { username, password });

    private static Task<HttpResponseMessage> TouchAsync(RobotBuyer who) =>
        who.Browser.PostAsJsonAsync("/api/update-activity", new { username = "admin1" });

    private static Task<(int Status, string Body)> LogoutAsync(RobotBuyer who) =>
        RobotBuyer.ReadAsync(who.Browser.PostAsJsonAsync("/api/admin-logout", new { username = "admin1" }));

    private static Task<(int Status, string Body)> ActiveAsync(RobotBuyer who, string username) =>
        RobotBuyer.ReadAsync(who.Browser.GetAsync($"/api/is-admin-active?username={username}"));
}
