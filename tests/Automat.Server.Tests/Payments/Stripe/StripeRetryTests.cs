using Automat.Server.Payments;

namespace Automat.Server.Tests.Payments.Stripe;

/// <summary>Lost answers, busy servers and slow ones: the same request again, within a bounded time.</summary>
public sealed class StripeRetryTests : IAsyncLifetime
{
    private static readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    private static readonly RefundRequest _refund = new("pi_1", 100, "USD", new Dictionary<string, string>());

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private FakeStripe _stripe = null!;

    public async ValueTask InitializeAsync() => _stripe = await FakeStripe.StartAsync();

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    [Theory]
    [InlineData(409)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_busy_answer_is_asked_again_with_the_same_key_and_bytes(int status)
    {
        _stripe.Then(status, "{}").Then(status, "{}").Then(200, Fixtures.Json("refund"));

        var refund = await _stripe.Provider().RefundAsync(_refund, "refund-1", _ct);

        Assert.Equal(100, refund.Amount);
        Assert.Equal(3, _stripe.Requests.Count);
        Assert.All(_stripe.Requests, request => Assert.Equal("refund-1", request.Headers["Idempotency-Key"]));
        Assert.Single(_stripe.Requests.Select(request => request.Body).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_lost_answer_is_asked_again_with_the_same_key()
    {
        _stripe.ThenHangUp().Then(200, Fixtures.Json("refund"));

        await _stripe.Provider().RefundAsync(_refund, "refund-1", _ct);

        Assert.Equal(2, _stripe.Requests.Count);
        Assert.All(_stripe.Requests, request => Assert.Equal("refund-1", request.Headers["Idempotency-Key"]));
    }

    [Fact]
    public async Task Half_an_answer_is_no_answer()
    {
        _stripe.Then(async http =>
        {
            http.Response.ContentLength = 1000;
            await http.Response.Body.WriteAsync("{\"id\""u8.ToArray());
            await http.Response.Body.FlushAsync();
            http.Abort();
        }).Then(200, Fixtures.Json("refund"));

        await _stripe.Provider().RefundAsync(_refund, "refund-1", _ct);

        Assert.Equal(2, _stripe.Requests.Count);
    }

    [Fact]
    public async Task A_silent_server_is_left_after_the_attempts_time_and_asked_again()
    {
        var clock = new ManualClock(_start);
        _stripe.ThenSilence().Then(200, Fixtures.Json("refund"));

        var refunding = _stripe.Provider(clock).RefundAsync(_refund, "refund-1", _ct);
        await clock.WaitForDelayAsync(delay => delay == TimeSpan.FromSeconds(10));
        await ArrivedAsync(1);
        clock.Advance(TimeSpan.FromSeconds(10));
        await clock.WaitForDelayAsync(delay => delay <= TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        await refunding.WaitAsync(_patience, _ct);

        Assert.Equal(2, _stripe.Requests.Count);
    }

    [Fact]
    public async Task Retry_After_is_waited_for()
    {
        var clock = new ManualClock(_start);
        _stripe.Then(429, "{}", ("Retry-After", "7")).Then(200, Fixtures.Json("refund"));

        var refunding = _stripe.Provider(clock).RefundAsync(_refund, "refund-1", _ct);
        await clock.WaitForDelayAsync(delay => delay == TimeSpan.FromSeconds(7));

        Assert.Single(_stripe.Requests);
        clock.Advance(TimeSpan.FromSeconds(7));
        await refunding.WaitAsync(_patience, _ct);
        Assert.Equal(2, _stripe.Requests.Count);
    }

    [Fact]
    public async Task A_Retry_After_beyond_the_time_allowed_ends_the_call_at_once()
    {
        _stripe.Then(503, "{}", ("Retry-After", "120"));

        var e = await Assert.ThrowsAsync<ProviderUnavailableException>(() =>
            _stripe.Provider(new ManualClock(_start)).RefundAsync(_refund, "refund-1", _ct));

        Assert.Equal(TimeSpan.FromSeconds(120), e.RetryAfter);
        Assert.Single(_stripe.Requests);
    }

    [Fact]
    public async Task A_server_that_stays_broken_is_unavailable_after_six_tries()
    {
        var e = await Assert.ThrowsAsync<ProviderUnavailableException>(() =>
            _stripe.Provider().RefundAsync(_refund, "refund-1", _ct));

        Assert.Contains("HTTP 500", e.Message, StringComparison.Ordinal);
        Assert.Equal(6, _stripe.Requests.Count);
    }

    [Fact]
    public async Task All_tries_together_stay_within_thirty_seconds()
    {
        var clock = new ManualClock(_start);
        for (var i = 0; i < 6; i++) _stripe.ThenSilence();

        var refunding = _stripe.Provider(clock, ("RetryDelay", "00:00:01")).RefundAsync(_refund, "refund-1", _ct);
        while (!refunding.IsCompleted)
        {
            var next = clock.WaitForDelayAsync(_ => true);
            if (await Task.WhenAny(next, refunding) == next) clock.Advance(await next);
        }

        await Assert.ThrowsAsync<ProviderUnavailableException>(() => refunding.WaitAsync(_patience, _ct));
        Assert.InRange(clock.GetUtcNow() - _start, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Nobody_listening_is_unavailable()
    {
        var provider = _stripe.Provider(clock: null, ("ApiBase", "http://127.0.0.1:1"));

        await Assert.ThrowsAsync<ProviderUnavailableException>(() => provider.FindIntentAsync("pi_1", _ct));
    }

    [Fact]
    public async Task Stripes_own_advice_on_repeating_is_taken()
    {
        _stripe.Then(500, "{}", ("Stripe-Should-Retry", "false"));
        var provider = _stripe.Provider();

        await Assert.ThrowsAsync<ProviderUnavailableException>(() => provider.RefundAsync(_refund, "k", _ct));
        Assert.Single(_stripe.Requests);

        _stripe.Then(402, "{}", ("Stripe-Should-Retry", "true")).Then(200, Fixtures.Json("refund"));
        await provider.RefundAsync(_refund, "k", _ct);
        Assert.Equal(3, _stripe.Requests.Count);
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_not_repeated()
    {
        _stripe.ThenSilence();
        using var stop = new CancellationTokenSource();

        var refunding = _stripe.Provider().RefundAsync(_refund, "k", stop.Token);
        await ArrivedAsync(1);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refunding.WaitAsync(_patience, _ct));
        Assert.Single(_stripe.Requests);
    }

    // The clock must not move before the request is on its way, or the attempt ends unsent.
    private async Task ArrivedAsync(int count)
    {
        for (var i = 0; i < 2000 && _stripe.Requests.Count < count; i++) await Task.Delay(5, _ct);
        Assert.Equal(count, _stripe.Requests.Count);
    }
}
