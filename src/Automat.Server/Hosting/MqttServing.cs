using System.Security.Cryptography;
using Automat.Mqtt.Broker;
using Automat.Mqtt.Tls;
using Automat.Mqtt.WebSockets;
using Automat.Server.Machines;
using Automat.Server.MqttStore;
using Automat.Server.Platform;

namespace Automat.Server.Hosting;

/// <summary>The machines' MQTT as the settings want it.</summary>
internal static class MqttServing
{
    public static IServiceCollection AddMqtt(this IServiceCollection services, MqttSettings settings)
    {
        services.AddSingleton(new MqttOperator(settings.OperatorPassword));
        if (settings.Outside is { } outside) return services.AddOutsideBroker(outside);

        services.AddOwnBroker(options => Limit(options, settings));
        if (settings.Lasting) services.UseMqttStore();
        if (settings.Tls is { } tls) services.AddSingleton(provider => Open(tls.Files, provider));
        return services;
    }

    /// <summary>MQTT over WebSocket on the web server's own ports, where this server is the broker.</summary>
    public static void MapMqtt(this IEndpointRouteBuilder routes, MqttSettings settings)
    {
        if (settings.Outside is not null) return;
        routes.MapMqttWebSocket("/mqtt", settings.Origins)
            .ChecksItself("the machine's secret in MQTT's own sign-in")
            .WithMetadata(new ExcludeFromDescriptionAttribute());
    }

    private static void Limit(MqttBrokerOptions options, MqttSettings settings)
    {
        options.MaxConnections = settings.MaxConnections;
        options.MaxConnectionsPerAddress = settings.MaxConnectionsPerAddress;
        options.MaxConnectionsPerIdentity = settings.MaxConnectionsPerIdentity;
    }

    private static MqttTls Open(MqttTlsOptions files, IServiceProvider provider)
    {
        try
        {
            return new MqttTls(
                files, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<MqttTls>>());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException
            or FormatException or ArgumentException)
        {
            throw new SettingsException($"The files of Automat__Mqtt__Tls can't be used: {e.Message}");
        }
    }
}
