using Automat.Mqtt.Broker;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Machines.Fleet;
using Automat.Server.Machines.Outside;
using Automat.Server.Machines.Planograms;
using Automat.Server.Panel;

namespace Automat.Server.Machines;

/// <summary>The machines' front door.</summary>
public static class MachinesModule
{
    /// <summary>Adds machines, their planogram and their commands; drivers add themselves.</summary>
    public static IServiceCollection AddMachines(this IServiceCollection services)
    {
        services.AddSingleton<ITables, MachineTables>();
        services.AddSingleton<ITables, PlanogramTables>();
        services.AddJournalTable<SlotRows>();
        services.AddJournalTable<CommandRows>();
        services.AddSingleton<MachineChanges>();
        services.AddHostedService(provider => provider.GetRequiredService<MachineChanges>());
        services.AddSingleton<MachineStatuses>();
        services.AddHostedService<StatusKeeper>();
        services.AddHostedService<CloseConnections>();
        services.AddSingleton<MachineDirectory>();
        services.AddSingleton<MachineKeys>();
        services.AddSingleton<DriverRegistry>();
        services.AddSingleton<MachinePrices>();
        services.AddScoped<Catalog.IPricePlaces, PricePlaces>();
        services.AddSingleton<IMqttGate, MqttGate>();
        services.AddSingleton(new MqttOperator(Password: null));
        services.AddScoped<RegisterMachine>();
        services.AddScoped<ChangeMachine>();
        services.AddScoped<SetMachineState>();
        services.AddScoped<PutPlanogram>();
        services.AddScoped<EditDraft>();
        services.AddScoped<PublishPlanogram>();
        services.AddScoped<LayoutTemplates>();
        services.AddScoped<PlanogramDesk>();
        services.AddScoped<PlanogramPages>();
        services.AddScoped<PublishPages>();
        services.AddScoped<FleetDesk>();
        services.AddScoped<FleetPages>();
        services.AddScoped<ConnectDesk>();
        services.AddScoped<RegisterPages>();
        services.AddScoped<MachinePastReader>();
        services.AddScoped<DealingsDesk>();
        services.AddScoped<TestDesk>();
        services.AddScoped<MachineDesk>();
        services.AddScoped<MachinePages>();
        services.AddScoped<LabelPages>();
        services.AddScoped<IPanelSearch, FindMachines>();
        services.AddScoped<IPanelAttention, MachineAttention>();
        services.AddScoped<EnrolMachine>();
        services.AddScoped<RotateSecret>();
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

    /// <summary>Maps what staff do with machines, and how a machine enrols.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="mqttPort">Where machines find MQTT; known once the server runs.</param>
    public static void MapMachines(this IEndpointRouteBuilder routes, Func<int> mqttPort)
    {
        var machines = routes.MapGroup("/api/v1/machines").DisableAntiforgery().WithTags("Machines");
        RegisterMachine.Map(machines);
        ListMachines.Map(machines);
        ChangeMachine.Map(machines);
        SetMachineState.Map(machines);
        PutPlanogram.Map(machines);
        PlanogramApi.Map(machines);
        EnrolMachine.Map(machines);
        RotateSecret.Map(machines);
        FollowMachines.Map(machines);
        EnrolMachine.MapDevice(routes, mqttPort);
        FleetPages.Map(routes);
        RegisterPages.Map(routes);
        LabelPages.Map(routes);
        MachinePages.Map(routes);
        PlanogramPages.Map(routes);
        PublishPages.Map(routes);
    }
}
