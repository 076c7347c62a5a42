using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Automat.Domain;

namespace Automat.Server.Access;

/// <summary>How often one token, one session or one name may ask, however many addresses it comes from.</summary>
public sealed class CallerLimits : IDisposable
{
    private const int CallsPerMinute = 600;
    private const int AttemptsPerMinute = 10;

    private readonly PartitionedRateLimiter<string> calls;
    private readonly PartitionedRateLimiter<string> attempts;

    /// <summary>Reads <c>Automat:RateLimits:Factor</c>, which multiplies the limits.</summary>
    public CallerLimits(IConfiguration configuration)
    {
        var factor = Math.Max(1, configuration.GetValue("Automat:RateLimits:Factor", 1));
        calls = PerMinute(CallsPerMinute * factor);
        attempts = PerMinute(AttemptsPerMinute * factor);
    }

    /// <summary>Counts an attempt to be somebody. It counts for names nobody has, too: the answer must not tell.</summary>
    /// <exception cref="RuleException"><c>too_many_requests</c>.</exception>
    public void CountAttempt(string? name)
    {
        using var lease = attempts.AttemptAcquire((name ?? "").Trim().ToUpperInvariant());
        if (!lease.IsAcquired)
        {
            throw new RuleException("too_many_requests", "Too many attempts for this name. Please wait a moment.");
        }
    }

    /// <summary>Refuses callers who ask too often: 429 with Retry-After. Place it after authentication.</summary>
    public static async Task UseAsync(HttpContext context, RequestDelegate next)
    {
        var caller = context.User.FindFirstValue(Callers.SessionClaim) ?? context.User.FindFirstValue(Callers.TokenClaim);
        if (caller is not null)
        {
            using var lease = context.RequestServices.GetRequiredService<CallerLimits>().calls.AttemptAcquire(caller);
            if (!lease.IsAcquired)
            {
                var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(10);
                context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                await Results.Problem(
                    "Too many requests of this caller. Please wait a moment.", statusCode: StatusCodes.Status429TooManyRequests,
                    extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = "too_many_requests" })
                    .ExecuteAsync(context);
                return;
            }
        }

        await next(context);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        calls.Dispose();
        attempts.Dispose();
    }

    private static PartitionedRateLimiter<string> PerMinute(int limit) => PartitionedRateLimiter.Create<string, string>(
        name => RateLimitPartition.GetTokenBucketLimiter(name, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = limit,
            TokensPerPeriod = Math.Max(1, limit / 6),
            ReplenishmentPeriod = TimeSpan.FromSeconds(10),
            QueueLimit = 0,
        }));
}
