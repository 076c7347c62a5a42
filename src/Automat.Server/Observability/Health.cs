using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Automat.Server.Observability;

/// <summary>
/// <c>/health</c> and <c>/health/ready</c> tell whether the server can do its work (200, else 503), component by
/// component;
/// <c>/health/live</c> tells only that the process answers. A module adds its own <see cref="IHealthCheck"/>.
/// </summary>
internal static class Health
{
    private static readonly TimeSpan _longestCheck = TimeSpan.FromSeconds(5);

    /// <summary>Adds the service; the builder takes the modules' checks.</summary>
    public static IHealthChecksBuilder AddHealth(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<HealthReports>();
        services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            foreach (var check in options.Registrations)
            {
                if (check.Timeout <= TimeSpan.Zero || check.Timeout > _longestCheck) check.Timeout = _longestCheck;
            }
        });
        return services.AddHealthChecks();
    }

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        var clock = endpoints.ServiceProvider.GetRequiredService<TimeProvider>();
        var reports = endpoints.ServiceProvider.GetRequiredService<HealthReports>();
        endpoints.MapGet("/health", Ready).ExcludeFromDescription();
        endpoints.MapGet("/health/ready", Ready).ExcludeFromDescription();
        endpoints.MapGet("/health/live", (HttpContext http) => WriteAsync(http, clock.GetUtcNow(), null))
            .ExcludeFromDescription();

        async Task Ready(HttpContext http) =>
            await WriteAsync(http, clock.GetUtcNow(), await reports.LatestAsync(http.RequestAborted));
    }

    private static async Task WriteAsync(HttpContext http, DateTimeOffset now, HealthReport? report)
    {
        var status = report?.Status ?? HealthStatus.Healthy;
        http.Response.StatusCode = status == HealthStatus.Unhealthy
            ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status200OK;
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.Body.WriteAsync(Json(status, now, report), http.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Json(HealthStatus status, DateTimeOffset now, HealthReport? report)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status", Word(status));
            json.WriteNumber("timestamp", now.ToUnixTimeMilliseconds() / 1000m);
            json.WriteStartObject("checks");
            foreach (var (name, entry) in report?.Entries ?? new Dictionary<string, HealthReportEntry>())
            {
                json.WriteStartObject(name);
                json.WriteString("status", Word(entry.Status));
                Details(json, entry);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    // What a check wants to tell, and nothing of an exception: anyone may ask for this page.
    private static void Details(Utf8JsonWriter json, HealthReportEntry entry)
    {
        json.WriteStartObject("details");
        if (entry.Exception is not null) json.WriteString("description", "The check failed; the log says why.");
        else if (entry.Description is { } text) json.WriteString("description", text);
        foreach (var (name, value) in entry.Data)
        {
            switch (value)
            {
                case bool b: json.WriteBoolean(name, b); break;
                case int n: json.WriteNumber(name, n); break;
                case long n: json.WriteNumber(name, n); break;
                case double n when double.IsFinite(n): json.WriteNumber(name, n); break;
                default: json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture)); break;
            }
        }

        json.WriteEndObject();
    }

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        HealthStatus.Unhealthy => "unhealthy",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Unknown health."),
    };
}

/// <summary>Runs the checks at most once a second, however often and by however many they are asked for.</summary>
internal sealed class HealthReports(HealthCheckService checks, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1, 1);
    private HealthReport? _latest;
    private long _taken;

    public async Task<HealthReport> LatestAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_latest is not null && time.GetElapsedTime(_taken) < _fresh) return _latest;

            // Not cancelled with the one who happened to ask first: others wait for the same answer.
            _latest = await checks.CheckHealthAsync(CancellationToken.None);
            _taken = time.GetTimestamp();
            return _latest;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
