using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace Automat.Server.Platform;

/// <summary>How often one address may do what costs us or invites guessing. Beyond it: 429 with Retry-After.</summary>
public static class RateLimits
{
    /// <summary>Signing in.</summary>
    public const string SignIn = "sign-in";

    /// <summary>Beginning a purchase.</summary>
    public const string Buying = "buying";

    /// <summary>Saying that something went wrong with a purchase.</summary>
    public const string Claiming = "claiming";

    /// <summary>Writing to the operator.</summary>
    public const string Reporting = "reporting";

    /// <summary>Presenting codes, keys and tokens that could be guessed.</summary>
    public const string Guessing = "guessing";

    /// <summary>Adds the limits; <c>Automat:RateLimits:Factor</c> multiplies them all.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The settings.</param>
    /// <param name="page">What a browser is shown; null, or answering null, gives the problem that programs read.</param>
    public static IServiceCollection AddRateLimits(
        this IServiceCollection services, IConfiguration configuration, Func<HttpContext, IResult?>? page = null)
    {
        var factor = Math.Max(1, configuration.GetValue("Automat:RateLimits:Factor", 1));
        return services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = async (rejected, ct) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(10);
                rejected.HttpContext.Response.Headers.RetryAfter =
                    Math.Ceiling(wait.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
                var answer = page?.Invoke(rejected.HttpContext) ?? Results.Problem(
                    "Too many attempts from here. Please wait a moment.", statusCode: StatusCodes.Status429TooManyRequests,
                    extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = "too_many_requests" });
                await answer.ExecuteAsync(rejected.HttpContext);
            };
            Add(limiter, SignIn, 10 * factor);
            Add(limiter, Claiming, 10 * factor);
            Add(limiter, Reporting, 10 * factor);
            Add(limiter, Buying, 300 * factor);
            Add(limiter, Guessing, 1_200 * factor);
        });
    }

    private static void Add(RateLimiterOptions limiter, string name, int perMinute) => limiter.AddPolicy(
        name, context => RateLimitPartition.GetTokenBucketLimiter(
            (name, context.Connection.RemoteIpAddress?.ToString() ?? ""), _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = perMinute,
                TokensPerPeriod = Math.Max(1, perMinute / 6),
                ReplenishmentPeriod = TimeSpan.FromSeconds(10),
                QueueLimit = 0,
            }));
}
