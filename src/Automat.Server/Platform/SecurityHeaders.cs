namespace Automat.Server.Platform;

/// <summary>
/// Headers that tell browsers what our pages never do: load from elsewhere, be framed, guess types, use sensors.
/// Set on every answer, errors included; a page that needs another value sets it first.
/// </summary>
public static class SecurityHeaders
{
    /// <summary>
    /// Adds the headers. Put it first, so that it sees every answer.
    /// </summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="formTargets">
    /// Origins to which a form post of ours may be redirected, such as the pay page's: Chromium applies form-action to
    /// every step of the way.
    /// </param>
    public static IApplicationBuilder UseSecurityHeaders(
        this IApplicationBuilder app, params IEnumerable<string> formTargets)
    {
        var targets = string.Concat(formTargets.Select(Origin).Distinct(StringComparer.Ordinal).Select(o => " " + o));
        var policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
            + "frame-ancestors 'none'; form-action 'self'" + targets;

        return app.Use((http, next) =>
        {
            // On starting, because the error handler clears what was set before.
            http.Response.OnStarting(
                static state =>
                {
                    var (http, policy) = ((HttpContext, string))state;
                    Set(http, policy);
                    return Task.CompletedTask;
                },
                (http, policy));
            return next(http);
        });
    }

    /// <summary>
    /// Says that no browser shows what this address answers: a machine on a mobile line is spared the headers for pages.
    /// </summary>
    public static TBuilder IsForMachines<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new ForMachines());

    private static void Set(HttpContext http, string policy)
    {
        var headers = http.Response.Headers;
        headers.TryAdd("X-Content-Type-Options", "nosniff");
        if (http.GetEndpoint()?.Metadata.GetMetadata<ForMachines>() is not null) return;
        headers.TryAdd("Content-Security-Policy", policy);
        headers.TryAdd("X-Frame-Options", "DENY");

        // Not no-referrer: with it a browser posts our own forms with "Origin: null", and forgery checks would fail.
        headers.TryAdd("Referrer-Policy", "same-origin");
        headers.TryAdd(
            "Permissions-Policy",
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), "
            + "magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()");
        headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
        headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
        headers.TryAdd("X-Permitted-Cross-Domain-Policies", "none");
    }

    private static string Origin(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.UserInfo.Length > 0)
        {
            throw new ArgumentException($"\"{text}\" is not an http or https origin.", nameof(text));
        }

        return uri.GetLeftPart(UriPartial.Authority);
    }

    private sealed record ForMachines;
}
