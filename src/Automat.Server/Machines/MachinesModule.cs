using Automat.Mqtt.Broker;
using Automat.Server.Data;
using Automat.Server.Journal;

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
        services.AddSingleton<MachineKeys>();
        services.AddSingleton<DriverRegistry>();
        services.AddSingleton<IMqttGate, MqttGate>();
        return services;
    }
}
