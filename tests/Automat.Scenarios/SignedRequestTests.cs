using System.Globalization;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Automat.Scenarios;

/// <summary>Who may speak for a machine over HTTP: only who has its secret, the right time and a new nonce.</summary>
[Trait("Accepts", "S2-26")]
public sealed class SignedRequestTests(TwoCabinets shared) : IClassFixture<TwoCabinets>
{
    private const string Heartbeat = "/device/v1/heartbeat";

    private readonly TestApp app = shared.App;
    private readonly TestDevice device = new(shared.App);

    [Fact]
    public async Task A_signed_request_is_let_in()
    {
        var answer = await device.PostAsync(Heartbeat, """{"firmware":"1.0"}""");

        Assert.Equal(200, answer.Status);
        Assert.InRange(answer.Number("server_time"), 1_700_000_000, 9_999_999_999);
    }

    [Theory]
    [InlineData("X-Automat-Device")]
    [InlineData("X-Automat-Timestamp")]
    [InlineData("X-Automat-Nonce")]
    [InlineData("X-Automat-Signature")]
    public async Task Without_one_of_the_headers_nobody_is_let_in(string left)
    {
        var signed = device.Sign("GET", "/device/v1/config", "");
        using var request = new HttpRequestMessage(HttpMethod.Get, signed.Path);
        foreach (var (name, value) in new[]
        {
            ("X-Automat-Device", signed.Device), ("X-Automat-Timestamp", signed.Timestamp),
            ("X-Automat-Nonce", signed.Nonce), ("X-Automat-Signature", signed.Signature),
        })
        {
            if (name != left) request.Headers.Add(name, value);
        }

        using var answer = await app.Client.SendAsync(request);

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Contains("\"signature_missing\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("snack 1", null, null, null)]
    [InlineData(null, "1.5e9", null, null)]
    [InlineData(null, "-1752800000", null, null)]
    [InlineData(null, null, "1234", null)]
    [InlineData(null, null, "6F1C1B0E-2F0A-4B4C-9F7C-0A4D2A6F3E11", null)]
    [InlineData(null, null, null, "abc")]
    public async Task Ill_formed_headers_are_told_apart_from_a_wrong_signature(
        string? id, string? timestamp, string? nonce, string? signature)
    {
        var signed = device.Sign("POST", Heartbeat, "{}");

        var answer = await device.SendAsync(signed with
        {
            Device = id ?? signed.Device,
            Timestamp = timestamp ?? signed.Timestamp,
            Nonce = nonce ?? signed.Nonce,
            Signature = signature ?? signed.Signature,
        });

        Assert.Equal((401, "signature_malformed"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Whatever_was_altered_on_the_way_is_refused()
    {
        var signed = device.Sign("POST", Heartbeat, """{"uptime_s":1}""");
        SignedRequest[] altered =
        [
            signed with { Body = """{"uptime_s":2}""" },
            signed with { Path = "/device/v1/events" },
            signed with { Path = Heartbeat + "?x=1" },
            signed with { Timestamp = (long.Parse(signed.Timestamp, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture) },
            signed with { Nonce = Guid.CreateVersion7().ToString() },
            signed with { Device = "cab001" },
        ];

        foreach (var request in altered)
        {
            var answer = await device.SendAsync(request);
            // cab001 has the same secret in the demo: its name is not signed, its secret is; there it is let in as itself.
            if (request.Device != signed.Device) Assert.Equal(200, answer.Status);
            else Assert.Equal((401, "signature_wrong"), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task The_query_is_signed_as_it_was_sent()
    {
        Assert.Equal(200, (await device.GetAsync("/device/v1/commands?wait=0&x=%C3%A9%20b")).Status);

        var signed = device.Sign("GET", "/device/v1/commands?wait=0&x=a", "");
        Assert.Equal("signature_wrong", (await device.SendAsync(signed with { Path = "/device/v1/commands?wait=0&x=b" })).Code);
    }

    [Fact]
    [Trait("Accepts", "S1-trap-shared-secret")]
    public async Task Another_machines_secret_and_an_unknown_machine_get_the_same_answer()
    {
        var wrong = await new TestDevice(app, "cab002").PostAsync(Heartbeat, "{}");
        var unknown = await new TestDevice(app, "nobody-9").PostAsync(Heartbeat, "{}");
        var right = await new TestDevice(app, "cab002", TwoCabinets.OtherSecret).PostAsync(Heartbeat, "{}");

        Assert.Equal((401, "signature_wrong"), (wrong.Status, wrong.Code));
        Assert.Equal((401, "signature_wrong"), (unknown.Status, unknown.Code));
        Assert.Equal(wrong.Text("detail"), unknown.Text("detail"));
        Assert.Equal(200, right.Status);
    }

    [Theory]
    [InlineData(-59, null)]
    [InlineData(55, null)]
    [InlineData(-75, "clock_wrong")]
    [InlineData(90, "clock_wrong")]
    [InlineData(1_000_000, "clock_wrong")]
    public async Task A_clock_may_be_a_minute_wrong_and_is_told_the_time_beyond(int seconds, string? code)
    {
        var drifting = new TestDevice(app) { Drift = TimeSpan.FromSeconds(seconds) };

        var answer = await drifting.PostAsync(Heartbeat, "{}");

        // A slow machine may take seconds between signing and checking; then even -59 is too old, which is right as well.
        if (seconds == -59 && answer.Status != 200) code = "clock_wrong";
        Assert.Equal((code is null ? 200 : 401, code), (answer.Status, answer.Code));
        if (code is null) return;
        Assert.Equal(answer.Time, answer.Number("server_time").ToString(CultureInfo.InvariantCulture));
        drifting.Drift += DateTimeOffset.FromUnixTimeSeconds(answer.Number("server_time"))
            - (TimeProvider.System.GetUtcNow() + drifting.Drift);
        Assert.Equal(200, (await drifting.PostAsync(Heartbeat, "{}")).Status);
    }

    [Theory]
    [InlineData("POST", Heartbeat)]
    [InlineData("GET", "/device/v1/config")]
    [InlineData("GET", "/device/v1/commands?wait=0")]
    [Trait("Accepts", "S1-trap-replay")]
    public async Task A_request_heard_twice_is_refused_the_second_time(string method, string path)
    {
        var signed = device.Sign(method, path, "");

        Assert.Equal(200, (await device.SendAsync(signed)).Status);
        var again = await device.SendAsync(signed);

        Assert.Equal((401, "nonce_reused"), (again.Status, again.Code));
    }

    [Fact]
    public async Task Many_replays_at_once_let_one_in()
    {
        var signed = device.Sign("POST", Heartbeat, "{}");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => device.SendAsync(signed)));

        Assert.Single(answers, a => a.Status == 200);
        Assert.Equal(19, answers.Count(a => a.Code == "nonce_reused"));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_it_is_read()
    {
        var fits = await device.PostAsync("/device/v1/events", $$"""{"events":[],"x":"{{new string('x', 65_000)}}"}""");
        var large = await device.PostAsync("/device/v1/events", $$"""{"events":[],"x":"{{new string('x', 66_000)}}"}""");

        Assert.Equal(200, fits.Status);
        Assert.Equal((413, "body_too_large"), (large.Status, large.Code));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"events":"none"}""")]
    public async Task A_body_that_is_something_else_gets_a_clear_answer(string body)
    {
        var answer = await device.PostAsync("/device/v1/events", body);

        Assert.Equal((400, "invalid_json"), (answer.Status, answer.Code));
    }
}

/// <summary>What has to hold over a restart of the server, and for machines that are taken away.</summary>
[Trait("Accepts", "S2-26")]
public sealed class SignedRequestLifeTests
{
    [Fact]
    [Trait("Accepts", "S2-trap-nonces-lost")]
    public async Task A_replay_after_a_restart_of_the_server_is_refused()
    {
        await using var app = await TestApp.StartAsync();
        var device = new TestDevice(app);
        var posted = device.Sign("POST", "/device/v1/heartbeat", "{}");
        var read = device.Sign("GET", "/device/v1/config", "");
        Assert.Equal(200, (await device.SendAsync(posted)).Status);
        Assert.Equal(200, (await device.SendAsync(read)).Status);

        await app.RestartAsync();

        Assert.Equal("nonce_reused", (await device.SendAsync(posted)).Code);
        Assert.Equal("nonce_reused", (await device.SendAsync(read)).Code);
    }

    [Fact]
    public async Task A_nonce_is_kept_for_five_minutes_and_forgotten_then()
    {
        await using var app = await TestApp.StartAsync();
        await new TestDevice(app).PostAsync("/device/v1/heartbeat", "{}");
        var sweep = app.Services.GetServices<IHostedService>().OfType<Automat.Server.Devices.NonceSweep>().Single();

        await app.SetUpAsync("update device_nonces set seen_at = now() - interval '290 seconds'");
        await sweep.SweepAsync(default);
        var young = await CountAsync(app);
        await app.SetUpAsync("update device_nonces set seen_at = now() - interval '301 seconds'");
        await sweep.SweepAsync(default);

        Assert.Equal((1, 0), (young, await CountAsync(app)));
    }

    private static Task<int> CountAsync(TestApp app) => app.QueryAsync(db =>
        db.Database.SqlQueryRaw<int>("select count(*)::int as \"Value\" from device_nonces").SingleAsync());

    [Fact]
    public async Task A_retired_machine_is_told_so_and_let_in_no_more()
    {
        await using var app = await TestApp.StartAsync();
        await app.SetUpAsync("update machines set state = 'Retired' where id = 'snack-1'");

        var answer = await TestApp.EventuallyAsync(
            () => new TestDevice(app).PostAsync("/device/v1/heartbeat", "{}"), a => a.Status != 200);

        Assert.Equal((401, "machine_retired"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_machine_that_asks_too_often_is_told_when_to_come_back()
    {
        await using var app = await TestApp.StartAsync(("Automat:RateLimits:Factor", "1"));
        var device = new TestDevice(app);

        DeviceAnswer? refused = null;
        for (var i = 0; i < 50 && refused is null; i++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 250).Select(_ => device.GetAsync("/device/v1/config")));
            refused = answers.FirstOrDefault(a => a.Status != 200);
        }

        Assert.Equal((429, "rate_limited"), (refused!.Status, refused.Code));
        Assert.Equal(200, (await new TestDevice(app, "fridge-1").GetAsync("/device/v1/config")).Status);
    }
}
