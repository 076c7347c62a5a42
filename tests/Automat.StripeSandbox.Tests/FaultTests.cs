using System.Net;

namespace Automat.StripeSandbox.Tests;

public sealed class FaultTests
{
    [Theory]
    [InlineData(500)]
    [InlineData(409)]
    [InlineData(429)]
    public async Task Calls_fail_as_often_as_told_and_do_nothing(int status)
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await sandbox.Client.SetFaultsAsync(
            $$$"""{"api":{"fail_next":2,"fail_status":{{{status}}},"only":"POST /v1/customers"}}""");

        var first = await sandbox.Client.PostKeyedAsync("k", "/v1/customers");
        var spared = await sandbox.Client.GetAsync("/v1/customers");
        var second = await sandbox.Client.PostKeyedAsync("k", "/v1/customers");
        var third = await sandbox.Client.PostKeyedAsync("k", "/v1/customers");

        Assert.Equal([status, status, 200], new[] { first, second, third }.Select(one => (int)one.Status));
        Assert.Empty(spared.MustSucceed().Data);
        Assert.Single((await sandbox.Client.GetAsync("/v1/customers")).Data);
    }

    [Fact]
    public async Task A_lost_answer_was_done_and_the_key_finds_it()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var session = await sandbox.Client.CreatePaidSessionAsync();
        (string, string)[] refund = [("payment_intent", session.Text("payment_intent")!), ("amount", "100")];
        await sandbox.Client.SetFaultsAsync("""{"api":{"lose_answer_next":1}}""");

        await Assert.ThrowsAsync<HttpRequestException>(
            () => sandbox.Client.PostKeyedAsync("refund-1", "/v1/refunds", refund));
        var again = await sandbox.Client.PostKeyedAsync("refund-1", "/v1/refunds", refund);

        Assert.Equal("true", again.MustSucceed().Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Single((await sandbox.Client.GetAsync("/v1/refunds")).Data);
    }

    [Fact]
    public async Task A_call_may_hang_until_the_caller_gives_up()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await sandbox.Client.SetFaultsAsync("""{"api":{"timeout_next":1}}""");
        using var impatient = new TestClient(sandbox.Host);
        impatient.Http.Timeout = TimeSpan.FromMilliseconds(200);

        await Assert.ThrowsAsync<TaskCanceledException>(() => impatient.PostAsync("/v1/customers"));

        Assert.Empty((await sandbox.Client.GetAsync("/v1/customers")).Data);
    }

    [Fact]
    public async Task A_hanging_call_does_not_keep_the_sandbox_from_stopping()
    {
        var sandbox = await TestSandbox.StartAsync();
        await sandbox.Client.SetFaultsAsync("""{"api":{"timeout_next":1}}""");
        using var patient = new TestClient(sandbox.Host);
        var hanging = patient.PostAsync("/v1/customers");
        await Eventually.IsTrueAsync(async () => (await sandbox.Client.GetAsync("/_sandbox/faults")).Json
            .GetProperty("api").GetProperty("timeout_next").GetInt32() == 0, "the call arrived");

        await sandbox.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => hanging);
    }

    [Fact]
    public async Task Stripes_least_amount_is_a_switch()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        (string, string)[] small = [("amount", "20"), ("currency", "usd")];

        var allowed = await sandbox.Client.PostAsync("/v1/payment_intents", small);
        await sandbox.Client.SetFaultsAsync("""{"api":{"enforce_minimum_amount":true}}""");
        var refused = await sandbox.Client.PostAsync("/v1/payment_intents", small);

        allowed.MustSucceed();
        Assert.Equal("amount_too_small", refused.Error.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("""{"webhooks":{"duplicate":-1}}""")]
    [InlineData("""{"api":{"fail_status":200}}""")]
    [InlineData("""{"webhook":{}}""")]
    [InlineData("nonsense")]
    public async Task A_switch_that_makes_no_sense_is_refused(string json)
    {
        await using var sandbox = await TestSandbox.StartAsync();
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        using var answer = await sandbox.Client.Http.PutAsync("/_sandbox/faults", content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task The_overview_shows_what_there_is_and_its_buttons_work()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var session = await sandbox.Client.CreatePaidSessionAsync(("metadata[note]", "<b>bold</b>"));

        var page = await sandbox.Client.Http.GetStringAsync("/_sandbox");
        var state = await sandbox.Client.GetAsync("/_sandbox/state");
        using var pressed = await sandbox.Client.PostPageAsync("/_sandbox/webhooks/pause");

        Assert.Contains(session.Id, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>bold", page, StringComparison.Ordinal);
        Assert.Equal(session.Id, state.Json.GetProperty("checkout_sessions")[0].GetProperty("id").GetString());
        Assert.Equal(1, state.Json.GetProperty("counts").GetProperty("charge").GetInt32());
        Assert.Equal("/_sandbox", pressed.Headers.Location!.ToString());
    }
}
