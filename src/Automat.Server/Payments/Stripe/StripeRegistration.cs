using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Automat.Server.Payments.Stripe;

/// <summary>The one line that adds Stripe to the server.</summary>
internal static class StripeRegistration
{
    public static IServiceCollection AddStripe(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<StripeSettings>, StripeSettingsValidation>();
        services.AddOptions<StripeSettings>()
            .Bind(configuration.GetSection(StripeSettings.Section))
            .ValidateOnStart();

        services.AddHttpClient<StripeApi>(http =>
            {
                // Each attempt has its own deadline, by the injected clock.
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.MaxResponseContentBufferSize = StripeApi.MaxAnswerBytes;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                MaxConnectionsPerServer = 64,
                MaxResponseHeadersLength = 32,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })
            // The factory's own loggers can write headers, and with them the key.
            .RemoveAllLoggers();

        services.AddTransient<IPaymentProvider, StripeProvider>();
        return services;
    }
}
