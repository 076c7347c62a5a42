using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Automat.Server.Payments.Stripe;

/// <summary>Which answers are worth asking again, and how long to wait before.</summary>
internal static class StripeRetry
{
    /// <summary>Tries in all, the first included.</summary>
    public const int MaxAttempts = 6;

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(5);

    /// <summary>
    /// 409: the same key is being worked on. 429: too fast, or a lock. 5xx, 424, 408, 425: something on the way failed.
    /// Stripe may overrule that with a header of its own.
    /// </summary>
    public static bool IsWorthwhile(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues("Stripe-Should-Retry", out var advice))
        {
            var word = advice.FirstOrDefault();
            if (word == "true") return true;
            if (word == "false") return false;
        }

        return IsTransient(response.StatusCode);
    }

    /// <summary>Whether this status leaves open what happened.</summary>
    public static bool IsTransient(HttpStatusCode status) => status
        is HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or HttpStatusCode.FailedDependency
        or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError || (int)status == 425;

    /// <summary>What the answer's <c>Retry-After</c> asks for, in seconds or as a date.</summary>
    public static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        if (header?.Delta is { } delta) return delta;
        return header?.Date is { } date && date > now ? date - now : null;
    }

    /// <summary>
    /// Doubles with every attempt and takes a random part between half and whole of it, so that callers who failed
    /// together do not come back together. Never earlier than Stripe asked for.
    /// </summary>
    public static TimeSpan Delay(TimeSpan first, int attempt, TimeSpan? retryAfter)
    {
        var whole = TimeSpan.FromTicks(Math.Min(_longest.Ticks, first.Ticks << Math.Min(attempt - 1, 10)));
        var part = (500 + RandomNumberGenerator.GetInt32(501)) / 1000.0;
        var own = whole * part;
        return retryAfter is { } asked && asked > own ? asked : own;
    }
}
