using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Automat.Server.Observability;

/// <summary>The front door of the numbers: <c>/metrics</c>.</summary>
internal static class Metrics
{
    public static IServiceCollection AddMetricsText(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddSingleton<MetricsCollector>().AddHostedService<KnownFigures>();
    }

    /// <summary>Serves <c>GET /metrics</c>; the caller decides who may read it. Listening starts here.</summary>
    public static IEndpointConventionBuilder MapMetrics(this IEndpointRouteBuilder endpoints)
    {
        var collector = endpoints.ServiceProvider.GetRequiredService<MetricsCollector>();
        return endpoints
            .MapGet("/metrics", () => TypedResults.Text(collector.Expose(), PrometheusText.ContentType))
            .ExcludeFromDescription();
    }
}
