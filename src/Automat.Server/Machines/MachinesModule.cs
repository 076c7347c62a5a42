using Automat.Mqtt.Broker;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Machines.Outside;

namespace Automat.Server.Machines;

/// <summary>The machines' front door.</summary>
public static class MachinesModule
{
    /// <summary>Adds machines, their planogram and their commands; drivers add themselves.</summary>
    public static IServiceCollection AddMachines(this IServiceCollection services)
    {
        services.AddSingleton<ITables, MachineTables>();
        services.AddJournalTable<SlotRows>();
        services.AddJournalTable<CommandRows>();
        services.AddSingleton<Presences>();
        services.AddSingleton<MachineDirectory>();
        services.AddSingleton<DriverRegistry>();
        services.AddSingleton<IMqttGate, MqttGate>();
        services.AddSingleton(new MqttOperator(Password: null));
        return services;
    }

    /// <summary>The machines' MQTT broker is this server.</summary>
    public static IServiceCollection AddOwnBroker(this IServiceCollection services, Action<MqttBrokerOptions> configure) =>
        services.AddMqttBroker(configure).AddSingleton<IMachineMqtt, OwnBroker>();

    /// <summary>The machines' MQTT broker is somebody else's.</summary>
    public static IServiceCollection AddOutsideBroker(this IServiceCollection services, OutsideBrokerOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<OutsideMeter>();
        services.AddSingleton<OutsideBroker>();
        services.AddSingleton<IMachineMqtt>(provider => provider.GetRequiredService<OutsideBroker>());
        services.AddHostedService(provider => provider.GetRequiredService<OutsideBroker>());
        services.AddHealthChecks().AddCheck<OutsideCheck>("mqtt");
        return services;
    }
}
