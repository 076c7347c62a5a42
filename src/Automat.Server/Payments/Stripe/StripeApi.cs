using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Automat.Server.Payments.Stripe;

/// <summary>
/// One call to Stripe over HTTP, repeated with the same idempotency key while its outcome is open, within a bounded
/// time. Ends in JSON, a refusal in Stripe's own words, or <see cref="ProviderUnavailableException"/>.
/// </summary>
/// <remarks>
/// A loop of our own rather than a resilience pipeline: the key, the wait Stripe asks for and the time left belong
/// together, and here they stand on one page.
/// </remarks>
internal sealed class StripeApi(
    HttpClient http, IOptions<StripeSettings> options, TimeProvider time, ILogger<StripeApi> logger)
{
    /// <summary>The version of Stripe's API these files are written for; Stripe keeps old versions working.</summary>
    public const string Version = "2025-03-31.basil";

    /// <summary>The largest answer we read: a hundred checkouts with full metadata fit many times.</summary>
    public const int MaxAnswerBytes = 8 * 1024 * 1024;

    private static readonly MediaTypeHeaderValue _formType = new("application/x-www-form-urlencoded");

    private readonly StripeSettings _settings = options.Value;
    private readonly string _base = options.Value.ApiBase.TrimEnd('/');

    /// <summary>
    /// Changes something. Writes the form's bytes once; every repetition sends the same bytes and key.
    /// </summary>
    public async Task<T> PostAsync<T>(
        string path, StripeForm form, string key, Func<JsonElement, T> read, CancellationToken ct)
    {
        if (key.Length is 0 or > 255 || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new ArgumentException("An idempotency key is 1 to 255 visible ASCII characters.", nameof(key));

        var answer = await SendAsync(HttpMethod.Post, path, form.ToArray(), key, ct);
        return Understand(answer, read);
    }

    /// <summary>
    /// Looks something up; throws a refusal with code <c>resource_missing</c> when there is no such thing.
    /// </summary>
    public async Task<T> GetAsync<T>(string path, Func<JsonElement, T> read, CancellationToken ct) =>
        Understand(await SendAsync(HttpMethod.Get, path, form: null, key: null, ct), read);

    private async Task<byte[]> SendAsync(
        HttpMethod method, string path, byte[]? form, string? key, CancellationToken ct)
    {
        if (!_settings.IsConfigured)
            throw new ProviderRefusedException("not_configured", "Stripe:SecretKey is not set.");

        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var left = Left(started);
            var outcome = await TryAsync(method, path, form, key, left, ct);
            if (outcome.Answer is { } answer) return answer;

            var delay = StripeRetry.Delay(_settings.RetryDelay, attempt, outcome.RetryAfter);
            if (!outcome.Again || attempt == StripeRetry.MaxAttempts || delay >= Left(started))
            {
                logger.LogWarning(
                    "Stripe {Method} {Path}: {Trouble}; given up after {Attempts} attempts",
                    method, path, outcome.Trouble, attempt);
                throw new ProviderUnavailableException(
                    $"Stripe did not answer {method} {path}: {outcome.Trouble}.", outcome.RetryAfter, outcome.Cause);
            }

            logger.LogInformation(
                "Stripe {Method} {Path}: {Trouble}; attempt {Attempt} follows in {Delay} ms",
                method, path, outcome.Trouble, attempt + 1, (long)delay.TotalMilliseconds);
            await Task.Delay(delay, time, ct);
        }
    }

    // Never nothing: a wait that took longer than planned still leaves one try, which then ends at once.
    private TimeSpan Left(long started)
    {
        var left = _settings.TotalTimeout - time.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
    }

    private async Task<Outcome> TryAsync(
        HttpMethod method, string path, byte[]? form, string? key, TimeSpan left, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(
            left < _settings.AttemptTimeout ? left : _settings.AttemptTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        using var request = Request(method, path, form, key);
        try
        {
            using var response = await http.SendAsync(request, both.Token);
            var body = await response.Content.ReadAsByteArrayAsync(both.Token);
            return Judge(response, body);
        }
        catch (HttpRequestException e)
        {
            // An answer larger than we read will not shrink by asking again.
            var again = e.HttpRequestError != HttpRequestError.ConfigurationLimitExceeded;
            return new Outcome($"network error ({e.HttpRequestError})") { Again = again, Cause = e };
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            return new Outcome("no answer in time") { Again = true, Cause = e };
        }
    }

    private Outcome Judge(HttpResponseMessage response, byte[] body)
    {
        if (response.IsSuccessStatusCode) return new Outcome("") { Answer = body };

        var trouble = $"HTTP {(int)response.StatusCode}";
        if (StripeRetry.IsWorthwhile(response))
        {
            var after = StripeRetry.RetryAfter(response.Headers.RetryAfter, time.GetUtcNow());
            return new Outcome(trouble) { Again = true, RetryAfter = after };
        }

        // A refusal is definite only in Stripe's own words; a proxy in between may say 403 for reasons of its own.
        if (!StripeRetry.IsTransient(response.StatusCode) && StripeRefusals.Read(body) is { } refusal) throw refusal;
        return new Outcome(trouble);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, byte[]? form, string? key)
    {
        var request = new HttpRequestMessage(method, new Uri(_base + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _settings.SecretKey);
        request.Headers.Add("Stripe-Version", Version);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (form is not null)
        {
            request.Content = new ByteArrayContent(form);
            request.Content.Headers.ContentType = _formType;
        }

        return request;
    }

    private static T Understand<T>(byte[] answer, Func<JsonElement, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            return read(json.RootElement);
        }
        catch (JsonException e)
        {
            throw new ProviderAnswerException("Stripe answered something that is not JSON.", e);
        }
    }

    /// <summary>How one try ended: with an answer, or in trouble.</summary>
    private readonly record struct Outcome(string Trouble)
    {
        public byte[]? Answer { get; init; }

        public bool Again { get; init; }

        public TimeSpan? RetryAfter { get; init; }

        public Exception? Cause { get; init; }
    }
}
