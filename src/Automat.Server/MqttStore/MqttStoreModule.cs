using Automat.Mqtt.Broker;
using Automat.Server.Data;

namespace Automat.Server.MqttStore;

/// <summary>The front door of what the broker keeps in the database.</summary>
public static class MqttStoreModule
{
    /// <summary>Adds the tables; they stay empty until <see cref="UseMqttStore"/>.</summary>
    public static IServiceCollection AddMqttStore(this IServiceCollection services) =>
        services.AddSingleton<ITables, MqttStoreTables>();

    /// <summary>Our broker's sessions and retained messages outlive the process.</summary>
    public static IServiceCollection UseMqttStore(this IServiceCollection services) =>
        services.AddMqttStore<PostgresStore>();
}
