using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Automat.Mqtt.Broker;

/// <summary>The broker in the container.</summary>
public static class MqttBrokerRegistration
{
    /// <summary>Adds <see cref="MqttBroker"/> and what it needs. Register an <see cref="IMqttGate"/>, and listen with
    /// <see cref="MqttConnectionHandler"/>.</summary>
    public static IServiceCollection AddMqttBroker(
        this IServiceCollection services, Action<MqttBrokerOptions>? configure = null)
    {
        services.AddOptions<MqttBrokerOptions>().Configure(configure ?? (_ => { })).ValidateDataAnnotations();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<MqttBroker>();
        services.AddHostedService<BrokerSweep>();
        services.AddHostedService<SystemTopics>();
        return services;
    }

    /// <summary>Sessions and retained messages outlive the process in this store.</summary>
    public static IServiceCollection AddMqttStore<TStore>(this IServiceCollection services)
        where TStore : class, IMqttStore
    {
        services.AddSingleton<IMqttStore, TStore>();
        services.AddHostedService<StoreWriter>();
        return services;
    }
}
