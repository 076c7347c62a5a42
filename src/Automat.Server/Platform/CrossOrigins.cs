namespace Automat.Server.Platform;

/// <summary>
/// Which other web sites' pages may call the API. None, unless <c>Automat:Cors:Origins</c> names them; and even they only with
/// a token of their own: the cookie of somebody signed in here is never taken from another site.
/// </summary>
internal static class CrossOrigins
{
    private const string Setting = "Automat:Cors:Origins";

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    /// <summary>Adds the rule.</summary>
    /// <exception cref="SettingsException">An origin is none, or would let everybody in.</exception>
    public static IServiceCollection AddCrossOrigins(this IServiceCollection services, IConfiguration configuration) =>
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(Read(configuration))
            .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
            .WithHeaders("Authorization", "X-API-Key", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match")
            .WithExposedHeaders("ETag", "Location", "Retry-After")
            .SetPreflightMaxAge(Remembered)));

    /// <summary>
    /// Answers browsers that ask before they call. Place it after routing and before whatever refuses unknown methods. Without
    /// a setting it adds nothing.
    /// </summary>
    public static void UseCrossOrigins(this WebApplication app)
    {
        if (Read(app.Configuration).Length > 0) app.UseCors();
    }

    private static string[] Read(IConfiguration configuration)
    {
        var origins = (configuration[Setting] ?? "").Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var origin in origins)
        {
            if (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is ("https" or "http")
                && uri.GetLeftPart(UriPartial.Authority) == origin)
            {
                continue;
            }

            throw new SettingsException($"Automat__Cors__Origins: '{origin}' is no origin such as https://shop.example.");
        }

        return origins;
    }
}
